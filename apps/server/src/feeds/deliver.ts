/**
 * Takes what one feed has to tell to its receiver: at least once, duplicates recognisable by their id.
 *
 * Invariants
 * - A receiver that is away, slow or talks nonsense costs no item a try: the whole feed waits, longer each time and a minute
 *   at most, and what was claimed goes back. Items are never given up for that.
 * - A batch that the receiver cannot read is halved until what is wrong with it is alone. That one is tried again over hours
 *   and is then a dead letter, which an operator sees and has tried again.
 * - One feed's trouble is not another's: each has a deliverer, a connection and waits of its own.
 */
import { minuteMilliseconds } from '@sidep/time'
import { type RetryPolicy, retryDelayMilliseconds } from '../platform/backoff.ts'
import { uniform } from '../platform/clock.ts'
import { annotate, traced } from '../platform/tracing/tracing.ts'
import { VaultError } from '../platform/vault.ts'
import type { FeedPlatform } from './collect.ts'
import {
  type EventPlatform,
  type FeedEvent,
  screeningOf,
  surveillanceEvent,
  tracingEvent,
} from './events.ts'
import type { ItemFeed } from './feed-names.ts'
import { isPaused, noteFailure, noteTaken } from './feed-state.ts'
import {
  type ClaimedItem,
  claimItems,
  findCases,
  findRecords,
  handBack,
  markNeedless,
  markRefused,
  markTaken,
} from './items.ts'
import type { Receiver } from './receiver.ts'

/** A receiver that is away: looked for again within a minute, so that cases are told within one once it is back. */
const awayPolicy: RetryPolicy = {
  triesMax: Number.POSITIVE_INFINITY,
  firstDelayMilliseconds: 2_000,
  delayMillisecondsMax: 30_000,
}
/** What is refused by itself: 12 tries over half a day, so that no receiver that is wrong for an hour makes a dead letter. */
const refusedPolicy: RetryPolicy = {
  triesMax: 12,
  firstDelayMilliseconds: 30_000,
  delayMillisecondsMax: 120 * minuteMilliseconds,
}
/** More than two tries of a batch. */
const leaseMilliseconds = 2 * minuteMilliseconds
const itemsMax = 100

export type DeliveryPlatform = FeedPlatform & EventPlatform

export interface Deliverer {
  /** Tells one batch of what is due; @returns how many items were claimed. */
  runOnce(): Promise<number>
}

interface Told {
  readonly item: ClaimedItem
  readonly event: FeedEvent
}

export const makeDeliverer = (
  platform: DeliveryPlatform,
  feed: ItemFeed,
  receiver: Receiver,
): Deliverer => {
  const { database, clock, log, randomBytes, metrics } = platform
  const told = metrics.counter(
    `sidep_feed_${feed}_total`,
    `Items of the feed ${feed} by how a try ended: taken, needless, refused, dead, untried`,
  )
  let failuresInRow = 0
  let notBefore = 0

  const refuse = async (item: ClaimedItem, code: string, isFinal = false): Promise<void> => {
    const now = clock.now()
    const isDead = isFinal || item.attempts >= refusedPolicy.triesMax
    const delay = retryDelayMilliseconds(
      refusedPolicy,
      item.attempts,
      0.5 + uniform(randomBytes) / 2,
    )
    const dueAt = isDead ? null : new Date(now.getTime() + delay)
    await markRefused(database, feed, item, code, dueAt, now)
    told.increment({ outcome: isDead ? 'dead' : 'refused' })
    if (isDead) log.warn({ feed, code, attempts: item.attempts }, 'item of a feed given up')
  }

  const away = async (batch: readonly Told[], code: string): Promise<void> => {
    const items = batch.map(({ item }) => item)
    await handBack(database, feed, items)
    told.increment({ outcome: 'untried' }, items.length)
    failuresInRow += 1
    const delay = retryDelayMilliseconds(awayPolicy, failuresInRow, uniform(randomBytes))
    notBefore = clock.now().getTime() + delay
    await noteFailure(database, feed, code, clock.now())
  }

  const send = async (batch: readonly Told[]): Promise<void> => {
    const [first] = batch
    if (first === undefined) return
    const answer = await receiver.send(batch.map(({ event }) => event))
    annotate({ 'sidep.outcome': answer.outcome })
    if (answer.outcome === 'away') return away(batch, answer.code)
    if (answer.outcome === 'malformed') {
      if (batch.length === 1) {
        await noteFailure(database, feed, answer.code, clock.now())
        return refuse(first.item, answer.code)
      }
      const half = Math.ceil(batch.length / 2)
      await send(batch.slice(0, half))
      await send(batch.slice(half))
      return
    }
    const { taken, refused } = answer
    const takenItems = batch.filter(({ event }) => taken.has(event.id)).map(({ item }) => item)
    if (takenItems.length > 0) {
      await markTaken(database, feed, takenItems, clock.now())
      await noteTaken(database, feed, clock.now())
      told.increment({ outcome: 'taken' }, takenItems.length)
      failuresInRow = 0
    }
    const silent = batch.filter(({ event }) => !taken.has(event.id) && !refused.has(event.id))
    for (const { item, event } of batch) {
      const code = refused.get(event.id)
      if (code !== undefined && !taken.has(event.id)) await refuse(item, code)
    }
    if (silent.length > 0) await away(silent, 'FEED_ANSWER_INCOMPLETE')
  }

  const eventsOf = async (
    items: readonly ClaimedItem[],
  ): Promise<(FeedEvent | null | string)[]> => {
    const make = async (): Promise<(item: ClaimedItem) => FeedEvent | null> => {
      if (feed === 'tracing') {
        const cases = await findCases(database, items)
        return (item) => tracingEvent(platform, item, cases.get(screeningOf(item)))
      }
      const records = await findRecords(database, items)
      return (item) => surveillanceEvent(platform, item, records.get(screeningOf(item)))
    }
    const eventOf = await make()
    return items.map((item) => {
      try {
        return eventOf(item)
      } catch (error) {
        if (error instanceof VaultError) return error.code
        throw error
      }
    })
  }

  return {
    async runOnce() {
      const now = clock.now()
      if (now.getTime() < notBefore || (await isPaused(database, feed))) return 0
      const claimedUntil = new Date(now.getTime() + leaseMilliseconds)
      const items = await claimItems(database, feed, itemsMax, now, claimedUntil)
      if (items.length === 0) return 0
      const events = await eventsOf(items)
      const batch: Told[] = []
      const needless: ClaimedItem[] = []
      for (const [index, item] of items.entries()) {
        const event = events[index] ?? null
        if (event === null) needless.push(item)
        else if (typeof event === 'string') await refuse(item, event, true)
        else batch.push({ item, event })
      }
      if (needless.length > 0) {
        await markNeedless(database, feed, needless, clock.now())
        told.increment({ outcome: 'needless' }, needless.length)
      }
      const attributes = { 'sidep.feed': feed, 'sidep.count': batch.length }
      if (batch.length > 0) await traced({ name: 'feed delivery', attributes }, () => send(batch))
      return items.length
    },
  }
}
