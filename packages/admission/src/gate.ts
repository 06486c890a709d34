/**
 * The gate of one process: who works now, who waits a moment, who is told to come back.
 *
 * Invariants
 * - At most `limit` in work, and of each class at most its cap, or, beside the limit, its own slots; a class below its reserve goes before all others, then
 *   the smaller rank goes first. Nobody borrows the unused reserve of the first rank.
 * - While the first rank waits, another class's reserve is counted in admissions as well as in slots: so many for each
 *   of the first rank as their reserves are to each other. Slots alone would let what is over in a millisecond through
 *   a thousand times a second for each one reserved.
 * - Queues are bounded in entries and in time. What waited too long is refused, not served late.
 * - Every arrival is settled exactly once, and every entry is left at most once.
 * - No clock and no randomness of its own: both are given.
 */
import { defaultGateSettings } from './concurrency.ts'
import { type ConcurrencyLimit, makeConcurrencyLimit } from './concurrency-limit.ts'
import { type FairQueue, makeFairQueue, type Waiting } from './fair-queue.ts'
import type { GateSettings } from './gate-settings.ts'
import { makeReturnTimes, type ReturnTimes } from './return-times.ts'
import { type ClassShape, type TrafficClass, trafficClasses } from './traffic.ts'

export interface Arrival {
  readonly trafficClass: TrafficClass
  /** Whose share it comes out of: a site, or an address. */
  readonly key: string
  /** From a closed set, for its usual time. */
  readonly route: string
}

/** A slot that is held. */
export interface Entry {
  /** How long it waited, milliseconds. */
  readonly waitedMilliseconds: number
  /** Gives the slot back; a second time does nothing. @param measured false when the time says nothing (it failed fast) */
  leave(nowMilliseconds: number, measured?: boolean): void
}

export type ShedReason = 'queue-full' | 'waited-too-long'
export interface Shed {
  readonly reason: ShedReason
  /** Jittered, so that those refused together do not come back together. */
  readonly retryAfterSeconds: number
}

export type Settlement =
  | { readonly ok: true; readonly entry: Entry }
  | { readonly ok: false; readonly shed: Shed }

export interface ClassView {
  readonly inFlight: number
  readonly queued: number
  readonly admitted: number
  readonly refusedFull: number
  readonly refusedLate: number
}

export interface Gate {
  /**
   * Asks for a slot. `settle` is called once: now, or from a later call of `leave` or `tick`.
   * @returns a function for a sender who has gone: true when it was still waiting and is forgotten
   */
  arrive(arrival: Arrival, now: number, settle: (settlement: Settlement) => void): () => boolean
  /** Drops what waited too long; to be called every few tens of milliseconds while something waits. */
  tick(now: number): void
  readonly waiting: number
  readonly inFlight: number
  limit(): number
  view(trafficClass: TrafficClass): ClassView
}

/** The most credit that a class saves up: after a quiet time it may admit this many at once. */
const creditMax = 10

/** A queue that has not been empty for this long is overloaded: what waits in it will not be served in time. */
const standingQueueMilliseconds = 500

interface Held {
  readonly arrival: Arrival
  readonly settle: (settlement: Settlement) => void
}

interface Lane {
  readonly shape: ClassShape
  readonly queue: FairQueue<Held>
  readonly returnTimes: ReturnTimes | null
  inFlight: number
  /** Keys with work in flight, to know whether anybody else is there. */
  readonly keys: Map<string, number>
  /** How many more it may admit from its reserve while the first rank waits. */
  credit: number
  emptyAt: number
  admitted: number
  refusedFull: number
  refusedLate: number
}

/** @param random uniform in [0, 1) */
export const makeGate = (
  random: () => number,
  settings: GateSettings = defaultGateSettings,
): Gate => {
  const limit: ConcurrencyLimit = makeConcurrencyLimit(settings.limit)
  const lanes = new Map<TrafficClass, Lane>(
    trafficClasses.map((name) => {
      const shape = settings.classes[name]
      const queue = makeFairQueue<Held>(shape.queueMax)
      const counts = { inFlight: 0, emptyAt: 0, admitted: 0, refusedFull: 0, refusedLate: 0 }
      const credit = creditMax
      const returnTimes =
        shape.returnsInLine === true ? makeReturnTimes(shape.retrySeconds, random) : null
      return [name, { shape, queue, returnTimes, keys: new Map(), credit, ...counts }]
    }),
  )
  const byRank = [...lanes.values()].sort((a, b) => a.shape.rank - b.shape.rank)
  /** Requests in work that count against the limit. */
  let inFlight = 0
  /** What does not. */
  let beside = 0
  let steering = 0
  let waiting = 0
  let usedMax = 0

  const laneOf = (name: TrafficClass): Lane => {
    const lane = lanes.get(name)
    if (lane === undefined) throw new TypeError(`no traffic class ${name}`)
    return lane
  }

  const reserveOf = ({ shape }: Lane): number =>
    Math.max(1, Math.floor(limit.current() * shape.reservedShare))
  const capOf = ({ shape }: Lane): number =>
    Math.max(1, Math.floor(limit.current() * shape.capShare))

  const [first] = byRank
  const firstWaits = (lane: Lane): boolean =>
    first !== undefined && first !== lane && first.queue.size > 0

  /** Whether a class may take one out of its reserve, whoever else wants it. */
  const mayTakeReserve = (lane: Lane): boolean =>
    lane.inFlight < (lane.shape.ownSlots ?? reserveOf(lane)) &&
    (lane.credit >= 1 || !firstWaits(lane))

  /**
   * Each admission of the first rank gives every other class a part of a credit. An admission of another class, while
   * the first rank waits, costs that class one.
   */
  const settleCredit = (lane: Lane): void => {
    if (firstWaits(lane)) lane.credit = Math.max(0, lane.credit - 1)
    if (lane !== first) return
    for (const other of byRank) {
      const part = other.shape.reservedShare / lane.shape.reservedShare
      other.credit = Math.min(creditMax, other.credit + part)
    }
  }

  /**
   * Slots kept free for the first rank, so that its work enters at once. The reserves of other classes are not kept
   * free: they get the next slot that comes free.
   */
  const keptFor = (lane: Lane): number => {
    return first === undefined || first === lane
      ? 0
      : Math.max(0, reserveOf(first) - first.inFlight)
  }

  const mayBorrow = (lane: Lane): boolean =>
    lane.inFlight < capOf(lane) && inFlight + keptFor(lane) < limit.current()

  const mayEnter = (lane: Lane): boolean => {
    if (lane.shape.steers && limit.isProbing() && steering >= settings.limit.calmInFlight)
      return false
    if (lane.shape.ownSlots !== undefined) return mayTakeReserve(lane)
    if (inFlight >= limit.current()) return false
    return mayTakeReserve(lane) || mayBorrow(lane)
  }

  const perKeyMax = (lane: Lane): number =>
    lane.keys.size > 1
      ? Math.max(settings.perKeyMin, Math.floor(limit.current() * settings.perKeyShare))
      : Number.POSITIVE_INFINITY

  const isStandingQueue = (lane: Lane, now: number): boolean =>
    now - lane.emptyAt > standingQueueMilliseconds

  const refuse = (lane: Lane, held: Held, reason: ShedReason, now: number): void => {
    if (reason === 'queue-full') lane.refusedFull += 1
    else lane.refusedLate += 1
    const retryAfterSeconds =
      lane.returnTimes?.give(now) ?? Math.ceil(lane.shape.retrySeconds * (1 + 2 * random()))
    held.settle({ ok: false, shed: { reason, retryAfterSeconds } })
  }

  const start = (lane: Lane, held: Held, since: number, startedAt: number): void => {
    const { key, route } = held.arrival
    settleCredit(lane)
    lane.inFlight += 1
    lane.admitted += 1
    lane.keys.set(key, (lane.keys.get(key) ?? 0) + 1)
    const isBeside = lane.shape.ownSlots !== undefined
    if (isBeside) beside += 1
    else inFlight += 1
    if (lane.shape.steers) steering += 1
    usedMax = Math.max(usedMax, inFlight)
    const inFlightAtStart = steering
    let left = false
    const leave = (now: number, measured = true): void => {
      if (left) return
      left = true
      lane.inFlight -= 1
      lane.returnTimes?.served(now)
      lane.queue.leave(key)
      const others = (lane.keys.get(key) ?? 1) - 1
      if (others === 0) lane.keys.delete(key)
      else lane.keys.set(key, others)
      if (isBeside) beside -= 1
      else inFlight -= 1
      if (lane.shape.steers) {
        steering -= 1
        if (measured) {
          const milliseconds = Math.max(0, now - startedAt)
          limit.observe({ route, milliseconds, inFlightAtStart }, usedMax, now)
          usedMax = inFlight
        }
      }
      dispatch(now)
    }
    held.settle({ ok: true, entry: { waitedMilliseconds: startedAt - since, leave } })
  }

  /** The next lane that may start one: those below their reserve first, then by rank. */
  const nextLane = (passed: ReadonlySet<Lane>): Lane | undefined => {
    let borrower: Lane | undefined
    for (const lane of byRank) {
      if (lane.queue.size === 0 || passed.has(lane) || !mayEnter(lane)) continue
      if (mayTakeReserve(lane)) return lane
      borrower ??= lane
    }
    return borrower
  }

  const dispatch = (now: number): void => {
    if (waiting === 0) return
    const passed = new Set<Lane>()
    for (let lane = nextLane(passed); lane !== undefined; lane = nextLane(passed)) {
      const entry = lane.queue.take(isStandingQueue(lane, now), perKeyMax(lane))
      if (entry === undefined) {
        passed.add(lane)
        continue
      }
      waiting -= 1
      if (lane.queue.size === 0) lane.emptyAt = now
      start(lane, entry.item, entry.since, now)
    }
  }

  const enqueue = (lane: Lane, held: Held, now: number): Waiting<Held> | null => {
    if (lane.queue.size === 0) lane.emptyAt = now
    const pushed = lane.queue.push(held, held.arrival.key, now)
    if (pushed === null) {
      refuse(lane, held, 'queue-full', now)
      return null
    }
    if (pushed.displaced === null) waiting += 1
    else refuse(lane, pushed.displaced.item, 'queue-full', now)
    return pushed.entry
  }

  return {
    arrive(arrival, now, settle) {
      const lane = laneOf(arrival.trafficClass)
      const held = { arrival, settle }
      const { key } = arrival
      if (lane.queue.size === 0 && mayEnter(lane) && lane.queue.inFlightOf(key) < perKeyMax(lane)) {
        lane.emptyAt = now
        lane.queue.enter(key)
        start(lane, held, now, now)
        return () => false
      }
      const entry = enqueue(lane, held, now)
      if (entry === null) return () => false
      dispatch(now)
      return () => {
        if (!lane.queue.remove(entry)) return false
        waiting -= 1
        return true
      }
    },
    tick(now) {
      limit.tick(now)
      if (waiting === 0) return
      for (const lane of byRank) {
        if (lane.queue.size === 0) continue
        const { waitMilliseconds, waitOverloadedMilliseconds } = lane.shape
        const longest = isStandingQueue(lane, now) ? waitOverloadedMilliseconds : waitMilliseconds
        for (const { item } of lane.queue.dropOlderThan(longest, now)) {
          waiting -= 1
          refuse(lane, item, 'waited-too-long', now)
        }
        if (lane.queue.size === 0) lane.emptyAt = now
      }
      dispatch(now)
    },
    get waiting() {
      return waiting
    },
    get inFlight() {
      return inFlight + beside
    },
    limit: () => limit.current(),
    view(name) {
      const { queue, inFlight: working, admitted, refusedFull, refusedLate } = laneOf(name)
      return { inFlight: working, queued: queue.size, admitted, refusedFull, refusedLate }
    },
  }
}
