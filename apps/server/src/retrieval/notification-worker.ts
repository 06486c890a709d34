/**
 * Takes messages out of the outbox and to their senders: at least once, and told apart by their id.
 *
 * Invariants
 * - Nothing is claimed that cannot be tried within its lease; what is not tried in time goes back untried.
 * - A message is written off only after a final refusal or the last try; everything else comes back, later each time.
 * - Stopping hands back what has not begun, waits a bounded time for what has, and ends every timer.
 */
import { messagesInFlightMax } from '@sidep/admission'
import {
  defaultRetryPolicy,
  type RetryPolicy,
  retryDelayMilliseconds,
} from '../platform/backoff.ts'
import { uniform } from '../platform/clock.ts'
import { openScreening } from '../platform/sealed.ts'
import { annotate, traced } from '../platform/tracing/tracing.ts'
import { VaultError } from '../platform/vault.ts'
import type { NotificationPlatform } from './dependencies.ts'
import { messageReferenceOf } from './message-reference.ts'
import { whoseOf } from './messages.ts'
import {
  topics as allTopics,
  type Channel,
  type ClaimedMessage,
  claimMessages,
  giveUp,
  markDone,
  postpone,
  release,
  type Topic,
  waitingMessages,
} from './outbox.ts'
import type { DeliveryOutcome, OutgoingMessage, Sender } from './sender.ts'
import { unlockNumberOf } from './unlock.ts'

export interface NotificationWorkerDependencies {
  /** Messages of a channel without a sender stay in the outbox. The worker closes them when it stops. */
  readonly senders: Partial<Record<Channel, Sender>>
  readonly retryPolicy?: RetryPolicy
  /** How long a claim lasts; more than the longest try. */
  readonly leaseMilliseconds?: number
  /** Pause between looks at an empty outbox. */
  readonly pollMilliseconds?: number
  /** Messages under way at once. */
  readonly concurrencyMax?: number
  readonly batchMax?: number
  /** How long `stop` waits for tries under way. */
  readonly stopMilliseconds?: number
}

export interface NotificationWorker {
  /** Ends the worker: what has not begun is handed back, what has gets a bounded time. */
  stop(): Promise<void>
}

type Prepared =
  | { readonly ok: true; readonly message: OutgoingMessage }
  | { readonly ok: false; readonly code: string }

const prepare = (platform: NotificationPlatform, row: ClaimedMessage): Prepared => {
  const { vault, retrievalLinks, configuration } = platform
  try {
    const { person } = openScreening(vault, row, row.site_id, row.screening_id)
    const { contact } = person
    const { channel, kind } = allTopics[row.topic]
    const address = channel === 'sms' ? contact?.phone : contact?.email
    if (address === undefined) return { ok: false, code: 'CONTACT_MISSING' }
    const code = retrievalLinks.codeFor(row.site_id, row.screening_id, row.retrieval_generation)
    return {
      ok: true,
      message: {
        kind,
        messageId: messageReferenceOf(row),
        address,
        language: contact?.language ?? 'fr',
        siteName: row.site_name ?? '',
        whose: whoseOf(person),
        url: retrievalLinks.urlFor(code),
        linkDays: configuration.retrieval.linkDays,
        unlockNumber: kind === 'unlock' ? unlockNumberOf(vault, row) : null,
      },
    }
  } catch (error) {
    if (error instanceof VaultError) return { ok: false, code: error.code }
    throw error
  }
}

/** Runs a task over items, so many at a time. A task that fails is its own affair: tasks report and do not throw. */
const forEachLimited = async <T>(
  items: readonly T[],
  concurrencyMax: number,
  task: (item: T) => Promise<void>,
): Promise<void> => {
  const rest = items.values()
  const lane = async (): Promise<void> => {
    for (const item of rest) await task(item)
  }
  await Promise.all(Array.from({ length: Math.min(concurrencyMax, items.length) }, lane))
}

export interface NotificationRunner {
  readonly topics: readonly Topic[]
  /** Works through one batch of what is due now; @returns how many messages were claimed. */
  runOnce(): Promise<number>
}

/** The worker's work without its timer. Once `stopping` is aborted it begins nothing more. */
export const makeNotificationRunner = (
  platform: NotificationPlatform,
  dependencies: NotificationWorkerDependencies,
  stopping: AbortSignal,
): NotificationRunner => {
  const { database, clock, log } = platform
  const policy = dependencies.retryPolicy ?? defaultRetryPolicy
  const leaseMilliseconds = dependencies.leaseMilliseconds ?? 120_000
  const topics = (Object.keys(allTopics) as Topic[]).filter(
    (topic) => dependencies.senders[allTopics[topic].channel] !== undefined,
  )
  const notifications = platform.metrics.counter(
    'sidep_notifications_total',
    'Messages to persons, by channel and how a try ended: delivered, postponed, or failed for good',
  )
  const failures = platform.metrics.counter(
    'sidep_notification_failures_total',
    'Tries to reach a person that did not work, by channel and code',
  )

  const settle = async (row: ClaimedMessage, outcome: DeliveryOutcome): Promise<void> => {
    const now = clock.now()
    annotate({ 'sidep.outcome': outcome.outcome === 'delivered' ? 'delivered' : outcome.code })
    const { channel } = allTopics[row.topic]
    if (outcome.outcome === 'delivered') {
      await markDone(database, row, now)
      notifications.increment({ channel, outcome: 'delivered' })
      return
    }
    failures.increment({ channel, code: outcome.code })
    if (outcome.outcome === 'rejected' || row.attempts >= policy.triesMax) {
      await giveUp(database, row, now, outcome.code)
      notifications.increment({ channel, outcome: 'failed' })
      log.warn({ channel, code: outcome.code, attempts: row.attempts }, 'message given up')
      return
    }
    const delay = Math.max(
      retryDelayMilliseconds(policy, row.attempts, uniform(platform.randomBytes)),
      outcome.retryAfterMilliseconds ?? 0,
    )
    await postpone(database, row, new Date(now.getTime() + delay), outcome.code)
    notifications.increment({ channel, outcome: 'postponed' })
  }

  const deliver = async (row: ClaimedMessage): Promise<void> => {
    const sender = dependencies.senders[allTopics[row.topic].channel]
    if (sender === undefined) return release(database, row)
    // Claimed more often than it may be tried: each time, the worker died before it could say how it went.
    if (row.attempts > policy.triesMax) {
      return settle(row, { outcome: 'rejected', code: 'TRIES_EXHAUSTED' })
    }
    const prepared = prepare(platform, row)
    if (!prepared.ok) return settle(row, { outcome: 'rejected', code: prepared.code })
    await settle(row, await sender.send(prepared.message))
  }

  const runOnce = async (): Promise<number> => {
    const now = clock.now()
    const claimedUntil = new Date(now.getTime() + leaseMilliseconds)
    // After half the lease a claim is too old to begin with: the rest is time for the try itself.
    const beginUntil = now.getTime() + leaseMilliseconds / 2
    const rows = await claimMessages(
      database,
      topics,
      dependencies.batchMax ?? 32,
      now,
      claimedUntil,
    )
    await forEachLimited(rows, dependencies.concurrencyMax ?? messagesInFlightMax, async (row) => {
      try {
        const begins = !stopping.aborted && clock.now().getTime() < beginUntil
        const attributes = { 'sidep.channel': allTopics[row.topic].channel }
        await (begins
          ? traced({ name: 'message to a person', attributes }, () => deliver(row))
          : release(database, row))
      } catch (error) {
        // The database went away in between. The lease brings the row back; the others go on.
        log.error({ code: 'OUTBOX_WRITE_FAILED', name: nameOf(error) }, 'message left to its lease')
      }
    })
    return rows.length
  }
  return { runOnce, topics }
}

const nameOf = (error: unknown): string =>
  error instanceof Error ? ('code' in error ? String(error.code) : error.name) : typeof error

const errorPauseMilliseconds = 2_000
const depthEveryMilliseconds = 15_000

/**
 * Starts the worker. Several may run, in one process or in many: they share the outbox and nothing else.
 *
 * @example
 * const worker = startNotificationWorker(platform, { senders: makeSenders(configuration) })
 * // …
 * await worker.stop()
 */
export const startNotificationWorker = (
  platform: NotificationPlatform,
  dependencies: NotificationWorkerDependencies,
): NotificationWorker => {
  const stopping = new AbortController()
  const { runOnce, topics } = makeNotificationRunner(platform, dependencies, stopping.signal)
  const batchMax = dependencies.batchMax ?? 32
  const pollMilliseconds = dependencies.pollMilliseconds ?? 250

  let waiting = 0
  let depthDueAt = 0
  platform.metrics.gauge(
    'sidep_notifications_waiting',
    'Messages to persons not yet delivered nor given up, as of the last quarter of a minute',
    () => waiting,
  )
  const lookAtDepth = async (): Promise<void> => {
    const now = platform.clock.now().getTime()
    if (now < depthDueAt) return
    depthDueAt = now + depthEveryMilliseconds
    waiting = await waitingMessages(platform.database)
  }

  const pause = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      if (stopping.signal.aborted) return resolve()
      const done = (): void => {
        clearTimeout(timer)
        stopping.signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, milliseconds)
      stopping.signal.addEventListener('abort', done)
    })

  const turn = async (): Promise<number> => {
    try {
      const claimed = await runOnce()
      await lookAtDepth()
      return claimed >= batchMax ? 0 : pollMilliseconds
    } catch (error) {
      platform.log.error({ code: 'OUTBOX_UNREADABLE', name: nameOf(error) }, 'outbox not readable')
      return errorPauseMilliseconds
    }
  }

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const pauseMilliseconds = await turn()
      if (pauseMilliseconds > 0) await pause(pauseMilliseconds)
    }
  }

  const running = topics.length === 0 ? Promise.resolve() : loop()
  const closeSenders = async (): Promise<void> => {
    await Promise.all(Object.values(dependencies.senders).map((sender) => sender.close()))
  }
  return {
    async stop() {
      stopping.abort()
      const timer = setTimeout(() => void closeSenders(), dependencies.stopMilliseconds ?? 10_000)
      await running
      clearTimeout(timer)
      await closeSenders()
    },
  }
}
