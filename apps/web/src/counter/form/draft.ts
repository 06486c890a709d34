/**
 * What is being typed, as a pure state machine. Invariants:
 * 1. A draft has one id from its first moment; sending it twice is sending the same screening.
 * 2. Every change can be undone, back to the last {@link pastMax} checkpoints.
 * 3. The INS stays only as long as the identity it came with is untouched.
 */
import { type LateReason, lateReasons, screeningReasons } from '@sidep/contracts'
import type { InsIdentity } from '@sidep/identifiers'
import { dayFirst } from '../../shared/typing/dates.ts'

/** The form's fields as typed. Empty text means nothing was said. */
export interface DraftFields {
  readonly familyName: string
  readonly firstNames: string
  readonly birthDate: string
  readonly sex: '' | 'M' | 'F' | 'U'
  readonly ins: string
  readonly contact: string
  readonly postalCode: string
  readonly language: 'fr' | 'en'
  readonly device: string
  readonly deviceName: string
  readonly sampledAt: string
  readonly catchUp: boolean
  /** Why it is entered more than a day after the sample. */
  readonly lateReason: '' | LateReason
  readonly symptoms: '' | 'none' | 'present' | 'unknown'
  readonly onset: string
  readonly reason: '' | (typeof screeningReasons)[number]
}
export type FieldName = keyof DraftFields

export interface Draft {
  /** UUIDv7. */
  readonly id: string
  readonly fields: DraftFields
  readonly past: readonly DraftFields[]
}

export const pastMax = 30

export const emptyFields = (device: string): DraftFields => ({
  familyName: '',
  firstNames: '',
  birthDate: '',
  sex: '',
  ins: '',
  contact: '',
  postalCode: '',
  language: 'fr',
  device,
  deviceName: '',
  sampledAt: '',
  catchUp: false,
  lateReason: '',
  symptoms: '',
  onset: '',
  reason: '',
})

export const newDraft = (id: string, device: string): Draft => ({
  id,
  fields: emptyFields(device),
  past: [],
})

export type DraftAction =
  | { readonly type: 'change'; readonly patch: Partial<DraftFields> }
  /** The hand came to a field: what Escape returns to. */
  | { readonly type: 'checkpoint' }
  | { readonly type: 'scan'; readonly identity: InsIdentity }
  | { readonly type: 'clear'; readonly device: string }
  | { readonly type: 'undo' }
  | { readonly type: 'replace'; readonly draft: Draft }

const same = (a: DraftFields, b: DraftFields): boolean =>
  Object.entries(a).every(([name, value]) =>
    Object.is(value, Object.entries(b).find(([other]) => other === name)?.[1]),
  )

const remember = (draft: Draft): readonly DraftFields[] => {
  const last = draft.past.at(-1)
  if (last !== undefined && same(last, draft.fields)) return draft.past
  return [...draft.past, draft.fields].slice(-pastMax)
}

/** What is typed where somebody of one name has no first names. */
export const noFirstNames = '-'

export const typedNames = (firstNames: string): string =>
  firstNames === '' ? noFirstNames : firstNames

const identityFields = ['familyName', 'firstNames', 'birthDate', 'sex'] as const

const change = (fields: DraftFields, patch: Partial<DraftFields>): DraftFields => {
  const next = { ...fields, ...patch }
  const identityTouched = identityFields.some((name) => next[name] !== fields[name])
  return identityTouched && patch.ins === undefined ? { ...next, ins: '' } : next
}

const undo = (draft: Draft): Draft => {
  const index = draft.past.findLastIndex((fields) => !same(fields, draft.fields))
  const fields = draft.past[index]
  // The checkpoint stays: what is typed next in the same field can be undone to it again.
  return fields === undefined ? draft : { ...draft, fields, past: draft.past.slice(0, index + 1) }
}

export const draftReducer = (draft: Draft, action: DraftAction): Draft => {
  switch (action.type) {
    case 'change':
      return { ...draft, fields: change(draft.fields, action.patch) }
    case 'checkpoint':
      return { ...draft, past: remember(draft) }
    case 'scan': {
      const { identity } = action
      const patch = {
        familyName: identity.familyName,
        firstNames: typedNames(identity.firstNames),
        birthDate: dayFirst(identity.birthDate),
        sex: identity.sex,
        ins: identity.matricule,
      }
      return { ...draft, fields: { ...draft.fields, ...patch }, past: remember(draft) }
    }
    case 'clear':
      return { ...draft, fields: emptyFields(action.device), past: remember(draft) }
    case 'undo':
      return undo(draft)
    case 'replace':
      return action.draft
  }
}

/** Whether anything about a person was typed: what is worth asking before it goes. */
export const isTouched = ({ fields }: Draft): boolean =>
  [fields.familyName, fields.firstNames, fields.birthDate, fields.sex, fields.contact].some(
    (text) => text !== '',
  )

const oneOf = <T extends string>(value: unknown, allowed: readonly T[], otherwise: T): T =>
  allowed.find((candidate) => candidate === value) ?? otherwise

/** Reads a stored draft; undefined when it is not one. Fields of another version fall back to empty. */
export const parseDraft = (stored: unknown): Draft | undefined => {
  if (typeof stored !== 'object' || stored === null || !('id' in stored) || !('fields' in stored))
    return undefined
  if (typeof stored.id !== 'string' || typeof stored.fields !== 'object' || stored.fields === null)
    return undefined
  const values: Record<string, unknown> = { ...stored.fields }
  const text = (name: string): string => {
    const value = values[name]
    return typeof value === 'string' ? value : ''
  }
  return {
    id: stored.id,
    past: [],
    fields: {
      familyName: text('familyName'),
      firstNames: text('firstNames'),
      birthDate: text('birthDate'),
      sex: oneOf(values.sex, ['', 'M', 'F', 'U'], ''),
      ins: text('ins'),
      contact: text('contact'),
      postalCode: text('postalCode'),
      language: oneOf(values.language, ['fr', 'en'], 'fr'),
      device: text('device'),
      deviceName: text('deviceName'),
      sampledAt: text('sampledAt'),
      catchUp: values.catchUp === true,
      lateReason: oneOf(values.lateReason, ['', ...lateReasons], ''),
      symptoms: oneOf(values.symptoms, ['', 'none', 'present', 'unknown'], ''),
      onset: text('onset'),
      reason: oneOf(values.reason, ['', ...screeningReasons], ''),
    },
  }
}
