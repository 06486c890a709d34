/** A process's part in the waiting room: gathers its arrivals into turns, and remembers what the room looked like. */
import { setTimeout as wait } from 'node:timers/promises'
import {
  type ArrivalBucket,
  isLetIn,
  type RoomSettings,
  type RoomState,
  roomArrivalsMax,
  type Ticket,
  turnSpacingMilliseconds,
} from '@sidep/admission'
import type { Log } from '../platform/context.ts'
import type { RoomOutcome, RoomStore } from './room-store.ts'

export interface RoomSnapshot {
  readonly state: RoomState
  readonly buckets: readonly ArrivalBucket[]
  readonly settings: RoomSettings
}

/** What becomes of somebody who wants to sign in. */
export type Arrived =
  | { readonly outcome: 'let-in' }
  /** `ticketAt`: the time for a new ticket. */
  | { readonly outcome: 'wait'; readonly ticketAt: number }
  /** The room cannot be asked, and this process has let in what it may on its own. */
  | { readonly outcome: 'unknown' }

export type Used = 'let-in' | 'not-yet' | 'used' | 'unknown'

export interface RoomKeeper {
  /** Somebody without a ticket. */
  arrive(): Promise<Arrived>
  /** Somebody with a ticket. */
  use(ticket: Ticket): Promise<Used>
  /** The holder of a place came back: it counts from the next turn on. */
  confirm(ticket: Ticket): void
  /** The room at most a second old; null when it cannot be asked. */
  snapshot(): Promise<RoomSnapshot | null>
  /** What was seen last, however old. */
  readonly last: RoomSnapshot | null
  /** Moves the room on while somebody waits. */
  start(): void
  stop(): void
}

export interface RoomKeeperDependencies {
  readonly store: RoomStore
  readonly settings: RoomSettings
  readonly log: Log
  /** Monotonic milliseconds. */
  readonly now: () => number
  /** Whether sign-ins are slower or more than this process can take; asked once a turn. */
  readonly isPressed: () => boolean
  readonly onFailure: () => void
}

/** What is known of the room is never older, milliseconds. */
export const snapshotMillisecondsMax = 1_000
const moveEveryMilliseconds = 500
/** Share of the pace that a process lets in on its own while the room cannot be asked. */
const aloneShare = 0.25

interface Asking {
  readonly late: boolean
  readonly settle: (arrived: Arrived) => void
}

/** A token bucket of one second. */
const makeAllowance = (perSecond: number, now: () => number): (() => boolean) => {
  let tokens = perSecond
  let at = now()
  return () => {
    const time = now()
    tokens = Math.min(perSecond, tokens + ((time - at) / 1_000) * perSecond)
    at = time
    if (tokens < 1) return false
    tokens -= 1
    return true
  }
}

export const makeRoomKeeper = (dependencies: RoomKeeperDependencies): RoomKeeper => {
  const { store, settings, log, now } = dependencies
  const allowance = makeAllowance(Math.max(1, settings.paceMax * aloneShare), now)
  let gathered: Asking[] = []
  let confirmed: Ticket[] = []
  let turning: Promise<void> | null = null
  let last: RoomSnapshot | null = null
  let seenAt = Number.NEGATIVE_INFINITY
  let timer: NodeJS.Timeout | null = null
  /** Said to every turn until one has moved the watermark: the others do not look at it. */
  let pressed = false

  const remember = ({ state, buckets, filled }: RoomOutcome): void => {
    const known = buckets ?? last?.buckets ?? []
    const others = known.filter(({ startsAt }) => startsAt !== filled?.startsAt)
    last = { state, buckets: filled === null ? known : [...others, filled], settings }
    seenAt = now()
  }

  const failed = (asked: readonly Asking[], error: unknown): void => {
    dependencies.onFailure()
    log.warn({ name: error instanceof Error ? error.name : typeof error }, 'waiting room: no turn')
    for (const { settle } of asked) settle({ outcome: allowance() ? 'let-in' : 'unknown' })
  }

  const settleAll = (asked: readonly Asking[], outcome: RoomOutcome): void => {
    let { granted, grantedLate } = outcome
    for (const { late, settle } of asked) {
      const isIn = late ? grantedLate > 0 : granted > 0
      if (late) grantedLate -= 1
      else granted -= 1
      settle(isIn ? { outcome: 'let-in' } : { outcome: 'wait', ticketAt: outcome.ticketAt })
    }
  }

  const takeOneTurn = async (): Promise<void> => {
    const asked = gathered
    gathered = []
    const late = asked.filter((one) => one.late).length
    const cameBack = confirmed
    confirmed = []
    pressed = dependencies.isPressed() || pressed
    let outcome: RoomOutcome
    try {
      outcome = await store.turn({
        wanted: asked.length - late,
        late,
        pressed,
        confirmed: cameBack,
      })
    } catch (error) {
      confirmed = [...cameBack, ...confirmed].slice(0, roomArrivalsMax)
      failed(asked, error)
      return
    }
    if (outcome.buckets !== null) pressed = false
    remember(outcome)
    settleAll(asked, outcome)
  }

  /** One turn at a time; who comes during one is in the next. */
  const turn = (): Promise<void> => {
    turning ??= (async () => {
      try {
        await takeOneTurn()
        while (gathered.length > 0) {
          if (last?.state.waiting === true) await wait(turnSpacingMilliseconds)
          await takeOneTurn()
        }
      } finally {
        turning = null
      }
    })()
    return turning
  }

  const ask = (late: boolean): Promise<Arrived> => {
    if (gathered.length >= roomArrivalsMax) return Promise.resolve({ outcome: 'unknown' })
    return new Promise((resolve) => {
      gathered.push({ late, settle: resolve })
      turn()
    })
  }

  const snapshot = async (): Promise<RoomSnapshot | null> => {
    if (now() - seenAt > snapshotMillisecondsMax) await turn()
    return now() - seenAt > snapshotMillisecondsMax ? null : last
  }

  /** @param isEarly nothing was paid for it yet */
  const redeem = async (ticket: Ticket, isEarly: boolean): Promise<Used> => {
    const first = isEarly ? 'place-given-away' : await store.redeem(ticket, false)
    if (first !== 'place-given-away') return first
    const late = await ask(true)
    if (late.outcome !== 'let-in') return late.outcome === 'wait' ? 'not-yet' : 'unknown'
    return (await store.redeem(ticket, true)) === 'let-in' ? 'let-in' : 'used'
  }

  const confirm = (ticket: Ticket): void => {
    if (last?.state.waiting !== true || confirmed.length >= roomArrivalsMax) return
    confirmed.push(ticket)
  }

  /** Whether a place that is dated later may begin all the same: it would wait for nobody. */
  const isRoomEmpty = (seen: RoomSnapshot | null): boolean => seen !== null && !seen.state.waiting

  return {
    arrive: () => ask(false),
    confirm,
    snapshot,
    async use(ticket) {
      let seen = await snapshot()
      if (seen !== null && !isLetIn(ticket.arrivedAt, seen.state)) {
        // What was seen may be a second old: the turn may have come since.
        await turn()
        seen = last
      }
      if (seen === null) return 'unknown'
      const isDue = isLetIn(ticket.arrivedAt, seen.state)
      if (!isDue && !isRoomEmpty(seen)) return 'not-yet'
      try {
        const used = await redeem(ticket, !isDue)
        if (used === 'let-in' && !ticket.confirmed) confirm(ticket)
        return used
      } catch (error) {
        failed([], error)
        return 'unknown'
      }
    },
    get last() {
      return last
    },
    start() {
      timer ??= setInterval(() => {
        if (last?.state.waiting === true) turn()
      }, moveEveryMilliseconds)
      timer.unref()
    },
    stop() {
      if (timer !== null) clearInterval(timer)
      timer = null
    },
  }
}
