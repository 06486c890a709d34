/**
 * Tells vendors, at least once, each by itself.
 *
 * Invariants
 * - One vendor's address that is away, slow or talks nonsense costs no other a second: each has its round, its waits, its tries.
 * - After a failure the whole vendor waits, longer each time; what fails by itself for a day and a half is a dead letter.
 * - A vendor that is suspended is told nothing; it waits.
 */
import { hourMilliseconds } from '@sidep/time'
import { type RetryPolicy, retryDelayMilliseconds } from '../../platform/backoff.ts'
import { uniform } from '../../platform/clock.ts'
import type { Platform } from '../../platform/context.ts'
import { errorName } from '../../platform/error-name.ts'
import { type Looking, startLooking } from '../../platform/looking.ts'
import { suspendedVendors } from '../register.ts'
import { type Caller, makeCaller } from './call.ts'
import { collectVendorEvents } from './collect.ts'
import {
  claimEvents,
  eventView,
  handBack,
  listWebhooks,
  markFailed,
  markTold,
  noteTry,
  type Webhook,
} from './store.ts'

/** Of one event: some 37 hours in all. */
const eventPolicy: RetryPolicy = {
  triesMax: 18,
  firstDelayMilliseconds: 10_000,
  delayMillisecondsMax: 4 * hourMilliseconds,
}
/** Of a vendor whose address did not answer. */
const vendorPolicy: RetryPolicy = {
  triesMax: Number.POSITIVE_INFINITY,
  firstDelayMilliseconds: 2_000,
  delayMillisecondsMax: 60_000,
}
const eventsMax = 20
/** Longer than a batch in which each answer takes its ten seconds. */
const leaseMilliseconds = 5 * 60_000
const everyMilliseconds = 2_000

export type WebhookPlatform = Pick<
  Platform,
  'database' | 'clock' | 'randomBytes' | 'log' | 'metrics' | 'sessionSigner'
>

/** Tells one vendor some of what is due. @returns whether there may be more */
export const tellVendor = async (
  { database, clock, randomBytes, sessionSigner, log }: WebhookPlatform,
  caller: Caller,
  { vendorId, url, failuresInRow }: Webhook,
): Promise<boolean> => {
  const now = clock.now()
  const claimedUntil = new Date(now.getTime() + leaseMilliseconds)
  const events = await claimEvents(database, vendorId, eventsMax, now, claimedUntil)
  for (const [index, event] of events.entries()) {
    const failure = await caller.tell(url, eventView(event), sessionSigner.current(), clock.now())
    const at = clock.now()
    if (failure === null) {
      await markTold(database, event, at)
      await noteTry(database, vendorId, at, null)
      continue
    }
    const later = (policy: RetryPolicy, tries: number): Date =>
      new Date(at.getTime() + retryDelayMilliseconds(policy, tries, 0.5 + uniform(randomBytes) / 2))
    const isDead = event.attempts >= eventPolicy.triesMax
    await markFailed(
      database,
      event,
      failure,
      isDead ? null : later(eventPolicy, event.attempts),
      at,
    )
    if (isDead)
      log.warn({ vendor: vendorId, code: failure }, 'a vendor could not be told: given up')
    for (const untried of events.slice(index + 1)) await handBack(database, untried)
    const notBefore = later(vendorPolicy, failuresInRow + 1)
    await noteTry(database, vendorId, at, { failure, notBefore })
    return false
  }
  return events.length === eventsMax
}

/** Follows the chains and tells vendors until it is stopped. */
export const startWebhookWorker = (platform: WebhookPlatform, anywhere: boolean): Looking => {
  const { database, clock, log, metrics } = platform
  const caller = makeCaller(anywhere)
  const told = metrics.counter('sidep_vendor_webhook_rounds_total', 'Rounds of telling vendors.')
  const busy = new Map<string, Promise<void>>()

  const tell = async (webhook: Webhook, stopping: AbortSignal): Promise<void> => {
    try {
      while (!stopping.aborted && (await tellVendor(platform, caller, webhook)))
        told.increment({ outcome: 'more' })
      told.increment({ outcome: 'done' })
    } catch (error) {
      told.increment({ outcome: 'failed' })
      log.error({ code: 'WEBHOOK_ROUND_FAILED', name: errorName(error) }, 'tried again later')
    }
  }

  const round = async (stopping: AbortSignal): Promise<void> => {
    const now = clock.now()
    await collectVendorEvents(database, now)
    const suspended = await suspendedVendors(database)
    for (const webhook of await listWebhooks(database)) {
      const { vendorId, notBefore } = webhook
      const isResting = notBefore !== null && notBefore > now
      if (isResting || suspended.has(vendorId) || busy.has(vendorId)) continue
      busy.set(
        vendorId,
        tell(webhook, stopping).finally(() => busy.delete(vendorId)),
      )
    }
  }

  const rounds = startLooking({
    everyMilliseconds,
    isFirstAtOnce: true,
    look: round,
    failed: (error) =>
      log.error({ code: 'WEBHOOKS_NOT_COLLECTED', name: errorName(error) }, 'tried again later'),
  })
  return {
    async stop() {
      await rounds.stop()
      await caller.close()
      await Promise.all(busy.values())
    },
  }
}
