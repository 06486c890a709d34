/** Carries batches to the portal, and says what came of it. */
import type { OutboxEvent } from '@sidep/continuity'
import { ReconciliationAnswer, routes } from '@sidep/contracts'
import {
  type Answer,
  type ApiClient,
  type ApiError,
  retryAfterSecondsOf,
  retryOf,
} from '../../shared/api/index.ts'
import type { Content } from './content.ts'
import type { SendCommand } from './driver.ts'

/** The outbox sends again after a minute without an answer. */
const batchTimeoutMilliseconds = 45_000

const bodyOf = ({ items, wasted }: SendCommand) => ({
  items: items.map((item) =>
    item.kind === 'ask' ? item : { ...item, screening: item.screening.input },
  ),
  wasted,
})

const reasonOf = (error: ApiError): 'unreachable' | 'busy' | 'signed-out' => {
  if (retryOf(error) === 'after-sign-in') return 'signed-out'
  return error.kind === 'problem' || retryAfterSecondsOf(error) !== null ? 'busy' : 'unreachable'
}

export const postBatch = (
  api: Pick<ApiClient, 'post'>,
  command: SendCommand,
): Promise<Answer<ReconciliationAnswer>> =>
  api.post(routes.reconciliations, bodyOf(command), ReconciliationAnswer, {
    timeoutMilliseconds: batchTimeoutMilliseconds,
  })

/** The outbox's next event. */
export const eventOfBatch = (
  { batch, items, wasted }: SendCommand,
  answer: Answer<ReconciliationAnswer>,
  random: number,
  now: number,
): OutboxEvent<Content> =>
  answer.ok
    ? {
        type: 'answered',
        batch,
        items: items.map(({ id, version }) => ({ id, version })),
        wasted,
        answer: answer.value,
        portalNow: null,
        random,
        now,
      }
    : {
        type: 'failed',
        batch,
        reason: reasonOf(answer.error),
        retryAfterSeconds: retryAfterSecondsOf(answer.error),
        random,
        now,
      }
