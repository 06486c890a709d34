/**
 * Who a card says its holder is. Two shapes exist (shared vectors, «Facts worth knowing»):
 * a professional's `C=FR, title=Pharmacien, SN=…+CN=899700075122+GN=…`, and an employee's
 * `O=<pharmacy>, OU=1<FINESS>, title=…, CN=3<FINESS>/<serial>`.
 */
import {
  type Finess,
  type ProfessionalId,
  parseFiness,
  parseProfessionalId,
} from '@sidep/identifiers'
import type { RelativeName } from './certificate.ts'

export interface ProfessionalHolder {
  readonly kind: 'professional'
  readonly professionalId: ProfessionalId
  readonly familyName: string
  readonly firstNames: string
  /** Profession in words, empty when the card has none. */
  readonly title: string
}

export interface EmployeeHolder {
  readonly kind: 'employee'
  /** The CN as it stands: `3` + FINESS + `/` + serial. */
  readonly employeeId: string
  readonly siteId: Finess
  readonly serial: string
  readonly organization: string
  /** Empty when the card has none. */
  readonly familyName: string
  readonly firstNames: string
  readonly title: string
}

export type CardHolder = ProfessionalHolder | EmployeeHolder

export type SubjectReading =
  | { readonly ok: true; readonly value: CardHolder }
  | { readonly ok: false; readonly code: 'CARD_SUBJECT_UNREADABLE' }

const unreadable = { ok: false, code: 'CARD_SUBJECT_UNREADABLE' } as const

// RFC 4519 §2: cn, sn, c, o, ou, title, givenName.
const fields = {
  '2.5.4.3': 'commonName',
  '2.5.4.4': 'surname',
  '2.5.4.6': 'country',
  '2.5.4.10': 'organization',
  '2.5.4.11': 'unit',
  '2.5.4.12': 'title',
  '2.5.4.42': 'givenName',
} as const

type Field = (typeof fields)[keyof typeof fields]

const isKnownType = (type: string): type is keyof typeof fields => Object.hasOwn(fields, type)

const valueCharactersMax = 200

/** Every field at most once, wherever it stands: two common names would leave the choice to the reader. */
const gather = (subject: readonly RelativeName[]): ReadonlyMap<Field, string> | null => {
  const values = new Map<Field, string>()
  for (const { type, value } of subject.flat()) {
    if (!isKnownType(type)) continue
    const field = fields[type]
    const text = value.trim()
    // Line breaks and the like in a name are nobody's name.
    if (values.has(field) || text.length > valueCharactersMax || /\p{Cc}/u.test(text)) return null
    values.set(field, text)
  }
  return values
}

const readProfessional = (commonName: string, of: (field: Field) => string): SubjectReading => {
  const id = parseProfessionalId(commonName)
  const familyName = of('surname')
  if (!id.ok || familyName === '' || of('country') !== 'FR') return unreadable
  return {
    ok: true,
    value: {
      kind: 'professional',
      professionalId: id.value,
      familyName,
      firstNames: of('givenName'),
      title: of('title'),
    },
  }
}

const employeePattern = /^3([0-9AB]{9})\/([A-Za-z0-9]{1,20})$/

const readEmployee = (commonName: string, of: (field: Field) => string): SubjectReading => {
  const [, finess = '', serial = ''] = employeePattern.exec(commonName) ?? []
  const site = parseFiness(finess)
  const organization = of('organization')
  // The unit repeats the site: a card that names two is not read.
  if (!site.ok || of('unit') !== `1${site.value}` || organization === '') return unreadable
  return {
    ok: true,
    value: {
      kind: 'employee',
      employeeId: commonName,
      siteId: site.value,
      serial,
      organization,
      familyName: of('surname'),
      firstNames: of('givenName'),
      title: of('title'),
    },
  }
}

/**
 * Reads a card's subject.
 *
 * @param subject relative names in order, attributes by dotted object identifier
 * @returns the holder, or CARD_SUBJECT_UNREADABLE for any other shape, number or check digit
 */
export const parseCardSubject = (subject: readonly RelativeName[]): SubjectReading => {
  const values = gather(subject)
  if (values === null) return unreadable
  const of = (field: Field): string => values.get(field) ?? ''
  const commonName = of('commonName')
  if (commonName.startsWith('8')) return readProfessional(commonName, of)
  if (commonName.startsWith('3')) return readEmployee(commonName, of)
  return unreadable
}
