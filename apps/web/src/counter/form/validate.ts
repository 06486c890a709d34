import type { FieldCode, FieldFault, ScreeningInput } from '@sidep/contracts'
import { parseBirthDate, parseEmail, parsePersonName, parsePhone } from '@sidep/identifiers'
import { parseTypedDate, type TypedDateCode } from '../../shared/typing/dates.ts'
import { parseTypedTime, rfc3339 } from '../typing/times.ts'
import type { DraftFields, FieldName } from './draft.ts'

/** What can be wrong with a field: the server's rules, and what only typing can get wrong. */
export type FormFault = FieldCode | TypedDateCode | 'TIME_UNREADABLE' | 'CONTACT_UNREADABLE'
export type FormFaults = Partial<Record<FieldName, FormFault>>

export interface FormContext {
  readonly id: string
  readonly now: Date
  /** Code of the kind of test entered here. */
  readonly kind: string
}

export type Validated =
  | { readonly ok: true; readonly input: ScreeningInput }
  | { readonly ok: false; readonly faults: FormFaults }

/** Oldest sampling of an entry that is not a catch-up (the server's rule, SAMPLED_TOO_OLD). */
const samplingAgeMillisecondsMax = 72 * 3_600_000
/** Clocks of counters drift. */
const futureMillisecondsMax = 5 * 60_000

const nameFault = (text: string): FormFault | undefined => {
  const name = parsePersonName(text)
  if (name.ok) return undefined
  return name.code === 'NAME_EMPTY' ? 'REQUIRED' : name.code
}

const birthDateFault = (text: string, now: Date): FormFault | undefined => {
  const typed = parseTypedDate(text)
  if (!typed.ok) return typed.code === 'DATE_EMPTY' ? 'REQUIRED' : typed.code
  const date = parseBirthDate(typed.value, now)
  return date.ok ? undefined : date.code
}

const contactFault = (text: string): FormFault | undefined => {
  const typed = text.trim()
  if (typed === '') return undefined
  if (typed.includes('@')) return parseEmail(typed).ok ? undefined : 'EMAIL_INVALID'
  if (/\p{L}/u.test(typed)) return 'CONTACT_UNREADABLE'
  return parsePhone(typed).ok ? undefined : 'PHONE_INVALID'
}

const samplingFault = (fields: DraftFields, now: Date): FormFault | undefined => {
  const typed = parseTypedTime(fields.sampledAt, now)
  if (!typed.ok) return typed.code
  if (typed.at === null) return undefined
  const age = now.getTime() - typed.at.getTime()
  if (age < -futureMillisecondsMax) return 'SAMPLED_IN_FUTURE'
  return age > samplingAgeMillisecondsMax && !fields.catchUp ? 'SAMPLED_TOO_OLD' : undefined
}

const onsetFault = (fields: DraftFields, now: Date): FormFault | undefined => {
  if (fields.symptoms !== 'present' || fields.onset.trim() === '') return undefined
  const typed = parseTypedDate(fields.onset)
  if (!typed.ok) return typed.code
  return parseBirthDate(typed.value, now).ok ? undefined : 'SYMPTOM_ONSET_INVALID'
}

const checks: Partial<
  Record<FieldName, (fields: DraftFields, now: Date) => FormFault | undefined>
> = {
  familyName: ({ familyName }) => nameFault(familyName),
  firstNames: ({ firstNames }) => nameFault(firstNames),
  birthDate: ({ birthDate }, now) => birthDateFault(birthDate, now),
  sex: ({ sex }) => (sex === '' ? 'REQUIRED' : undefined),
  contact: ({ contact }) => contactFault(contact),
  device: ({ device }) => (device === '' ? 'REQUIRED' : undefined),
  deviceName: ({ device, deviceName }) =>
    device === 'other' && deviceName.trim() === '' ? 'DEVICE_NAME_REQUIRED' : undefined,
  sampledAt: samplingFault,
  postalCode: ({ postalCode }) =>
    postalCode.trim() === '' || /^\d{5}$/.test(postalCode.trim()) ? undefined : 'MALFORMED',
  onset: onsetFault,
}

/** What is wrong with one field, when it is left. */
export const faultOf = (name: FieldName, fields: DraftFields, now: Date): FormFault | undefined =>
  checks[name]?.(fields, now)

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
  'symptoms',
  'onset',
  'reason',
  'postalCode',
  'language',
]

export const firstFault = (faults: FormFaults): FieldName | undefined =>
  fieldOrder.find((name) => faults[name] !== undefined)

const isoDate = (text: string): string => {
  const typed = parseTypedDate(text)
  return typed.ok ? typed.value : ''
}

type Contact = NonNullable<ScreeningInput['person']['contact']>

const contactOf = ({ contact, language }: DraftFields): Contact => {
  const typed = contact.trim()
  return typed.includes('@') ? { email: typed, language } : { phone: typed, language }
}

/** The request of a form without faults, or its faults. `result` absent: the person waits. */
export const validateDraft = (
  fields: DraftFields,
  { id, now, kind }: FormContext,
  result?: ScreeningInput['result'],
): Validated => {
  const found = fieldOrder.flatMap((name) => {
    const fault = faultOf(name, fields, now)
    return fault === undefined ? [] : [[name, fault] as const]
  })
  if (found.length > 0 || fields.sex === '') return { ok: false, faults: Object.fromEntries(found) }
  const typedTime = parseTypedTime(fields.sampledAt, now)
  const sampledAt = (typedTime.ok ? typedTime.at : null) ?? now
  return {
    ok: true,
    input: {
      id,
      person: {
        familyName: fields.familyName.trim(),
        firstNames: fields.firstNames.trim(),
        birthDate: isoDate(fields.birthDate),
        sex: fields.sex,
        ...(fields.ins === '' ? {} : { ins: fields.ins }),
        ...(fields.postalCode.trim() === '' ? {} : { postalCode: fields.postalCode.trim() }),
        ...(fields.contact.trim() === '' ? {} : { contact: contactOf(fields) }),
      },
      kind,
      device: fields.device,
      ...(fields.device === 'other' ? { deviceName: fields.deviceName.trim() } : {}),
      sampledAt: rfc3339(sampledAt),
      ...(result === undefined ? {} : { result, resultAt: rfc3339(now) }),
      ...(fields.symptoms === ''
        ? {}
        : {
            symptoms: {
              presence: fields.symptoms,
              ...(fields.symptoms === 'present' && fields.onset.trim() !== ''
                ? { onset: isoDate(fields.onset) }
                : {}),
            },
          }),
      ...(fields.reason === '' ? {} : { reason: fields.reason }),
      ...(fields.catchUp ? { catchUp: true } : {}),
    },
  }
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
  [/^\/sampledAt/, 'sampledAt'],
  [/^\/catchUp/, 'catchUp'],
  [/^\/symptoms\/onset/, 'onset'],
  [/^\/symptoms/, 'symptoms'],
  [/^\/reason/, 'reason'],
]

/** The server's faults on the form's fields; those of no field (id, kind, disease) come back apart. */
export const faultsOnFields = (
  faults: readonly FieldFault[],
): { readonly fields: FormFaults; readonly elsewhere: readonly FieldFault[] } => {
  const fields: FormFaults = {}
  const elsewhere: FieldFault[] = []
  for (const fault of faults) {
    const name = fieldOfPointer.find(([pattern]) => pattern.test(fault.pointer))?.[1]
    if (name === undefined) elsewhere.push(fault)
    else fields[name] ??= fault.code
  }
  return { fields, elsewhere }
}
