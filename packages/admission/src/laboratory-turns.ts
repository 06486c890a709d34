/**
 * Turns of laboratories: who is read next, and who waits unread. A laboratory has what its entry of the directory permits,
 * in results a second, and all of them together have what the operator gives them; both are kept at any load, because what a
 * flood takes where there is room is what the counters beside it wait for.
 *
 * Beyond its share a message is not refused at once: a sender that is told to come back in some seconds, and does not, would
 * be told so again thousands of times a second. It waits with its connection unread, so that TCP holds the rest on the sender's
 * side; what has waited too long is told when to come back.
 *
 * Invariants
 * - Over any time a laboratory enters with at most its share of that time, what it may send at once, and one message's results
 *   for each that may be in work; so do all together.
 * - Of those whose turn it may be, the laboratory that has waited longest since its last turn is next: one that floods takes no
 *   other's turn.
 * - What waits is bounded by laboratory and in time; each arrival is settled exactly once.
 * - No clock of its own: times are given, in milliseconds.
 */
import { laboratoryMessages } from './concurrency.ts'

export interface LaboratoryShare {
  /** Of one laboratory and no other. */
  readonly name: string
  /** Results a second. */
  readonly perSecond: number
}

export type LaboratoryTurn =
  | {
      readonly ok: true
      /** To be called once it is answered. @param results how many it held; at least one is counted */
      leave(results: number, now: number): void
    }
  | {
      readonly ok: false
      /** Whether it is the laboratory's own share, or there is too much of all. */
      readonly of: 'own' | 'all'
      readonly retryAfterSeconds: number
    }

interface LaboratoryArrival {
  readonly share: LaboratoryShare
  /** Whether its sender has hung up meanwhile. */
  readonly isGone: () => boolean
  /** Called once: now, or from a later call. Who is gone is told to come back, and costs no turn. */
  readonly settle: (turn: LaboratoryTurn) => void
}

export interface LaboratoryTurns {
  arrive(arrival: LaboratoryArrival, now: number): void
  /** Lets in whose turn it is, and tells who waited too long. @returns when to call it again; null: nobody waits */
  tick(now: number): number | null
  /** Tells all who wait to come back: nobody is read any more. */
  turnAll(now: number): void
  readonly inWork: number
  readonly waiting: number
}

/** What may be taken at once after a quiet time, seconds of a share. */
const atOnceSeconds = 2
const forgetEveryMilliseconds = 10_000
const { max, ofEachMax, waitingOfEachMax, waitMilliseconds, retrySeconds } = laboratoryMessages

/** Results that may be taken; below zero after a message of many. */
interface Allowance {
  tokens: number
  at: number
}

interface Waiting extends LaboratoryArrival {
  readonly since: number
}

interface Lane extends Allowance {
  readonly name: string
  perSecond: number
  waiting: Waiting[]
  inWork: number
}

const fullOf = (perSecond: number): number => Math.max(1, perSecond * atOnceSeconds)

const refill = (allowance: Allowance, perSecond: number, now: number): void => {
  const more = (Math.max(0, now - allowance.at) * perSecond) / 1_000
  allowance.tokens = Math.min(fullOf(perSecond), allowance.tokens + more)
  allowance.at = now
}

/** Milliseconds until one more may be taken. */
const untilOne = ({ tokens }: Allowance, perSecond: number): number =>
  Math.max(0, ((1 - tokens) * 1_000) / perSecond)

/** @param perSecond results of all laboratories together */
export const makeLaboratoryTurns = (perSecond: number): LaboratoryTurns => {
  /** In the order of their last turns: who is first has waited longest. */
  const lanes = new Map<string, Lane>()
  const all: Allowance = { tokens: fullOf(perSecond), at: 0 }
  let inWork = 0
  let waiting = 0
  let forgottenAt = 0

  const laneOf = ({ name, perSecond: own }: LaboratoryShare, now: number): Lane => {
    const known = lanes.get(name)
    if (known !== undefined) {
      // The directory may have changed.
      known.perSecond = own
      return known
    }
    const lane = { name, perSecond: own, tokens: fullOf(own), at: now, waiting: [], inWork: 0 }
    lanes.set(name, lane)
    return lane
  }

  const refuse = ({ settle, share }: Waiting, lane: Lane, now: number): void => {
    refill(lane, share.perSecond, now)
    const own = untilOne(lane, lane.perSecond)
    const ofAll = untilOne(all, perSecond)
    const isOwn = own >= ofAll || lane.inWork >= ofEachMax
    const seconds = Math.ceil(Math.max(own, ofAll) / 1_000)
    const retryAfterSeconds = Math.max(retrySeconds, seconds)
    settle({ ok: false, of: isOwn ? 'own' : 'all', retryAfterSeconds })
  }

  const dropGone = (lane: Lane, now: number): void => {
    const { here = [], gone = [] } = Object.groupBy(lane.waiting, ({ isGone }) =>
      isGone() ? 'gone' : 'here',
    )
    waiting -= gone.length
    lane.waiting = here
    for (const one of gone) refuse(one, lane, now)
  }

  const start = (lane: Lane, { settle }: LaboratoryArrival): void => {
    lane.tokens -= 1
    all.tokens -= 1
    lane.inWork += 1
    inWork += 1
    lanes.delete(lane.name)
    lanes.set(lane.name, lane)
    let hasLeft = false
    settle({
      ok: true,
      leave(results, now) {
        if (hasLeft) return
        hasLeft = true
        lane.inWork -= 1
        inWork -= 1
        // One was taken when it entered; how many it held is known once it is read.
        const more = Math.max(0, results - 1)
        lane.tokens -= more
        all.tokens -= more
        dispatch(now)
      },
    })
  }

  const mayStart = (lane: Lane): boolean =>
    lane.tokens >= 1 && lane.inWork < ofEachMax && all.tokens >= 1 && inWork < max

  /** The one that has waited longest of those that are still here. */
  const takeNext = (lane: Lane, now: number): Waiting | undefined => {
    for (let next = lane.waiting.shift(); next !== undefined; next = lane.waiting.shift()) {
      waiting -= 1
      if (!next.isGone()) return next
      refuse(next, lane, now)
    }
    return undefined
  }

  const dispatch = (now: number): void => {
    if (waiting === 0) return
    refill(all, perSecond, now)
    // Each that has a turn goes behind the others: a lane is met once for each of its turns.
    for (const lane of lanes.values()) {
      if (all.tokens < 1 || inWork >= max) return
      if (lane.waiting.length === 0) continue
      refill(lane, lane.perSecond, now)
      if (!mayStart(lane)) continue
      const next = takeNext(lane, now)
      if (next !== undefined) start(lane, next)
    }
  }

  /** One that is as if it had never been: nobody of it is here, and it may take all it may. */
  const forgetQuiet = (now: number): void => {
    if (now - forgottenAt < forgetEveryMilliseconds) return
    forgottenAt = now
    for (const lane of lanes.values()) {
      if (lane.inWork > 0 || lane.waiting.length > 0) continue
      refill(lane, lane.perSecond, now)
      if (lane.tokens >= fullOf(lane.perSecond)) lanes.delete(lane.name)
    }
  }

  const nextTick = (): number | null => {
    if (waiting === 0) return null
    let next = Number.POSITIVE_INFINITY
    for (const lane of lanes.values()) {
      const [oldest] = lane.waiting
      if (oldest === undefined) continue
      next = Math.min(next, oldest.since + waitMilliseconds)
      // With all in work who may be, the end of one of them is what lets in the next.
      if (lane.inWork >= ofEachMax || inWork >= max) continue
      const at = Math.max(
        lane.at + untilOne(lane, lane.perSecond),
        all.at + untilOne(all, perSecond),
      )
      next = Math.min(next, at)
    }
    return next
  }

  return {
    arrive(arrival, now) {
      forgetQuiet(now)
      const lane = laneOf(arrival.share, now)
      refill(lane, lane.perSecond, now)
      refill(all, perSecond, now)
      if (lane.waiting.length === 0 && mayStart(lane)) {
        start(lane, arrival)
        return
      }
      const held = { ...arrival, since: now }
      if (lane.waiting.length >= waitingOfEachMax) dropGone(lane, now)
      if (lane.waiting.length >= waitingOfEachMax) {
        refuse(held, lane, now)
        return
      }
      lane.waiting.push(held)
      waiting += 1
    },
    tick(now) {
      for (const lane of lanes.values()) {
        while (lane.waiting[0] !== undefined && now - lane.waiting[0].since >= waitMilliseconds) {
          const late = lane.waiting.shift()
          waiting -= 1
          if (late !== undefined) refuse(late, lane, now)
        }
      }
      dispatch(now)
      return nextTick()
    },
    turnAll(now) {
      for (const lane of lanes.values()) {
        const held = lane.waiting
        lane.waiting = []
        waiting -= held.length
        for (const one of held) refuse(one, lane, now)
      }
    },
    get inWork() {
      return inWork
    },
    get waiting() {
      return waiting
    },
  }
}
