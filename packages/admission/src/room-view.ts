/** What somebody in the waiting room is told: how many are before them, how long, and when to ask again. */
import {
  type ArrivalBucket,
  bucketMilliseconds,
  bucketOf,
  burstOf,
  creditOf,
  type RoomSettings,
  type RoomState,
} from './room.ts'
import type { Ticket } from './ticket.ts'

export interface PlaceView {
  /** 1 is next. */
  readonly position: number
  /** At the present pace; what no-shows give back makes it shorter. */
  readonly waitSeconds: number
}

/**
 * How many arrivals are before this one and not let in yet. Of those in the same quarter of a second all but one count
 * as before it: somebody who is told less than they wait feels cheated, somebody who is told more does not.
 */
export const countAhead = (
  arrivedAt: number,
  state: Pick<RoomState, 'watermark'>,
  buckets: readonly ArrivalBucket[],
): number => {
  let ahead = 0
  for (const { startsAt, tickets, paid } of buckets) {
    const end = startsAt + bucketMilliseconds
    if (end <= state.watermark || startsAt > arrivedAt) continue
    const left = Math.max(0, tickets - paid)
    ahead += arrivedAt >= end ? left : Math.max(0, left - 1)
  }
  return ahead
}

/** Place and time of an arrival. */
export const placeOf = (
  arrivedAt: number,
  state: Pick<RoomState, 'watermark' | 'pace' | 'tokens'>,
  buckets: readonly ArrivalBucket[],
): PlaceView => {
  const ahead = countAhead(arrivedAt, state, buckets)
  // Tokens that are owed must be earned first.
  const paidSeconds = Math.max(0, ahead + 1 - state.tokens) / Math.max(state.pace, 0.1)
  return {
    position: ahead + 1,
    waitSeconds: Math.max(1, Math.ceil(paidSeconds)),
  }
}

/**
 * Whether a ticket was used before, its place has been given away, or it no longer counts since its holder never came back:
 * another token is due for it (`RoomArrivals.late`).
 */
export const isLate = (
  { arrivedAt, generation, confirmed }: Pick<Ticket, 'arrivedAt' | 'generation' | 'confirmed'>,
  buckets: readonly ArrivalBucket[],
): boolean => {
  const bucket = buckets.find(({ startsAt }) => startsAt === bucketOf(arrivedAt))
  if (generation > 0 || bucket === undefined) return true
  return !confirmed && bucket.unconfirmed === 0
}

/** Place and time of somebody late whom the watermark has passed; null: they may begin. */
export const latePlaceOf = (
  state: Pick<RoomState, 'pace' | 'tokens'>,
  settings: Pick<RoomSettings, 'burstSeconds'>,
): PlaceView | null => {
  if (creditOf(state, settings) >= 1) return null
  const pace = Math.max(state.pace, 0.1)
  const owed = 1 - state.tokens - burstOf(pace, settings)
  return { position: 1, waitSeconds: Math.max(1, Math.ceil(owed / pace)) }
}

const pollSecondsMin = 2
const pollSecondsMax = 120

/** Share of the remaining time after which to ask again; the rest allows for changes in between. */
const waitShareMax = 0.8

/**
 * When to ask again: late enough that sixty thousand who wait ask some six times each, and not after one's turn, even if
 * the pace rises to its best meanwhile. Who sleeps past it comes together with all the others who did: a room that grew
 * at a thousand a second would send them on at a thousand a second.
 *
 * @param paceShare the present pace, as a share of the best
 * @param random uniform in [0, 1)
 */
export const pollAfterSeconds = (
  waitSeconds: number,
  paceShare: number,
  random: () => number,
): number => {
  const wanted = Math.min(pollSecondsMax, waitSeconds * Math.min(waitShareMax, paceShare))
  return Math.max(pollSecondsMin, Math.round(wanted * (0.9 + 0.2 * random())))
}

/** A page is never told to come back sooner than this after taking a place: it is still being opened. */
const confirmAfterMilliseconds = 1_500

/**
 * Whether a request that carries a ticket shows that its holder waits: they came back. A place dated later
 * (`networkShares`) counts from the first question on.
 *
 * @param roomNow room time, milliseconds
 */
export const isComingBack = (
  { arrivedAt, confirmed }: Pick<Ticket, 'arrivedAt' | 'confirmed'>,
  roomNow: number,
): boolean => !confirmed && Math.abs(roomNow - arrivedAt) >= confirmAfterMilliseconds

/** When to come back the first time: soon, so that the place counts. 3 to 7 s. */
export const firstPollAfterSeconds = (random: () => number): number => 3 + Math.round(4 * random())
