import { dateWithoutNoughts } from './dates.ts'
import { type Nir, parseNir } from './nir.ts'
import { accepted, type Parsed, refused } from './parsed.ts'
import { nameLengthMax, parsePersonNames } from './person-name.ts'
import { restoreScannedText } from './scanned-text.ts'

/** A person's qualified identity, as the INS DataMatrix of a health document carries it. */
export interface InsIdentity {
  /** NIR or NIA with its key, 15 characters. */
  readonly matricule: Nir
  /** Authority and kind of the matricule: 1.2.250.1.213.1.4.8 NIR, .9 NIA, .10 and .11 for tests. */
  readonly oid: string
  /** All first names at birth, space between; empty for somebody of one name, which is then the family name. */
  readonly firstNames: string
  /** Name at birth. */
  readonly familyName: string
  readonly sex: 'M' | 'F' | 'U'
  /** YYYY-MM-DD; YYYY-MM or YYYY where the code has `00` for what nobody knows. */
  readonly birthDate: string
  /** INSEE code of the commune, or of the country for births abroad (99…); undefined when unknown. */
  readonly birthplaceCode: string | undefined
}

/** INS_OTHER says "not mine": another code was scanned; the rest is an INS code that is broken. */
export type InsCode =
  | 'INS_OTHER'
  | 'INS_TOO_LONG'
  | 'INS_HEADER'
  | 'INS_FIELD_UNKNOWN'
  | 'INS_FIELD_REPEATED'
  | 'INS_FIELD_MISSING'
  | 'INS_MATRICULE'
  | 'INS_OID'
  | 'INS_NAME'
  | 'INS_SEX'
  | 'INS_BIRTH_DATE'
  | 'INS_BIRTHPLACE'

// ANS, «INS – Format datamatrix» v2.2, §3: "IS", version "01", 22 reserved characters; §5: fields
// S1 (15), S2 (19–20), S3 and S4 (≤ 100), S5 (1), S6 (10), S7 (5).
const headerLength = 26
// 309 characters at the longest; spelt-out separators and spaces around need the rest.
const insTextLengthMax = 400
// Of S3 and S4 one may be empty: people of one name.
const required = ['S1', 'S2', 'S5', 'S6'] as const
const oidShape = /^1\.2\.250\.1\.213\.1\.4\.(?:8|9|10|11)$/

/**
 * Reads the content of an INS DataMatrix, with separators as they are, as scanners spell them
 * (`<GS>`, `^]`), or swallowed: no field holds a digit after an S, so the next field's name ends
 * the one before it all the same. Fields may come in any order.
 *
 * @param text what the scanner gave; at most 400 characters
 * @returns the identity, or a code; never throws
 * @see ANS, «INS – Format datamatrix» v2.2 (26 September 2023)
 */
export const parseInsDataMatrix = (text: string): Parsed<InsIdentity, InsCode> => {
  if (!/^\s{0,16}(?:\][dDQ][0-9])?IS[0-9]/.test(text)) return refused('INS_OTHER')
  if (text.length > insTextLengthMax) return refused('INS_TOO_LONG')
  const content = withSeparators(restoreScannedText(text))
  if (!/^IS01[0-9A-Z]{22}$/.test(content.slice(0, headerLength))) return refused('INS_HEADER')
  const fields = readFields(content.slice(headerLength))
  return fields.ok ? identityOf(fields.value) : fields
}

/** Scanners may be set to type a sign that no field has in the place of a separator. */
const withSeparators = (content: string): string =>
  content.includes('\u001d') ? content : content.replace(/[|~]/g, '\u001d')

const readFields = (message: string): Parsed<Map<string, string>, InsCode> => {
  const fields = new Map<string, string>()
  const field = /(S[1-7])([^\u001d]*?)(?:\u001d|(?=S[0-9])|$)/y
  while (field.lastIndex < message.length) {
    const [, name = '', value = ''] = field.exec(message) ?? []
    if (name === '') return refused('INS_FIELD_UNKNOWN')
    if (fields.has(name)) return refused('INS_FIELD_REPEATED')
    fields.set(name, value)
  }
  return accepted(fields)
}

const identityOf = (fields: ReadonlyMap<string, string>): Parsed<InsIdentity, InsCode> => {
  if (required.some((name) => !fields.get(name))) return refused('INS_FIELD_MISSING')
  if (!fields.get('S3') && !fields.get('S4')) return refused('INS_FIELD_MISSING')
  const matricule = parseNir(fields.get('S1') ?? '')
  if (!matricule.ok || fields.get('S1')?.length !== 15) return refused('INS_MATRICULE')
  const oid = fields.get('S2') ?? ''
  if (!oidShape.test(oid)) return refused('INS_OID')
  const names = parsePersonNames({
    firstNames: shortened(fields.get('S3') ?? ''),
    // The code has a field for each name: an empty one says that there is none.
    familyName: shortened(fields.get('S4') || '-'),
  })
  if (!names.ok) return refused('INS_NAME')
  const sex = sexOf(fields.get('S5') ?? '')
  if (!sex) return refused('INS_SEX')
  const [, day, month, year] = /^(\d{2})-(\d{2})-(\d{4})$/.exec(fields.get('S6') ?? '') ?? []
  const birthDate = dateWithoutNoughts(`${year}-${month}-${day}`)
  if (birthDate === undefined) return refused('INS_BIRTH_DATE')
  const birthplaceCode = fields.get('S7') || undefined
  if (birthplaceCode && !/^(?:[0-9]{2}|2[AB])[0-9]{3}$/.test(birthplaceCode)) {
    return refused('INS_BIRTHPLACE')
  }
  return accepted({
    matricule: matricule.value,
    oid,
    ...names.value,
    sex,
    birthDate,
    birthplaceCode,
  })
}

// S3 and S4 hold up to 100 characters, a certificate 80: whole words are left out from the end.
const shortened = (name: string): string => {
  if (name.length <= nameLengthMax) return name
  return name
    .slice(0, nameLengthMax + 1)
    .replace(/ [^ ]*$/, '')
    .slice(0, nameLengthMax)
}

const sexOf = (text: string): 'M' | 'F' | 'U' | undefined => {
  if (text === 'M' || text === 'F') return text
  return text === 'I' || text === 'U' ? 'U' : undefined
}
