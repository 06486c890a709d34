/** The people a newcomer, a demonstration or a test signs in as. All invented, and plainly so. */

import { professions, sectors } from './nomenclatures.ts'
import { syntheticFiness, syntheticNationalId } from './numbers.ts'
import type { SyntheticActivity, SyntheticProfessional } from './synthetic-professional.ts'

const female = { code: 'MME', label: 'Madame' }
const male = { code: 'M', label: 'Monsieur' }

/** Of a site with a FINESS: its id in the directory is that number behind an F. */
const structure = (department: string, order: number) => {
  const finess = syntheticFiness(department, order)
  return { finess, structureId: `F${finess}` }
}

const pharmacyOfTheSquare: SyntheticActivity = {
  ...structure('75', 1),
  companyName: 'PHARMACIE DU PARVIS (ESSAI)',
  street: { number: '12', kind: 'PL', name: 'DU PARVIS' },
  postalCode: '75011',
  municipality: 'PARIS',
  mode: 'L',
  sector: sectors.pharmacy,
}

const pharmacyOfTheHarbour: SyntheticActivity = {
  ...structure('29', 1),
  companyName: 'PHARMACIE DU PORT (ESSAI)',
  street: { number: '3', kind: 'QUAI', name: 'DES ESSAIS' },
  postalCode: '29200',
  municipality: 'BREST',
  mode: 'L',
  sector: sectors.pharmacy,
}

const pharmacyOfTheMarket: SyntheticActivity = {
  ...structure('29', 2),
  companyName: 'PHARMACIE DES HALLES (ESSAI)',
  street: { number: '40', kind: 'R', name: 'DES HALLES' },
  postalCode: '29000',
  municipality: 'QUIMPER',
  mode: 'S',
  sector: sectors.pharmacy,
}

const nursesOffice: SyntheticActivity = {
  ...structure('2A', 1),
  companyName: 'CABINET INFIRMIER DES ÎLES (ESSAI)',
  street: { number: '7', kind: 'CRS', name: 'DU GRAND ESSAI' },
  postalCode: '20000',
  municipality: 'AJACCIO',
  mode: 'L',
  sector: sectors.groupPractice,
}

/** A practice without FINESS, as many self-employed nurses have: no screening can be entered for it. */
const practiceWithoutFiness: SyntheticActivity = {
  ...nursesOffice,
  finess: '',
  structureId: 'R9970001',
  companyName: 'CABINET INDIVIDUEL (ESSAI)',
  sector: sectors.singlePractice,
}

const healthCentre: SyntheticActivity = {
  ...structure('69', 1),
  companyName: 'MAISON DE SANTÉ DE LA CONFLUENCE (ESSAI)',
  street: { number: '101', kind: 'AV', name: 'DE L’ESSAI' },
  postalCode: '69002',
  municipality: 'LYON',
  mode: 'L',
  sector: sectors.groupPractice,
}

const civil = 'C' as const
/** First ten of eleven digits right, the check digit wrong. */
const invalidNationalId = syntheticNationalId(9_000_007).replace(/\d$/, (digit) =>
  ((Number(digit) + 1) % 10).toString(),
)

/** By what they are good for; `demoIdentities` lists them in the order of the sign-in page. */
export const demoPeople = {
  /** The main story: one site, so that no choice is asked. */
  pharmacist: {
    nationalId: syntheticNationalId(9_000_001),
    familyName: 'ESSAI-LEMAIRE',
    givenName: 'Camille',
    civility: female,
    profession: professions.pharmacist,
    category: civil,
    activities: [pharmacyOfTheSquare],
  },
  pharmacistWithTwoSites: {
    nationalId: syntheticNationalId(9_000_002),
    familyName: 'ESSAI-LE GOFF',
    givenName: 'Loïc',
    civility: male,
    profession: professions.pharmacist,
    category: civil,
    activities: [pharmacyOfTheHarbour, pharmacyOfTheMarket],
  },
  nurse: {
    nationalId: syntheticNationalId(9_000_003),
    familyName: 'ESSAI-FERRANDI',
    givenName: 'Anaïs',
    civility: female,
    profession: professions.nurse,
    category: civil,
    activities: [nursesOffice, practiceWithoutFiness],
  },
  doctor: {
    nationalId: syntheticNationalId(9_000_004),
    familyName: 'ESSAI-NGUYEN',
    givenName: 'Hugo',
    civility: male,
    profession: professions.doctor,
    category: civil,
    activities: [healthCentre],
  },
  professionNotPermitted: {
    nationalId: syntheticNationalId(9_000_005),
    familyName: 'ESSAI-MOREAU',
    givenName: 'Inès',
    civility: female,
    profession: professions.psychologist,
    category: civil,
    activities: [healthCentre],
  },
  withoutActivity: {
    nationalId: syntheticNationalId(9_000_006),
    familyName: 'ESSAI-DUVAL',
    givenName: 'Yann',
    civility: male,
    profession: professions.pharmacist,
    category: civil,
    activities: [],
  },
  invalidNationalId: {
    nationalId: invalidNationalId,
    familyName: 'ESSAI-INVALIDE',
    givenName: 'Zoé',
    civility: female,
    profession: professions.pharmacist,
    category: civil,
    activities: [pharmacyOfTheSquare],
  },
  onlyWithoutFiness: {
    nationalId: syntheticNationalId(9_000_008),
    familyName: 'ESSAI-ROCHE',
    givenName: 'Maël',
    civility: male,
    profession: professions.nurse,
    category: civil,
    activities: [practiceWithoutFiness],
  },
  student: {
    nationalId: syntheticNationalId(9_000_009),
    familyName: 'ESSAI-PETIT',
    givenName: 'Léa',
    civility: female,
    profession: professions.pharmacist,
    category: 'E',
    activities: [pharmacyOfTheSquare],
  },
} as const satisfies Record<string, SyntheticProfessional>

/** Who of them work in operations, by role: neither enters screenings, and the one need not act alone. */
export const demoOperators = [
  { person: demoPeople.withoutActivity, role: 'duty' },
  { person: demoPeople.professionNotPermitted, role: 'authority' },
] as const

const probeSite: SyntheticActivity = {
  finess: syntheticFiness('75', 900),
  structureId: `F${syntheticFiness('75', 900)}`,
  companyName: 'LIEU DE SONDE (ESSAI)',
  street: { number: '0', kind: 'R', name: 'DE LA SONDE' },
  postalCode: '75011',
  municipality: 'PARIS',
  mode: 'L',
  sector: sectors.pharmacy,
}

/** Whom `sidep watch` signs in as: nobody, at a site of its own. */
export const probeIdentity = {
  nationalId: syntheticNationalId(9_000_900),
  familyName: 'SONDE',
  givenName: 'Essai',
  civility: female,
  profession: professions.pharmacist,
  category: civil,
  activities: [probeSite],
} as const satisfies SyntheticProfessional

/** The same people, in the order that the sign-in page lists them. */
export const demoIdentities: readonly SyntheticProfessional[] = Object.values(demoPeople)
