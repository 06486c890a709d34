/** What goes back for one request. */
import type { Answer } from '../answer.ts'
import type { MessageFault } from '../faults.ts'
import {
  faultyOutcome,
  laterOutcome,
  type OutcomeContext,
  type RequestFault,
  requestOutcome,
  statusOf,
} from './outcome.ts'

export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** A resource; null: no body. */
  readonly body: object | null
}

export const refusedReply = (
  fault: RequestFault,
  context: Pick<OutcomeContext, 'language'>,
): Reply => ({
  status: statusOf(fault),
  body: requestOutcome(fault, context),
})

/** What cannot be read as a resource that this is about; everything else was read, and breaks a rule (FHIR R4 §3.1.0.1.9). */
const unreadable: ReadonlySet<MessageFault['rule']> = new Set([
  'NOT_A_MESSAGE',
  'RESOURCE_NOT_SUPPORTED',
])

export const faultyReply = (faults: readonly MessageFault[], context: OutcomeContext): Reply => ({
  status: faults.some(({ rule }) => unreadable.has(rule)) ? 400 : 422,
  body: faultyOutcome(faults, context),
})

export const laterReply = (
  { code, retryAfterSeconds }: Pick<Answer & { kind: 'later' }, 'code' | 'retryAfterSeconds'>,
  context: OutcomeContext,
  status: 429 | 503 = 503,
): Reply => ({
  status,
  headers: { 'retry-after': String(retryAfterSeconds) },
  body: laterOutcome(code, retryAfterSeconds, context),
})
