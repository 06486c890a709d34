/**
 * Reads what a counter sent into a Screening, or says at which places which rules are broken, all at once.
 * Two steps: the shape by the contract's schema, then meaning field by field.
 */
import {
  defaultDisease,
  type FieldCode,
  type FieldFault,
  ResultInput,
  ScreeningInput,
} from '@sidep/contracts'
import {
  departmentOfPostalCode,
  isCalendarDate,
  parseBirthDate,
  parseEmail,
  parseNir,
  parsePersonName,
  parsePhone,
  parseUuidV7,
} from '@sidep/identifiers'
import { Compile } from 'typebox/compile'
import type { CatalogueTables } from '../platform/catalogue.ts'
import { faultsOf, type ValidationError } from '../platform/problems.ts'
import { otherDevice, type Screening } from './screening.ts'
import { parseMoment } from './time.ts'

export type ParsedScreening =
  | { readonly ok: true; readonly value: Screening }
  | {
      readonly ok: false
      readonly faults: readonly FieldFault[]
      /**
       * Set when the shape is right: what was sound when it was acknowledged may be too old, or its device gone from
       * the list, when it is sent again.
       */
      readonly replayable: { readonly id: string; readonly sent: ScreeningInput } | null
    }

const screeningShape = Compile(ScreeningInput)
const resultShape = Compile(ResultInput)

/** Clocks of counters run ahead by minutes. */
const clockSkewMilliseconds = 5 * 60_000
/** 72 h: validity of an antigen test, décret n° 2021-1059 of 7 August 2021; older ones are typed as catch-up. */
const sampledBeforeMilliseconds = 72 * 3_600_000
const dayMilliseconds = 86_400_000

/** Where the schema's bound on a length has a name of its own in the registry of field codes. */
const specificCodes: Readonly<Record<string, Partial<Record<FieldCode, FieldCode>>>> = {
  '/id': { TOO_SHORT: 'ID_NOT_UUIDV7', TOO_LONG: 'ID_NOT_UUIDV7' },
  '/person/familyName': { TOO_SHORT: 'NAME_EMPTY', TOO_LONG: 'NAME_TOO_LONG' },
  '/person/firstNames': { TOO_SHORT: 'NAME_EMPTY', TOO_LONG: 'NAME_TOO_LONG' },
  '/person/birthDate': { TOO_SHORT: 'BIRTH_DATE_NOT_REAL', TOO_LONG: 'BIRTH_DATE_NOT_REAL' },
  '/person/ins': { TOO_SHORT: 'INS_INVALID', TOO_LONG: 'INS_INVALID' },
  '/person/contact/phone': { TOO_LONG: 'PHONE_INVALID' },
  '/person/contact/email': { TOO_LONG: 'EMAIL_INVALID' },
  '/symptoms/onset': { TOO_SHORT: 'SYMPTOM_ONSET_INVALID', TOO_LONG: 'SYMPTOM_ONSET_INVALID' },
  '/sampledAt': { TOO_SHORT: 'MALFORMED', TOO_LONG: 'MALFORMED' },
  '/resultAt': { TOO_SHORT: 'MALFORMED', TOO_LONG: 'MALFORMED' },
}

const shapeFaults = (errors: readonly ValidationError[]): FieldFault[] =>
  faultsOf(errors).map(({ pointer, code }) => ({
    pointer,
    code: specificCodes[pointer]?.[code] ?? code,
  }))

/** Gathers faults while values are read; a value that broke a rule is never used. */
class Faults {
  readonly list: FieldFault[] = []

  add(pointer: string, code: FieldCode): void {
    this.list.push({ pointer, code })
  }

  clean(pointer: string): boolean {
    return this.list.every((fault) => fault.pointer !== pointer)
  }

  /** The parsed value, or what was sent next to a fault. */
  take<Code extends FieldCode>(
    pointer: string,
    parsed: { ok: true; value: string } | { ok: false; code: Code },
    sent: string,
  ): string {
    if (parsed.ok) return parsed.value
    this.add(pointer, parsed.code)
    return sent
  }
}

type Contact = NonNullable<ScreeningInput['person']['contact']>

const parseContact = (contact: Contact, faults: Faults): Contact => {
  const { phone, email, language } = contact
  return {
    ...(phone === undefined
      ? {}
      : { phone: faults.take('/person/contact/phone', parsePhone(phone), phone) }),
    ...(email === undefined
      ? {}
      : { email: faults.take('/person/contact/email', parseEmail(email), email) }),
    ...(language === undefined ? {} : { language }),
  }
}

const parseIns = (ins: string, faults: Faults): string => {
  const parsed = parseNir(ins)
  if (parsed.ok) return parsed.value
  faults.add('/person/ins', 'INS_INVALID')
  return ins
}

/** DCC schema 1.3, `dob`: years 1900 to 2099. */
const oldestBirthDate = '1900-01-01'

const parseBirth = (text: string, at: Date, faults: Faults): string => {
  const birthDate = faults.take('/person/birthDate', parseBirthDate(text, at), text)
  if (
    isCalendarDate(birthDate) &&
    birthDate < oldestBirthDate &&
    faults.clean('/person/birthDate')
  ) {
    faults.add('/person/birthDate', 'BIRTH_DATE_TOO_OLD')
  }
  return birthDate
}

const parsePerson = (
  { familyName, firstNames, birthDate, sex, ins, postalCode, contact }: ScreeningInput['person'],
  at: Date,
  faults: Faults,
): Screening['person'] => ({
  familyName: faults.take('/person/familyName', parsePersonName(familyName), familyName),
  firstNames: faults.take('/person/firstNames', parsePersonName(firstNames), firstNames),
  birthDate: parseBirth(birthDate, at, faults),
  sex,
  ...(ins === undefined ? {} : { ins: parseIns(ins, faults) }),
  ...(postalCode === undefined ? {} : { postalCode }),
  ...(contact === undefined ? {} : { contact: parseContact(contact, faults) }),
})

/** A name that can be printed: letters, digits, spaces and punctuation, no control or invisible characters. */
const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}]+$/u

const parseDevice = (
  input: ScreeningInput,
  catalogue: CatalogueTables,
  faults: Faults,
): Pick<Screening, 'device' | 'deviceName'> => {
  if (input.device === otherDevice) {
    const name = input.deviceName?.normalize('NFC').trim() ?? ''
    if (name === '') faults.add('/deviceName', 'DEVICE_NAME_REQUIRED')
    else if (!printable.test(name)) faults.add('/deviceName', 'MALFORMED')
    return { device: null, deviceName: name }
  }
  const device = catalogue.device(input.device)
  if (device === undefined) faults.add('/device', 'DEVICE_UNKNOWN')
  else if (faults.clean('/sampledAt') && !isValidOn(device, input.sampledAt.slice(0, 10))) {
    faults.add('/device', 'DEVICE_NOT_VALID_THEN')
  }
  return { device: device ?? null, deviceName: null }
}

const isValidOn = (
  { validFrom, validUntil }: { validFrom: string | null; validUntil: string | null },
  day: string,
): boolean => (validFrom === null || day >= validFrom) && (validUntil === null || day <= validUntil)

const isFuture = (moment: Date, at: Date): boolean =>
  moment.getTime() > at.getTime() + clockSkewMilliseconds

interface Limits {
  readonly at: Date
  /** Nothing older can be entered, not even as catch-up: its identity data could not be kept. */
  readonly catchUpDaysMax: number
}

const parseSampledAt = (
  { sampledAt, catchUp, person }: ScreeningInput,
  { at, catchUpDaysMax }: Limits,
  faults: Faults,
): Date | undefined => {
  const moment = parseMoment(sampledAt)
  if (moment === undefined) {
    faults.add('/sampledAt', 'MALFORMED')
    return undefined
  }
  const age = at.getTime() - moment.getTime()
  const oldest = catchUp === true ? catchUpDaysMax * dayMilliseconds : sampledBeforeMilliseconds
  if (isFuture(moment, at)) faults.add('/sampledAt', 'SAMPLED_IN_FUTURE')
  else if (age > oldest) faults.add('/sampledAt', 'SAMPLED_TOO_OLD')
  else if (faults.clean('/person/birthDate') && sampledAt.slice(0, 10) < person.birthDate) {
    faults.add('/sampledAt', 'SAMPLED_BEFORE_BIRTH')
  }
  return moment
}

/** Reads when a result was read: not before the sample, not in the future; now when nothing is said. */
const parseResultAt = (
  text: string | undefined,
  sampledAt: Date | undefined,
  at: Date,
  faults: Faults,
): Date => {
  if (text === undefined) return at
  const moment = parseMoment(text)
  if (moment === undefined) faults.add('/resultAt', 'MALFORMED')
  else if (isFuture(moment, at)) faults.add('/resultAt', 'RESULT_IN_FUTURE')
  else if (sampledAt !== undefined && moment < sampledAt) {
    faults.add('/resultAt', 'RESULT_BEFORE_SAMPLING')
  }
  return moment ?? at
}

const checkSymptoms = ({ symptoms }: ScreeningInput, at: Date, faults: Faults): void => {
  const onset = symptoms?.onset
  if (onset === undefined) return
  // The day of tomorrow exists already in the east of the Republic.
  const latest = new Date(at.getTime() + dayMilliseconds).toISOString().slice(0, 10)
  const sound = symptoms?.presence === 'present' && isCalendarDate(onset) && onset <= latest
  if (!sound) faults.add('/symptoms/onset', 'SYMPTOM_ONSET_INVALID')
}

/**
 * Reads one screening.
 *
 * @param input anything; bounded by the body limit
 * @returns the screening, or its faults: pointers from the root of `input`
 */
export const parseScreening = (
  input: unknown,
  catalogue: CatalogueTables,
  limits: Limits,
): ParsedScreening => {
  if (!screeningShape.Check(input)) {
    const faults = shapeFaults(screeningShape.Errors(input))
    return { ok: false, faults, replayable: null }
  }
  const faults = new Faults()
  const { at } = limits
  const id = parseUuidV7(input.id)
  if (!id.ok) faults.add('/id', id.code)
  const person = parsePerson(input.person, at, faults)
  const kind = catalogue.kind(input.kind)
  if (kind === undefined || !kind.atCounter) faults.add('/kind', 'KIND_NOT_PERMITTED')
  const disease = input.disease ?? defaultDisease
  if (!catalogue.hasDisease(disease)) faults.add('/disease', 'DISEASE_UNKNOWN')
  const sampledAt = parseSampledAt(input, limits, faults)
  const device = parseDevice(input, catalogue, faults)
  checkSymptoms(input, at, faults)
  if (input.result === undefined && input.resultAt !== undefined) {
    faults.add('/resultAt', 'NOT_ALLOWED')
  }
  const resultAt =
    input.result === undefined ? null : parseResultAt(input.resultAt, sampledAt, at, faults)
  if (!id.ok || kind === undefined || sampledAt === undefined || faults.list.length > 0) {
    const replayable = id.ok ? { id: id.value, sent: input } : null
    return { ok: false, faults: faults.list, replayable }
  }
  return {
    ok: true,
    value: {
      id: id.value,
      person,
      kind,
      disease,
      ...device,
      sampledAt,
      result: input.result ?? null,
      resultAt,
      symptoms: input.symptoms?.presence ?? null,
      symptomsOnset: input.symptoms?.onset ?? null,
      reason: input.reason ?? null,
      catchUp: input.catchUp ?? false,
      department: departmentOfPostalCode(input.person.postalCode ?? '') ?? null,
      sent: input,
    },
  }
}

export type ParsedResult =
  | { readonly ok: true; readonly value: { result: ResultInput['result']; resultAt: Date } }
  | { readonly ok: false; readonly faults: readonly FieldFault[] }

/** Reads a result for a screening sampled at `sampledAt`. */
export const parseResult = (input: unknown, sampledAt: Date, at: Date): ParsedResult => {
  if (!resultShape.Check(input)) {
    return { ok: false, faults: shapeFaults(resultShape.Errors(input)) }
  }
  const faults = new Faults()
  const resultAt = parseResultAt(input.resultAt, sampledAt, at, faults)
  return faults.list.length === 0
    ? { ok: true, value: { result: input.result, resultAt } }
    : { ok: false, faults: faults.list }
}
