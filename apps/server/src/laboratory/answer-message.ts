/** One message as it came → the acknowledgements that go back; accepted means durable. */
import { type CatalogueTables, timeZoneOf } from '@sidep/screening'
import type { Answer } from './answer.ts'
import type { MessageFault } from './faults.ts'
import { type AcknowledgeContext, acknowledge } from './hl7/acknowledge.ts'
import { hasTooManyLines } from './hl7/bounds.ts'
import { type ReadMessage, readMessage } from './hl7/message.ts'
import { readOru } from './hl7/read-oru.ts'
import { binaryOf, splitMessages } from './hl7/split.ts'
import type { Sender } from './record-results.ts'
import type { TakeResults } from './take-results.ts'

export interface AnswerDependencies extends Omit<AcknowledgeContext, 'now'> {
  readonly now: () => Date
  readonly catalogue: () => CatalogueTables
  readonly results: Pick<TakeResults, 'take'>
  /** Told how each was answered. */
  readonly onAnswered: (kind: Answer['kind']) => void
}

const faulty = (faults: readonly MessageFault[]): Answer => ({ kind: 'faulty', faults })

export const makeAnswerMessage = (dependencies: AnswerDependencies) => {
  const { now, catalogue, results, newControlId, onAnswered } = dependencies

  const answerTo = (
    message: ReadMessage,
    sender: Sender,
    count: (results: number) => void,
  ): Promise<Answer> => {
    const [site] = sender.laboratory.sites
    const context = { catalogue: catalogue(), timeZone: timeZoneOf(site.postalCode) }
    const content = readOru(message, context)
    count(content.results.length)
    return results.take(content, sender, message.header.text(10))
  }

  const acknowledged = (message: ReadMessage | null, answer: Answer): Uint8Array[] => {
    onAnswered(answer.kind)
    return acknowledge(message, answer, { now: now(), newControlId })
  }

  const refuse = (rule: 'NOT_A_MESSAGE' | 'MESSAGE_TOO_LARGE'): Uint8Array[] =>
    acknowledged(null, faulty([{ location: 'MSH^1', rule }]))

  return {
    /**
     * Answers what one frame holds: a message, or a batch of them, each by itself.
     *
     * @param count told of the results of each that could be read
     */
    async answer(
      frame: Uint8Array,
      sender: Sender,
      count: (results: number) => void,
    ): Promise<Uint8Array[]> {
      if (hasTooManyLines(frame)) return refuse('MESSAGE_TOO_LARGE')
      const raw = splitMessages(frame)
      const answers: Uint8Array[] = []
      for (const { binary, batchFaults } of raw) {
        const reading = readMessage(binary)
        const message = reading.ok ? reading.message : null
        const faults = [...batchFaults, ...(reading.ok ? [] : reading.faults)]
        const answer =
          faults.length > 0 || message === null
            ? faulty(faults)
            : await answerTo(message, sender, count)
        answers.push(...acknowledged(message, answer))
      }
      return raw.length > 0 ? answers : refuse('NOT_A_MESSAGE')
    },

    /** Says that there is too much to do; nothing but the header is read. */
    turnAway(frame: Uint8Array, retryAfterSeconds: number): Uint8Array[] {
      const header = binaryOf(frame).split('\r', 1)[0] ?? ''
      const reading = readMessage(header)
      const later = { kind: 'later', code: 'OVERLOADED', retryAfterSeconds } as const
      return acknowledged(reading.ok ? reading.message : null, later)
    },

    /** What could not be read as frames. */
    refuse,
  }
}

export type AnswerMessage = ReturnType<typeof makeAnswerMessage>
