/** One message as it came → the acknowledgements that go back; accepted means durable. */
import type { CatalogueTables, ScreeningLimits } from '@sidep/screening'
import { timeZoneOf } from '@sidep/screening'
import { type MessageFault, MessageFaults } from './faults.ts'
import { type AcknowledgeContext, type Answer, acknowledge } from './hl7/acknowledge.ts'
import { type ReadMessage, readMessage } from './hl7/message.ts'
import { readOru } from './hl7/read-oru.ts'
import { binaryOf, splitMessages } from './hl7/split.ts'
import { judgeResults } from './judge.ts'
import type { RecordResults, Sender } from './record-results.ts'

export interface AnswerDependencies extends Omit<AcknowledgeContext, 'now'> {
  readonly now: () => Date
  readonly catalogue: () => CatalogueTables
  readonly limits: ScreeningLimits
  readonly recordResults: RecordResults
  /** Told how each was answered. */
  readonly onAnswered: (kind: Answer['kind']) => void
}

const faulty = (faults: readonly MessageFault[]): Answer => ({ kind: 'faulty', faults })

export const makeAnswerMessage = (dependencies: AnswerDependencies) => {
  const { now, catalogue, limits, recordResults, newControlId, onAnswered } = dependencies

  const answerTo = async (message: ReadMessage, sender: Sender): Promise<Answer> => {
    const [site] = sender.laboratory.sites
    const tables = catalogue()
    const content = readOru(message, {
      catalogue: tables,
      timeZone: timeZoneOf(site.postalCode),
    })
    if (content.faults.length > 0) return faulty(content.faults)
    const judging = { catalogue: tables, limits, at: now(), siteId: site.id }
    const judged = judgeResults(content.results, judging)
    const faults = new MessageFaults()
    for (const { location, rule } of judged) faults.add(location, rule)
    if (faults.list.length > 0) return faulty(faults.list)
    return recordResults(content.results, sender, message.header.text(10))
  }

  const acknowledged = (message: ReadMessage | null, answer: Answer): Uint8Array[] => {
    onAnswered(answer.kind)
    return acknowledge(message, answer, { now: now(), newControlId })
  }

  return {
    /** Answers what one frame holds: a message, or a batch of them, each by itself. */
    async answer(frame: Uint8Array, sender: Sender): Promise<Uint8Array[]> {
      const raw = splitMessages(frame)
      const answers: Uint8Array[] = []
      for (const { binary, batchFaults } of raw) {
        const reading = readMessage(binary)
        const message = reading.ok ? reading.message : null
        const faults = [...batchFaults, ...(reading.ok ? [] : reading.faults)]
        const answer =
          faults.length > 0 || message === null ? faulty(faults) : await answerTo(message, sender)
        answers.push(...acknowledged(message, answer))
      }
      return raw.length > 0
        ? answers
        : acknowledged(null, faulty([{ location: 'MSH^1', rule: 'NOT_A_MESSAGE' }]))
    },

    /** Says at once that there is too much in work; nothing but the header is read. */
    turnAway(frame: Uint8Array, retryAfterSeconds: number): Uint8Array[] {
      const header = binaryOf(frame).split('\r', 1)[0] ?? ''
      const reading = readMessage(header)
      const later = { kind: 'later', code: 'OVERLOADED', retryAfterSeconds } as const
      return acknowledged(reading.ok ? reading.message : null, later)
    },

    /** What could not be read as frames. */
    refuse(rule: 'NOT_A_MESSAGE' | 'MESSAGE_TOO_LARGE'): Uint8Array[] {
      return acknowledged(null, faulty([{ location: 'MSH^1', rule }]))
    },
  }
}

export type AnswerMessage = ReturnType<typeof makeAnswerMessage>
