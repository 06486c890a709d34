/** `sidep message --check`: what the portal would answer to each message of a file, without a portal. */
import type { CatalogueTables, ScreeningLimits } from '@sidep/screening'
import { momentIn } from '@sidep/time'
import { conditionCodeOf, issueTypeOf, type MessageFault, MessageFaults } from './faults.ts'
import { type ParsedMessage, parseMessage } from './fhir/parse-message.ts'
import { readResults } from './fhir/read-results.ts'
import { readMessage } from './hl7/message.ts'
import { readOru } from './hl7/read-oru.ts'
import { type RawMessage, splitMessages } from './hl7/split.ts'
import { momentOf, parseHl7Time } from './hl7/time.ts'
import { judgeResults } from './judge.ts'
import type { LaboratoryResult } from './laboratory-result.ts'
import { screeningIdOf } from './result-id.ts'
import { type TextLanguage, textOf } from './texts.ts'

export interface CheckContext {
  readonly catalogue: CatalogueTables
  readonly limits: ScreeningLimits
  /** Judge as at this moment; null: as when the message was made, by its own word. */
  readonly at: Date | null
  readonly now: Date
  readonly timeZone: string
  /** FINESS of the laboratory, as its certificate would name it. */
  readonly siteId: string | null
  readonly language: TextLanguage
}

export interface CheckedError {
  readonly location: string
  /** HL7 table 0357, as in ERR-3; of FHIR an issue type, as in OperationOutcome. */
  readonly code: string
  /** Our own code, as in ERR-5. */
  readonly rule: string
  readonly text: string
}

/** What would be recorded of one result. */
export interface CheckedScreening {
  readonly id: string
  readonly act: string
  readonly [field: string]: unknown
}

export interface CheckedMessage {
  /** MSH-10, or the id of the bundle; null where none is said. */
  readonly message: string | null
  /** Accepted, or what the sender must mend. What is our trouble (AR) cannot be known offline. */
  readonly ack: 'AA' | 'AE'
  /** Of the first error, `0` or `informational` where there is none. */
  readonly code: string
  readonly errors: readonly CheckedError[]
  /** The first one; absent when nothing would be recorded. */
  readonly screening?: CheckedScreening
  /** All of them, where there are several. */
  readonly screenings?: readonly CheckedScreening[]
}

/** Of one message, with the documents in it. */
export const messageBytesMax = 4 * 1024 * 1024

const screeningOf = (
  { key, act, input, professionalId, siteId }: LaboratoryResult,
  idOf: (key: string) => string,
): CheckedScreening => ({
  id: idOf(key),
  act,
  ...(siteId === null ? {} : { site: siteId }),
  ...(professionalId === null ? {} : { professional: professionalId }),
  ...input,
})

/** Puts what was found into the form that is printed. */
export const answerOf = (
  message: string | null,
  faults: readonly MessageFault[],
  results: readonly LaboratoryResult[],
  {
    codeOf,
    accepted,
    idOf,
    language,
  }: {
    readonly codeOf: (rule: MessageFault['rule']) => string
    readonly accepted: string
    readonly idOf: (key: string) => string
    readonly language: TextLanguage
  },
): CheckedMessage => {
  const errors = faults.map(({ location, rule }) => ({
    location,
    code: codeOf(rule),
    rule,
    text: textOf(rule, language),
  }))
  const [error] = errors
  if (error !== undefined) return { message, ack: 'AE', code: error.code, errors }
  const screenings = results.map((result) => screeningOf(result, idOf))
  const [screening] = screenings
  return {
    message,
    ack: 'AA',
    code: accepted,
    errors,
    ...(screening === undefined ? {} : { screening }),
    ...(screenings.length > 1 ? { screenings } : {}),
  }
}

/** When a message was made, by MSH-7; a day alone lasts to its end. */
const madeAtOf = (text: string, timeZone: string): Date | null => {
  const time = parseHl7Time(text)
  if (time === undefined || time.day.length < 10) return null
  const moment = momentOf(time, { messageOffset: null, timeZone })
  return moment === undefined ? momentIn(time.day, '23:59', timeZone) : new Date(moment)
}

/** What was made before now is judged as then; nobody makes a message later than now. */
export const judgedAt = (made: Date | null, { at, now }: Pick<CheckContext, 'at' | 'now'>): Date =>
  at ?? (made !== null && made < now ? made : now)

const checkHl7 = ({ binary, batchFaults }: RawMessage, context: CheckContext): CheckedMessage => {
  const reading = readMessage(binary)
  const faults = new MessageFaults()
  for (const { location, rule } of batchFaults) faults.add(location, rule)
  const options = { codeOf: conditionCodeOf, accepted: '0', language: context.language }
  if (binary.length > messageBytesMax) faults.add('MSH^1', 'MESSAGE_TOO_LARGE')
  if (!reading.ok) {
    // An empty batch holds no message that could be wrong.
    if (binary !== '') for (const { location, rule } of reading.faults) faults.add(location, rule)
    return answerOf(null, faults.list, [], { ...options, idOf: String })
  }
  const { message } = reading
  const { header } = message
  const content = readOru(message, context)
  const siteId =
    context.siteId ?? content.results.find((result) => result.siteId !== null)?.siteId ?? ''
  const at = judgedAt(madeAtOf(header.text(7), context.timeZone), context)
  const { catalogue, limits } = context
  const judged = judgeResults(content.results, { catalogue, limits, at, siteId })
  for (const { location, rule } of [...content.faults, ...judged]) faults.add(location, rule)
  const idOf = (key: string): string => screeningIdOf(siteId, key)
  const controlId = header.text(10)
  const name = controlId === '' ? null : controlId
  return answerOf(name, faults.list, content.results, { ...options, idOf })
}

/** The answer to what is no message at all. */
export const answerOfNone = (
  rule: 'NOT_A_MESSAGE' | 'MESSAGE_TOO_LARGE',
  { language }: Pick<CheckContext, 'language'>,
): CheckedMessage =>
  answerOf(null, [{ location: 'MSH^1', rule }], [], {
    codeOf: conditionCodeOf,
    accepted: '0',
    language,
    idOf: String,
  })

const checkBundle = (value: unknown, context: CheckContext): CheckedMessage => {
  const content = readResults(value, context.catalogue)
  const siteId =
    context.siteId ?? content.results.find((result) => result.siteId !== null)?.siteId ?? ''
  const { catalogue, limits, language } = context
  const at = judgedAt(content.madeAt, context)
  const judged = judgeResults(content.results, { catalogue, limits, at, siteId })
  const faults = new MessageFaults()
  for (const { location, rule } of [...content.faults, ...judged]) faults.add(location, rule)
  const idOf = (key: string): string => screeningIdOf(siteId, key)
  const options = { codeOf: issueTypeOf, accepted: 'informational', idOf, language }
  return answerOf(content.id, faults.list, content.results, options)
}

/** One resource, or one a line (NDJSON); a text that is neither is one message that is none. */
const bundlesIn = (text: string): ParsedMessage[] => {
  const whole = parseMessage(text)
  if (whole.ok) return [whole]
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  const each = lines.map(parseMessage)
  return each.every((line) => line.ok) ? each : [whole]
}

const checkBundles = (text: string, context: CheckContext): CheckedMessage[] => {
  const refused = (rule: MessageFault['rule']): CheckedMessage =>
    answerOf(null, [{ location: 'Bundle', rule }], [], {
      codeOf: issueTypeOf,
      accepted: '',
      idOf: String,
      language: context.language,
    })
  return bundlesIn(text).map((bundle) => {
    if (!bundle.ok) return refused(bundle.rule)
    if (text.length > messageBytesMax) return refused('MESSAGE_TOO_LARGE')
    return checkBundle(bundle.value, context)
  })
}

/** Each message of what was sent with its answer, in order; one answer where there is none. */
export const checkMessages = (bytes: Uint8Array, context: CheckContext): CheckedMessage[] => {
  const beginning = new TextDecoder().decode(bytes.subarray(0, 1_024)).trimStart()
  if (/^[{[]/.test(beginning)) return checkBundles(new TextDecoder().decode(bytes), context)
  const messages = splitMessages(bytes)
  return messages.length === 0
    ? [answerOfNone('NOT_A_MESSAGE', context)]
    : messages.map((message) => checkHl7(message, context))
}
