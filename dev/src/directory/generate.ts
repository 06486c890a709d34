/** Invents a directory: professionals, their sites, and the file that the agency would publish of them. */
import { demoIdentities, demoPeople } from './demo-identities.ts'
import { professions, sectors } from './nomenclatures.ts'
import { syntheticFiness, syntheticNationalId } from './numbers.ts'
import { type Random, seededRandom } from './random.ts'
import type { SyntheticActivity, SyntheticProfessional } from './synthetic-professional.ts'
import { towns } from './towns.ts'

const syllables = ['ba', 'ca', 'do', 'fé', 'gui', 'jo', 'la', 'mi', 'no', 'pi', 'rou', 'sé', 'va']
const givenNames: Readonly<Record<'M' | 'MME', readonly string[]>> = {
  M: ['Loïc', 'Jean-François', 'Théo', 'Karim', 'Gaël', 'Émile', 'Bao', 'Noël', 'Ilyès', 'Rémi'],
  MME: [
    'Zoé',
    'Anaïs',
    'Maëlys',
    'Françoise',
    'Inès',
    'Nolwenn',
    'Aïcha',
    'Thuy',
    'Chloé',
    'Édith',
  ],
}
const siteWords = ['DU MARCHÉ', 'DE LA GARE', 'DES ARCADES', 'DU PONT', 'DE L’ÉGLISE', 'DU LAVOIR']
const streetKinds = ['R', 'AV', 'PL', 'BD']

/** Serials of the demo sites stay below it. */
const firstSiteSerial = 100

/** Share of each profession, out of 20. */
const professionMix = [
  ...Array.from({ length: 12 }, () => professions.pharmacist),
  ...Array.from({ length: 3 }, () => professions.nurse),
  professions.doctor,
  professions.midwife,
  professions.dentist,
  professions.physiotherapist,
  professions.psychologist,
]

const inventSite = (
  random: Random,
  serials: Map<string, number>,
  pharmacy: boolean,
): SyntheticActivity => {
  const { department, postalCode, municipality } = random.pick(towns)
  const serial = serials.get(department) ?? firstSiteSerial
  serials.set(department, serial + 1)
  const finess = syntheticFiness(department, serial)
  const words = random.pick(siteWords)
  return {
    finess,
    structureId: `F${finess}`,
    companyName: `${pharmacy ? 'PHARMACIE' : 'CENTRE DE SOINS'} D’ESSAI ${words} ${serial}`,
    street: {
      number: (1 + random.below(150)).toString(),
      kind: random.pick(streetKinds),
      name: words,
    },
    postalCode,
    municipality,
    mode: random.chance(0.5) ? 'L' : 'S',
    sector: pharmacy ? sectors.pharmacy : sectors.groupPractice,
  }
}

const withoutFiness = (site: SyntheticActivity, serial: number): SyntheticActivity => ({
  ...site,
  finess: '',
  structureId: `R997${serial.toString().padStart(5, '0')}`,
  companyName: `CABINET D’ESSAI ${serial}`,
  mode: 'L',
  sector: sectors.singlePractice,
})

const inventPerson = (
  random: Random,
  serial: number,
  activities: readonly SyntheticActivity[],
  profession: SyntheticProfessional['profession'],
): SyntheticProfessional => {
  const civility = random.chance(0.5)
    ? ({ code: 'M', label: 'Monsieur' } as const)
    : ({ code: 'MME', label: 'Madame' } as const)
  const invented = Array.from({ length: 3 }, () => random.pick(syllables)).join('')
  return {
    nationalId: syntheticNationalId(serial),
    familyName: `ESSAI-${invented.toUpperCase()}`,
    givenName: random.pick(givenNames[civility.code]),
    civility,
    profession,
    category: random.chance(0.03) ? 'E' : 'C',
    activities,
  }
}

/** Where one invented person works: mostly one site, some two or three, some none that has a FINESS. */
const pickActivities = (
  random: Random,
  sites: readonly SyntheticActivity[],
  serial: number,
): SyntheticActivity[] => {
  const count = random.chance(0.85) ? 1 : 2 + random.below(2)
  const chosen = new Map<string, SyntheticActivity>()
  for (let n = 0; n < count; n += 1) {
    const site = random.pick(sites)
    const activity = random.chance(0.04) ? withoutFiness(site, serial * 3 + n) : site
    chosen.set(activity.structureId, activity)
  }
  return [...chosen.values()]
}

/**
 * Invents professionals until their activities fill a file of so many lines, demo identities included.
 *
 * @param lines lines of the file, header not counted; at least those of the demo identities
 * @param seed the same seed gives the same people
 */
export const generateProfessionals = (lines: number, seed: number): SyntheticProfessional[] => {
  const random = seededRandom(seed)
  const serials = new Map<string, number>()
  // About as many people a pharmacy as in the country: 54,000 pharmacists in 21,000 pharmacies.
  const siteCount = Math.max(4, Math.round(lines / 4))
  const pharmacies = Array.from({ length: siteCount }, () => inventSite(random, serials, true))
  const practices = Array.from({ length: Math.ceil(siteCount / 2) }, () =>
    inventSite(random, serials, false),
  )
  // The directory itself never lists a number whose check digit is wrong.
  const people = demoIdentities.filter((person) => person !== demoPeople.invalidNationalId)
  let filled = people.reduce((sum, { activities }) => sum + activities.length, 0)
  for (let serial = 1; filled < lines; serial += 1) {
    const profession = random.pick(professionMix)
    const sites = profession === professions.pharmacist ? pharmacies : practices
    const activities = pickActivities(random, sites, serial).slice(0, lines - filled)
    people.push(inventPerson(random, serial, activities, profession))
    filled += activities.length
  }
  return people
}
