import { isCalendarDate } from '@sidep/identifiers'
import type { FieldText } from './fields.ts'
import { fromParisMinute } from './paris-time.ts'
import { accepted, type Reading, refused } from './reading.ts'

export type TestResult = 'P' | 'N' | 'I' | 'X'

interface Holder {
  /** A–Z and space, as issuers transliterate; empty for a person of one name. */
  readonly familyName: string
  /** First names with a space between; empty for a person of one name. */
  readonly firstNames: string
  /** YYYY-MM-DD; YYYY-MM or YYYY for a person whose day or month of birth nobody knows; empty when nothing is. */
  readonly birthDate: string
}

/** Result of a virological test, type B2. */
export interface TestDocument extends Holder {
  readonly type: 'B2'
  readonly sex: 'M' | 'F' | 'U'
  /** LOINC code of the analysis with its hyphen, such as `94558-4`. */
  readonly loinc: string
  /** P positive, N negative, I indeterminate, X not done or not conforming. */
  readonly result: TestResult
  readonly sampledAt: Date
}

/** State of a vaccination, type L1. */
export interface VaccinationDocument extends Holder {
  readonly type: 'L1'
  readonly disease: string
  /** ATC code, such as `J07BX03`. */
  readonly agent: string
  readonly vaccine: string
  readonly maker: string
  readonly doseNumber: number
  readonly dosesTotal: number
  /** YYYY-MM-DD of the last dose. */
  readonly vaccinatedOn: string
  /** TE the cycle is complete, CO it is under way. */
  readonly cycle: 'TE' | 'CO'
}

export type TwoddocDocument = TestDocument | VaccinationDocument
type Fields = ReadonlyMap<string, FieldText>

const valueIn = (fields: Fields, name: string): string => fields.get(name)?.value ?? ''

/** LOINC without its hyphen, as specified, or with it, as some laboratories write it. */
const analysisPattern = /^(?:[A-Z0-9]+|[0-9]{3,}-[0-9])$/

/** Reads the fields of a B2 as one test; TWODDOC_FIELD_VALUE when one is not what it should be. */
export const readTest = (fields: Fields): Reading<TestDocument> => {
  const value = (name: string): string => valueIn(fields, name)
  const birthDate = birthDateOf(value('F2'))
  const sex = oneOf(value('F3'), ['M', 'F', 'U'])
  const result = oneOf(value('F5'), ['P', 'N', 'I', 'X'])
  const sampledAt = fromParisMinute(value('F6'))
  const isMissing = birthDate === undefined || !sex || !result || !sampledAt
  if (isMissing || !analysisPattern.test(value('F4'))) return refused('TWODDOC_FIELD_VALUE')
  return accepted({
    type: 'B2',
    familyName: value('F1').trim(),
    firstNames: value('F0').replaceAll('/', ' ').trim(),
    birthDate,
    sex,
    loinc: value('F4').replace(/^([0-9]{3,})([0-9])$/, '$1-$2'),
    result,
    sampledAt,
  })
}

/** Reads the fields of an L1 as one vaccination; TWODDOC_FIELD_VALUE when one is not what it should be. */
export const readVaccination = (fields: Fields): Reading<VaccinationDocument> => {
  const value = (name: string): string => valueIn(fields, name)
  const birthDate = birthDateOf(value('L2'))
  const vaccinatedOn = isoDate(value('L9'))
  const cycle = oneOf(value('LA'), ['TE', 'CO'])
  if (
    birthDate === undefined ||
    !isCalendarDate(vaccinatedOn) ||
    !cycle ||
    !/^[0-9]{2}$/.test(value('L7') + value('L8'))
  ) {
    return refused('TWODDOC_FIELD_VALUE')
  }
  return accepted({
    type: 'L1',
    familyName: value('L0').trim(),
    firstNames: value('L1').replaceAll('/', ' ').trim(),
    birthDate,
    disease: value('L3'),
    agent: value('L4'),
    vaccine: value('L5'),
    maker: value('L6'),
    doseNumber: Number(value('L7')),
    dosesTotal: Number(value('L8')),
    vaccinatedOn,
    cycle,
  })
}

const isoDate = (text: string): string => text.replace(/^(..)(..)(....)$/, '$3-$2-$1')

/** Registers write noughts for what nobody knows; without its year, or a day without its month, nothing is known. */
const birthDateOf = (text: string): string | undefined => {
  if (/^[0-9]{4}0000$/.test(text)) return ''
  const known = isoDate(text).replace(/-00(?:-[0-3][0-9])?$/, '')
  return isCalendarDate(known.padEnd(10, '-01')) ? known : undefined
}

const oneOf = <const Option extends string>(
  text: string,
  options: readonly Option[],
): Option | undefined => options.find((option) => option === text)
