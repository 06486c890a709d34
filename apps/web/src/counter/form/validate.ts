/**
 * What is typed, read into the request that it becomes. Typing can go wrong in ways of its own (`FormFault`); what a
 * screening may be is decided by `parseScreening`, as at the gate: nothing that passes here is refused there.
 */
import type { Catalogue, FieldCode, FieldFault, ScreeningInput } from '@sidep/contracts'
import { cleanText, parseContacts, saysNoName } from '@sidep/identifiers'
import {
  type CatalogueTables,
  catalogueTables,
  countryCodeAt,
  defaultLimits,
  isLate,
  otherDevice,
  parseScreening,
} from '@sidep/screening'
import { dayIn, rfc3339In } from '@sidep/time'
import { parseTypedDate, type TypedDateCode } from '../../shared/typing/dates.ts'
import { parseTypedTime } from '../typing/times.ts'
import type { DraftFields, FieldName } from './draft.ts'

/** What can be wrong with a field: the portal's rules, and what only typing can get wrong. */
export type FormFault =
  | FieldCode
  | TypedDateCode
  | 'TIME_UNREADABLE'
  | 'TIME_YESTERDAY'
  | 'CONTACT_UNREADABLE'
export type FormFaults = Partial<Record<FieldName, FormFault>>

/** By what typed texts are read. */
export interface FormContext {
  readonly now: Date
  /** Of the site: typed times are on its clock. */
  readonly timeZone: string
  /** Code of the kind of test entered here. */
  readonly kind: string
  /** Of what was entered before: when, which is what its times are judged by. */
  readonly judgedAt?: Date
  /** Null until it was read once on this device: then what depends on it is left to the portal. */
  readonly catalogue: Catalogue | null
}

export interface FormResult {
  readonly result: NonNullable<ScreeningInput['result']>
  /** When it was read; now when this is not said, and never before the sample. */
  readonly readAt?: (sampledAt: Date) => Date
}

export type Validated =
  | { readonly ok: true; readonly input: ScreeningInput }
  | { readonly ok: false; readonly faults: FormFaults }

/** The order of the fields on the screen: focus goes to the first one in fault. */
export const fieldOrder: readonly FieldName[] = [
  'familyName',
  'firstNames',
  'birthDate',
  'sex',
  'contact',
  'device',
  'deviceName',
  'sampledAt',
  'catchUp',
  'lateReason',
  'symptoms',
  'onset',
  'reason',
  'postalCode',
  'language',
]

export const firstFault = (faults: FormFaults): FieldName | undefined =>
  fieldOrder.find((name) => faults[name] !== undefined)

interface Reading {
  readonly input: ScreeningInput
  /** Of typing alone. Where there is one, something sound stands in `input`, so that the rest can be judged. */
  readonly faults: FormFaults
}

/** Reads texts one by one, and keeps what is wrong with each. */
class Typed {
  readonly faults: FormFaults = {}

  wrong<Value>(name: FieldName, fault: FormFault, instead: Value): Value {
    this.faults[name] = fault
    return instead
  }

  required(name: FieldName, text: string, instead: string): string {
    return text === '' ? this.wrong(name, 'REQUIRED', instead) : text
  }
}

const readPerson = (
  fields: DraftFields,
  { timeZone }: FormContext,
  typed: Typed,
): ScreeningInput['person'] => {
  const birthDate = parseTypedDate(fields.birthDate, { isPartial: true })
  const contact = parseContacts(fields.contact, countryCodeAt(timeZone))
  const contacts = contact.ok ? contact.value : typed.wrong('contact', contact.code, {})
  const postalCode = fields.postalCode.replace(/\s/g, '')
  const isPostalCode = /^(?:\d{5})?$/.test(postalCode)
  if (!isPostalCode) typed.wrong('postalCode', 'MALFORMED', '')
  const isReachable = Object.keys(contacts).length > 0
  return {
    // That somebody has one name only is said, by a dash: an empty field is one that was forgotten.
    familyName: typed.required('familyName', cleanText(fields.familyName), 'X'),
    firstNames: typed.required('firstNames', cleanText(fields.firstNames), 'X'),
    birthDate: birthDate.ok
      ? birthDate.value
      : typed.wrong(
          'birthDate',
          birthDate.code === 'DATE_EMPTY' ? 'REQUIRED' : birthDate.code,
          '1900',
        ),
    sex: fields.sex === '' ? typed.wrong('sex', 'REQUIRED', 'U' as const) : fields.sex,
    ...(fields.ins === '' ? {} : { ins: fields.ins }),
    ...(postalCode === '' || !isPostalCode ? {} : { postalCode }),
    ...(isReachable ? { contact: { ...contacts, language: fields.language } } : {}),
  }
}

const readSampledAt = (fields: DraftFields, { now, timeZone }: FormContext, typed: Typed): Date => {
  const time = parseTypedTime(fields.sampledAt, now, timeZone)
  if (!time.ok) return typed.wrong('sampledAt', time.code, now)
  if (time.isYesterday) return typed.wrong('sampledAt', 'TIME_YESTERDAY', now)
  return time.at ?? now
}

const readSymptoms = (
  { symptoms, onset }: DraftFields,
  { now, timeZone }: FormContext,
  typed: Typed,
): ScreeningInput['symptoms'] => {
  if (symptoms === '') return undefined
  if (symptoms !== 'present' || onset.trim() === '') return { presence: symptoms }
  const day = parseTypedDate(onset, { today: dayIn(now, timeZone) })
  if (day.ok) return { presence: symptoms, onset: day.value }
  return typed.wrong('onset', day.code, { presence: symptoms })
}

const resultOf = (result: FormResult | undefined, sampledAt: Date, context: FormContext) => {
  if (result === undefined) return {}
  const readAt = result.readAt?.(sampledAt) ?? context.now
  // A sample of this very minute, or of a clock a little ahead, is not read before it was taken.
  const resultAt = readAt < sampledAt ? sampledAt : readAt
  return { result: result.result, resultAt: rfc3339In(resultAt, context.timeZone) }
}

const readFields = (
  fields: DraftFields,
  id: string,
  context: FormContext,
  result: FormResult | undefined,
): Reading => {
  const typed = new Typed()
  const person = readPerson(fields, context, typed)
  const device = typed.required('device', fields.device, otherDevice)
  const isOther = device === otherDevice
  const deviceName = cleanText(fields.deviceName)
  if (isOther && deviceName === '' && typed.faults.device === undefined)
    typed.wrong('deviceName', 'DEVICE_NAME_REQUIRED', '')
  const sampledAt = readSampledAt(fields, context, typed)
  const symptoms = readSymptoms(fields, context, typed)
  return {
    faults: typed.faults,
    input: {
      id,
      person,
      kind: context.kind,
      device,
      ...(isOther ? { deviceName: deviceName === '' ? 'X' : deviceName } : {}),
      sampledAt: rfc3339In(sampledAt, context.timeZone),
      ...resultOf(result, new Date(Math.floor(sampledAt.getTime() / 1_000) * 1_000), context),
      ...(symptoms === undefined ? {} : { symptoms }),
      ...(fields.reason === '' ? {} : { reason: fields.reason }),
      ...(fields.catchUp ? { catchUp: true } : {}),
      // Said of a sample that was old then, and corrected since, it is of no more use.
      ...(fields.lateReason === '' || !isLate(sampledAt, context.now)
        ? {}
        : { lateReason: fields.lateReason }),
    },
  }
}

/** Look-ups are made once a catalogue, not once a line of the grid. */
const tables = new WeakMap<Catalogue, CatalogueTables>()
const tablesOf = (catalogue: Catalogue): CatalogueTables => {
  const known = tables.get(catalogue)
  if (known !== undefined) return known
  const made = catalogueTables(catalogue)
  tables.set(catalogue, made)
  return made
}

/** Until a catalogue was read once on this device everything may be on it: the portal will say. */
const anyCatalogue: CatalogueTables = {
  view: { kinds: [], diseases: [], devices: [] },
  kind: (code) => ({
    code,
    dccTestType: '',
    loinc: '',
    label: { fr: code, en: code },
    atCounter: true,
    minutesToResult: 0,
  }),
  device: (id) => ({ id, maker: '', name: id, validFrom: null, validUntil: null }),
  hasDisease: () => true,
}

const fieldOfPointer: readonly (readonly [RegExp, FieldName])[] = [
  [/^\/person\/familyName/, 'familyName'],
  [/^\/person\/firstNames/, 'firstNames'],
  [/^\/person\/birthDate/, 'birthDate'],
  [/^\/person\/sex/, 'sex'],
  [/^\/person\/ins/, 'familyName'],
  [/^\/person\/contact\/language/, 'language'],
  [/^\/person\/contact/, 'contact'],
  [/^\/person\/postalCode/, 'postalCode'],
  [/^\/deviceName/, 'deviceName'],
  [/^\/device/, 'device'],
  [/^\/(?:sampledAt|resultAt)/, 'sampledAt'],
  [/^\/catchUp/, 'catchUp'],
  [/^\/lateReason/, 'lateReason'],
  [/^\/symptoms\/onset/, 'onset'],
  [/^\/symptoms/, 'symptoms'],
  [/^\/reason/, 'reason'],
]

/** The portal's faults on the form's fields; those of no field (id, kind, disease) come back apart. */
export const faultsOnFields = (
  faults: readonly FieldFault[],
): { readonly fields: FormFaults; readonly elsewhere: readonly FieldFault[] } => {
  const fields: FormFaults = {}
  const elsewhere: FieldFault[] = []
  for (const fault of faults) {
    const name = fieldOfPointer.find(([pattern]) => pattern.test(fault.pointer))?.[1]
    if (name === undefined) elsewhere.push(fault)
    else fields[name] ??= fault.code === 'NAME_EMPTY' ? 'REQUIRED' : fault.code
  }
  return { fields, elsewhere }
}

/** A fault of no field is shown where its words are read: an id at the top, kind and disease at the test. */
const onSomeField = ({ pointer, code }: FieldFault): FormFaults =>
  pointer === '/id' ? { familyName: code } : { device: code }

/** The request of a form without faults, or its faults. `result` absent: the person waits. */
export const validateDraft = (
  fields: DraftFields,
  { id, ...context }: FormContext & { readonly id: string },
  result?: FormResult,
): Validated => {
  const { catalogue, now, judgedAt = now } = context
  const { input, faults: typed } = readFields(fields, id, context, result)
  const parsed = parseScreening(
    input,
    catalogue === null ? anyCatalogue : tablesOf(catalogue),
    catalogue?.limits ?? defaultLimits,
    judgedAt,
  )
  if (parsed.ok && Object.keys(typed).length === 0) {
    return { ok: true, input: { ...input, person: parsed.value.person } }
  }
  const { fields: judged, elsewhere } = faultsOnFields(parsed.ok ? [] : parsed.faults)
  const others: FormFaults[] = elsewhere.map(onSomeField)
  return { ok: false, faults: { ...Object.assign({}, ...others), ...judged, ...typed } }
}

// An id that is sound, for when only the fields are asked about.
const anyId = '00000000-0000-7000-8000-000000000000'

/** What is wrong with one field, when it is left. */
export const faultOf = (
  name: FieldName,
  fields: DraftFields,
  context: FormContext,
): FormFault | undefined => {
  const validated = validateDraft(fields, { ...context, id: anyId })
  return validated.ok ? undefined : validated.faults[name]
}

/** Whether the form says that the person has one name only. */
export const hasOneName = ({ familyName, firstNames }: DraftFields): boolean =>
  saysNoName(familyName) !== saysNoName(firstNames)
