/** PID → the person tested, by the French national extension of IHE PAM where it is followed. */
import type { Person } from '@sidep/contracts'
import type { MessageFaults } from '../faults.ts'
import type { Segment } from './message.ts'
import { parseHl7Time } from './time.ts'

/** OIDs and names of the authorities of an INS: NIR, NIA, and of test identities (ANS, "Liste des OID des autorités d’affectation des INS"). */
const insAuthorities: ReadonlySet<string> = new Set([
  '1.2.250.1.213.1.4.8',
  '1.2.250.1.213.1.4.9',
  '1.2.250.1.213.1.4.10',
  '1.2.250.1.213.1.4.11',
  'ASIP-SANTE-INS-NIR',
  'ASIP-SANTE-INS-NIA',
])

/** A NIR without its key, which CX has a component of its own for. */
const withoutKey = /^[12]\d{4}[\dAB]\d{7}$/

const repetitionsOf = (segment: Segment, field: number): number[] =>
  Array.from({ length: segment.count(field) }, (_, index) => index + 1)

/** The matricule INS among the identifiers of PID-3. */
const insOf = (patient: Segment): string | undefined => {
  for (const repetition of repetitionsOf(patient, 3)) {
    const part = (component: number, subcomponent = 1): string =>
      patient.text(3, { repetition, component, subcomponent })
    const isIns =
      part(5) === 'INS' || [1, 2].some((subcomponent) => insAuthorities.has(part(4, subcomponent)))
    const value = part(1)
    if (value !== '' && isIns) return withoutKey.test(value) ? value + part(2) : value
  }
  return undefined
}

/**
 * HL7 table 0200, the name on identity papers first: legal (in France that of birth), at birth, maiden; one of no type is
 * the legal one (v2.3 §2.8.49). Then the others that are a person's own.
 */
const nameTypes: readonly string[] = ['L', 'B', 'M', '', 'C', 'R', 'U', 'D']

/** The surname, or its prefix and the rest of it where only those are told (FN.2 and FN.3, v2.5.1 §2.A.30). */
const familyNameOf = (patient: Segment, repetition: number): string => {
  const part = (subcomponent: number): string => patient.text(5, { repetition, subcomponent })
  return part(1) === '' ? `${part(2)} ${part(3)}`.trim() : part(1)
}

/** Of several names that of the identity papers; of names of which none is (an alias, a pseudonym), the first. */
const nameRepetition = (patient: Segment): number => {
  const written = repetitionsOf(patient, 5).filter(
    (repetition) => familyNameOf(patient, repetition) !== '',
  )
  const typed = (type: string): number | undefined =>
    written.find((repetition) => patient.text(5, { repetition, component: 7 }) === type)
  const preferred = nameTypes.map(typed).find((repetition) => repetition !== undefined)
  return preferred ?? written[0] ?? 1
}

/** XPN.2 is the first name of use; XPN.3 has the others, in France with the first one repeated. */
const firstNamesOf = (patient: Segment, repetition: number): string => {
  const given = patient.text(5, { repetition, component: 2 })
  const more = patient.text(5, { repetition, component: 3 })
  if (more === '') return given
  return given === '' ||
    more === given ||
    more.startsWith(`${given} `) ||
    more.startsWith(`${given},`)
    ? more
    : `${given} ${more}`
}

/** HL7 table 0001, and what French software writes for a sex that is not determined. */
const sexes: Readonly<Record<string, Person['sex']>> = {
  M: 'M',
  F: 'F',
  U: 'U',
  O: 'U',
  A: 'U',
  N: 'U',
  X: 'U',
  I: 'U',
  '': 'U',
}

/** A birth date as precisely as it is known. */
const birthDateOf = (patient: Segment, faults: MessageFaults): string => {
  const text = patient.text(7)
  if (text === '') {
    faults.add(patient.at(7), 'REQUIRED')
    return text
  }
  const time = parseHl7Time(text, patient.text(7, { component: 2 }))
  if (time !== undefined) return time.day
  faults.add(patient.at(7), /^\d{8,}$/.test(text) ? 'BIRTH_DATE_NOT_REAL' : 'MALFORMED')
  return text
}

const telephoneEquipment: ReadonlySet<string> = new Set(['PH', 'CP', 'SAT', ''])
const addressEquipment: ReadonlySet<string> = new Set(['Internet', 'X.400', 'NET'])
/** HL7 table 0201: where XTN.2 says that it is an address of electronic mail. */
const addressUse = 'NET'

/** Country, area and local number of an XTN, or its text. */
const phoneIn = (patient: Segment, field: number, repetition: number): string => {
  const part = (component: number): string => patient.text(field, { repetition, component })
  const written = part(12) === '' ? part(1) : part(12)
  if (written !== '') return written
  const country = part(5).replace(/^\+/, '')
  return `${country === '' ? '' : `+${country} `}${part(6)}${part(7)}`.trim()
}

const contactFields = [13, 40] as const

interface Contact {
  readonly contact: Person['contact']
  readonly places: Readonly<Record<string, string>>
}

/** Mobile phones first: a link goes there. */
const contactOf = (patient: Segment): Contact => {
  const all = contactFields.flatMap((field) =>
    repetitionsOf(patient, field).map((repetition) => ({
      field,
      equipment:
        patient.text(field, { repetition, component: 3 }) ||
        (patient.text(field, { repetition, component: 2 }) === addressUse ? addressUse : ''),
      number: phoneIn(patient, field, repetition),
      address: patient.text(field, { repetition, component: 4 }),
    })),
  )
  const phones = all.filter(
    ({ equipment, number }) => number !== '' && telephoneEquipment.has(equipment),
  )
  const phone = phones.find(({ equipment }) => equipment === 'CP') ?? phones[0]
  const email = all.find(
    ({ address, equipment }) => address !== '' && !(equipment === 'CP' || equipment === 'PH'),
  )
  const spelt = all.find(
    ({ equipment, number }) => addressEquipment.has(equipment) && number.includes('@'),
  )
  const written = email?.address ?? spelt?.number
  if (phone === undefined && written === undefined) return { contact: undefined, places: {} }
  return {
    contact: {
      ...(phone === undefined ? {} : { phone: phone.number }),
      ...(written === undefined ? {} : { email: written }),
    },
    places: {
      '/person/contact/phone': patient.at(phone?.field ?? 13),
      '/person/contact/email': patient.at((email ?? spelt)?.field ?? 13),
    },
  }
}

const frenchCountries: ReadonlySet<string> = new Set(['FRA', 'FR', 'FRANCE', ''])

/** Of residence in France; what stands in an address elsewhere is none. */
const postalCodeOf = (patient: Segment): string | undefined => {
  const home = repetitionsOf(patient, 11).find(
    (repetition) =>
      frenchCountries.has(patient.text(11, { repetition, component: 6 }).toUpperCase()) &&
      /^\d{5}$/.test(patient.text(11, { repetition, component: 5 })),
  )
  return home === undefined ? undefined : patient.text(11, { repetition: home, component: 5 })
}

export interface ReadPatient {
  readonly person: Person
  /** Where each field of a person is told, by its pointer in a screening. */
  readonly places: Readonly<Record<string, string>>
}

/** Reads who was tested; what a name, a date or a number must be is judged with the screening. */
export const readPatient = (patient: Segment, faults: MessageFaults): ReadPatient => {
  const hasIdentifier = repetitionsOf(patient, 3).some(
    (repetition) => patient.text(3, { repetition }) !== '',
  )
  if (!hasIdentifier) faults.add(patient.at(3), 'REQUIRED')
  const repetition = nameRepetition(patient)
  const familyName = familyNameOf(patient, repetition)
  const firstNames = firstNamesOf(patient, repetition)
  if (familyName === '' && firstNames === '') faults.add(patient.at(5), 'REQUIRED')
  const birthDate = birthDateOf(patient, faults)
  const sex = sexes[patient.text(8).toUpperCase()]
  if (sex === undefined) faults.add(patient.at(8), 'NOT_ALLOWED')
  const ins = insOf(patient)
  const postalCode = postalCodeOf(patient)
  const { contact, places } = contactOf(patient)
  return {
    person: {
      familyName,
      firstNames,
      birthDate,
      sex: sex ?? 'U',
      ...(ins === undefined ? {} : { ins }),
      ...(postalCode === undefined ? {} : { postalCode }),
      ...(contact === undefined ? {} : { contact }),
    },
    places: {
      '/person': `${patient.name}^${patient.number}`,
      '/person/familyName': patient.at(5),
      '/person/firstNames': patient.at(5),
      '/person/birthDate': patient.at(7),
      '/person/sex': patient.at(8),
      '/person/ins': patient.at(3),
      '/person/postalCode': patient.at(11),
      ...places,
    },
  }
}
