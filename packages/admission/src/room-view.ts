/** What somebody in the waiting room is told: how many are before them, how long, and when to ask again. */
import { type ArrivalBucket, bucketMilliseconds, type RoomState } from './room.ts'

export interface PlaceView {
  /** 1 is next. */
  readonly position: number
  /** At the present pace; what no-shows give back makes it shorter. */
  readonly waitSeconds: number
}

/**
 * How many are before an arrival and not let in; of those who came in the same quarter of a second all but one, since
 * who is told less than they wait feels cheated, and who is told more does not.
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

const pollSecondsMin = 2
const pollSecondsMax = 120

/**
 * When to ask again: late enough that sixty thousand who wait ask some four times each, early enough to be there when
 * one's turn comes.
 *
 * @param random uniform in [0, 1)
 */
export const pollAfterSeconds = (waitSeconds: number, random: () => number): number => {
  const wanted = waitSeconds * 0.8 * (0.9 + 0.2 * random())
  return Math.round(Math.min(pollSecondsMax, Math.max(pollSecondsMin, wanted)))
}
