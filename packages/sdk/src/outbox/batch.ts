/** Carries batches to the portal, and says what came of it. */

import type { ProblemCode, ProblemsOf, ReconciliationAnswer } from '@sidep/contracts'
import { findDuplicates, reconcile } from '@sidep/contracts/endpoints'
import {
  type Answer,
  type ApiClient,
  type ApiError,
  codeOf,
  retryAfterSecondsOf,
  retryOf,
} from '../http/index.ts'
import type { DriverEvent, FindDuplicatesCommand, SendCommand } from './driver.ts'
import type { Sendable } from './sendable.ts'

/** The outbox sends again after a minute without an answer. */
const batchTimeoutMilliseconds = 45_000

/**
 * What a refusal of a whole batch says: of the session, of the portal now, or of what is in the batch, which another time
 * would not change.
 */
const meanings: Record<
  ProblemsOf<typeof reconcile> | ProblemsOf<typeof findDuplicates>,
  'signed-out' | 'busy' | 'unreadable'
> = {
  ADDRESS_TOO_LONG: 'busy',
  BATCH_TOO_LARGE: 'unreadable',
  BODY_MALFORMED: 'unreadable',
  BODY_TOO_LARGE: 'unreadable',
  DELEGATION_ENDED: 'signed-out',
  FRESH_SIGN_IN_REQUIRED: 'signed-out',
  HEADERS_TOO_LARGE: 'busy',
  INTERNAL: 'busy',
  MEDIA_TYPE_UNSUPPORTED: 'busy',
  ORIGIN_REFUSED: 'busy',
  REQUEST_INVALID: 'unreadable',
  REQUEST_MALFORMED: 'busy',
  REQUEST_TOO_SLOW: 'busy',
  SESSION_DIFFERS: 'signed-out',
  SESSION_EXPIRED: 'signed-out',
  SESSION_INVALID: 'signed-out',
  SESSION_MISSING: 'signed-out',
  SESSION_RENEWAL_DUE: 'signed-out',
  SESSION_REVOKED: 'signed-out',
  SITE_NOT_CHOSEN: 'busy',
  SITE_NOT_PERMITTED: 'unreadable',
  SITE_SHARE_EXCEEDED: 'busy',
  UNAVAILABLE: 'busy',
}

const isKnown = (code: ProblemCode): code is keyof typeof meanings => Object.hasOwn(meanings, code)

/** What an error says of the way to the portal, where nothing that was sent is to blame. */
export const troubleOf = (error: ApiError): 'signed-out' | 'busy' | 'unreachable' => {
  if (retryOf(error) === 'after-sign-in') return 'signed-out'
  return error.kind === 'problem' || retryAfterSecondsOf(error) !== null ? 'busy' : 'unreachable'
}

/** A code that these endpoints do not have is of a later version: its registry says what to do. */
const meaningOf = (error: ApiError): 'signed-out' | 'busy' | 'unreadable' | 'unreachable' => {
  const code = codeOf(error)
  return code !== null && isKnown(code) ? meanings[code] : troubleOf(error)
}

export interface Batches<Screening> {
  /** Sends a batch; the outbox's next event. */
  readonly send: (command: SendCommand<Screening>) => Promise<DriverEvent<Screening>>
  /** Asks whether the site has what was typed from papers already. */
  readonly findDuplicates: (
    command: FindDuplicatesCommand<Screening>,
  ) => Promise<DriverEvent<Screening>>
}

export interface BatchDependencies {
  readonly api: Pick<ApiClient, 'ask'>
  readonly at: () => number
  /** Uniform in [0, 1). */
  readonly random: () => number
  readonly observe: (answer: Answer<unknown>) => void
  /** A batch was answered: before its entries leave, the lists should show what the portal has. */
  readonly reconciled: (answer: ReconciliationAnswer) => Promise<void>
}

export const makeBatches = <Screening extends Sendable>(
  dependencies: BatchDependencies,
): Batches<Screening> => {
  const { api, at, random, observe } = dependencies

  const failed = (
    batch: string,
    error: ApiError,
    reason: 'signed-out' | 'busy' | 'unreachable',
  ): DriverEvent<Screening> => ({
    type: 'failed',
    batch,
    reason,
    retryAfterSeconds: retryAfterSecondsOf(error),
    random: random(),
    now: at(),
  })

  return {
    send: async ({ batch, items, wasted }) => {
      const body = {
        items: items.map((item) =>
          item.kind === 'ask' ? item : { ...item, screening: item.screening.input },
        ),
        wasted: [...wasted],
      }
      const answer = await api.ask(reconcile, {
        body,
        timeoutMilliseconds: batchTimeoutMilliseconds,
      })
      observe(answer)
      const sent = items.map(({ id, version }) => ({ id, version }))
      if (answer.ok) {
        await dependencies.reconciled(answer.value)
        return {
          type: 'answered',
          batch,
          items: sent,
          wasted,
          answer: answer.value,
          portalNow: null,
          random: random(),
          now: at(),
        }
      }
      const meaning = meaningOf(answer.error)
      if (meaning !== 'unreadable') return failed(batch, answer.error, meaning)
      const code = answer.error.kind === 'problem' ? answer.error.problem.code : 'REQUEST_INVALID'
      const refusal = { code, faults: [] }
      return { type: 'batch-refused', batch, items: sent, refusal, random: random(), now: at() }
    },
    findDuplicates: async ({ batch, items }) => {
      const screenings = items.map(({ id, screening }) => {
        const { person, sampledAt } = screening.input
        const { familyName, firstNames, birthDate } = person
        return { id, familyName, firstNames, birthDate, sampledAt }
      })
      const answer = await api.ask(findDuplicates, { body: { screenings } })
      observe(answer)
      const ids = items.map(({ id }) => id)
      const meaning = answer.ok ? null : meaningOf(answer.error)
      if (!answer.ok && meaning !== null && meaning !== 'unreadable')
        return failed(batch, answer.error, meaning)
      // One odd line must not hold up the others: their batch will say what is wrong.
      const found = answer.ok ? answer.value.found : []
      return { type: 'duplicates-found', batch, ids, found, now: at() }
    },
  }
}
