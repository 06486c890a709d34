/** A correction as it is typed: the form of what was entered, and what it says otherwise. */
import type { CorrectionReason, Person, Result, ScreeningInput } from '@sidep/contracts'
import { writeContacts } from '@sidep/identifiers'
import type { Draft, DraftFields } from './draft.ts'
import { draftOfInput } from './draft-of-input.ts'

/** What is in force, as far as who corrects it sees it. */
export interface Correctable {
  /** With its result, if it has one. */
  readonly input: ScreeningInput
  /** Whether the way to reach the person is shown whole: then an empty field takes it away, and else leaves it. */
  readonly isContactShown: boolean
}

/** What a correction may change, in the order of the form; each is what was wrong, by its reason. */
const parts = [
  'familyName',
  'firstNames',
  'birthDate',
  'sex',
  'contact',
  'device',
  'sampledAt',
  'result',
] as const
export type CorrectedPart = (typeof parts)[number]

const reasons: Readonly<Record<CorrectedPart, CorrectionReason>> = {
  familyName: 'name',
  firstNames: 'name',
  birthDate: 'birth-date',
  sex: 'other',
  contact: 'contact',
  device: 'device',
  sampledAt: 'time',
  result: 'result',
}

/**
 * The fields as they were entered. Nothing that is put right is too old by that, so no reason for its age is asked.
 *
 * @param timeZone of the site
 */
export const correctionDraft = (input: ScreeningInput, now: Date, timeZone: string): Draft => {
  const draft = draftOfInput(input, input.id, now, timeZone)
  const { catchUp, lateReason } = draft.fields
  const fields = {
    ...draft.fields,
    catchUp: catchUp || lateReason === '',
    lateReason: lateReason === '' ? ('correction' as const) : lateReason,
  }
  return { ...draft, fields }
}

const correctedPerson = (
  original: Person,
  { contact, ...identity }: Person,
  isContactShown: boolean,
): Person => {
  // Its absence says that it stays.
  if (contact === undefined) return isContactShown ? { ...identity, contact: {} } : identity
  return {
    ...identity,
    contact: { ...contact, language: contact.language ?? original.contact?.language ?? 'fr' },
  }
}

/**
 * The screening as it should have been entered. What was not touched stays as it was, to the second.
 *
 * @param before the fields as the form began
 * @param typed the same, as they are now, and the request that they were read into
 */
export const correctedInput = (
  { input: original, isContactShown }: Correctable,
  before: DraftFields,
  typed: { readonly fields: DraftFields; readonly input: ScreeningInput },
  result: Result | undefined,
): ScreeningInput => {
  const { fields, input } = typed
  const { result: _, deviceName: _name, ...rest } = original
  const isTimeTouched = fields.sampledAt !== before.sampledAt
  const sampledAt = isTimeTouched ? input.sampledAt : original.sampledAt
  const { resultAt, lateReason } = { ...input, ...original }
  const isReadBefore = resultAt !== undefined && Date.parse(resultAt) < Date.parse(sampledAt)
  return {
    ...rest,
    person: correctedPerson(original.person, input.person, isContactShown),
    device: input.device,
    ...(input.deviceName === undefined ? {} : { deviceName: input.deviceName }),
    sampledAt,
    ...(isReadBefore ? { resultAt: sampledAt } : {}),
    // Where it goes as an entry still: a sample that is older than it was said to be.
    ...(lateReason === undefined ? {} : { lateReason, catchUp: true }),
    ...(result === undefined ? {} : { result }),
  }
}

const saysOf = (part: CorrectedPart, input: ScreeningInput): string => {
  switch (part) {
    case 'contact':
      return writeContacts(input.person.contact ?? {})
    case 'device':
      return `${input.device} ${input.deviceName ?? ''}`
    case 'sampledAt':
      return String(Date.parse(input.sampledAt))
    case 'result':
      return input.result ?? ''
    default:
      return input.person[part]
  }
}

/** What a correction says otherwise. */
export const differences = (
  { input: original, isContactShown }: Correctable,
  corrected: ScreeningInput,
): CorrectedPart[] =>
  parts.filter((part) => {
    // Not seen, and nothing said of it.
    if (part === 'contact' && !isContactShown && corrected.person.contact === undefined)
      return false
    return saysOf(part, original) !== saysOf(part, corrected)
  })

/** What was wrong, of what is changed: the first of it. */
export const reasonOf = (changed: readonly CorrectedPart[]): CorrectionReason => {
  const [first] = changed
  return first === undefined ? 'other' : reasons[first]
}
