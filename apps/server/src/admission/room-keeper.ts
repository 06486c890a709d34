/** A process's part in the waiting room: gathers its arrivals into one update at a time, and remembers what the room looked like. */

import { setTimeout as wait } from 'node:timers/promises'
import {
  type ArrivalBucket,
  isLetIn,
  type RoomSettings,
  type RoomState,
  roomArrivalsMax,
  type Ticket,
  updateSpacingMilliseconds,
} from '@sidep/admission'
import type { Log } from '../platform/context.ts'
import { errorName } from '../platform/error-name.ts'
import type { RoomStore, UpdatedRoom } from './room-store.ts'

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
  /** The room cannot be asked, and this process has let in as many as it may by itself. */
  | { readonly outcome: 'unknown' }

export type Used = 'let-in' | 'not-yet' | 'used' | 'unknown'

export interface RoomKeeper {
  /** Somebody without a ticket. */
  arrive(): Promise<Arrived>
  /** Somebody with a ticket. */
  use(ticket: Ticket): Promise<Used>
  /** The holder of a place came back: it counts from the next update on. */
  confirm(ticket: Ticket): void
  /** The room at most a second old; null when it cannot be asked. */
  snapshot(): Promise<RoomSnapshot | null>
  /** What was seen last, however old. */
  readonly last: RoomSnapshot | null
  /** Updates the room now and then while somebody waits. */
  start(): void
  stop(): void
}

export interface RoomKeeperDependencies {
  readonly store: RoomStore
  readonly settings: RoomSettings
  readonly log: Log
  /** Monotonic milliseconds. */
  readonly now: () => number
  /** Whether sign-ins are slower or more than this process can take; asked once an update. */
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
  let updating: Promise<void> | null = null
  let last: RoomSnapshot | null = null
  let seenAt = Number.NEGATIVE_INFINITY
  let timer: NodeJS.Timeout | null = null
  /** Passed on with every update until one has moved the watermark, since the others do not look at it. */
  let pressed = false

  const remember = ({ state, buckets, filled }: UpdatedRoom, askedAt: number): void => {
    const known = buckets ?? last?.buckets ?? []
    const others = known.filter(({ startsAt }) => startsAt !== filled?.startsAt)
    last = { state, buckets: filled === null ? known : [...others, filled], settings }
    // What was seen is no younger than the question: an update may have waited for the row.
    seenAt = askedAt
  }

  const failed = (asked: readonly Asking[], error: unknown): void => {
    dependencies.onFailure()
    log.warn({ name: errorName(error) }, 'waiting room: not updated')
    for (const { settle } of asked) settle({ outcome: allowance() ? 'let-in' : 'unknown' })
  }

  const settleAll = (asked: readonly Asking[], outcome: UpdatedRoom): void => {
    let { granted, grantedLate } = outcome
    for (const { late, settle } of asked) {
      const isIn = late ? grantedLate > 0 : granted > 0
      if (late) grantedLate -= 1
      else granted -= 1
      settle(isIn ? { outcome: 'let-in' } : { outcome: 'wait', ticketAt: outcome.ticketAt })
    }
  }

  const updateOnce = async (): Promise<void> => {
    const asked = gathered
    gathered = []
    const late = asked.filter((one) => one.late).length
    const cameBack = confirmed
    confirmed = []
    pressed = dependencies.isPressed() || pressed
    const askedAt = now()
    let outcome: UpdatedRoom
    try {
      outcome = await store.update({
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
    remember(outcome, askedAt)
    settleAll(asked, outcome)
  }

  /** One update at a time; arrivals during one are in the next. */
  const update = (): Promise<void> => {
    updating ??= (async () => {
      try {
        await updateOnce()
        while (gathered.length > 0) {
          if (last?.state.waiting === true) await wait(updateSpacingMilliseconds)
          await updateOnce()
        }
      } finally {
        updating = null
      }
    })()
    return updating
  }

  const ask = (late: boolean): Promise<Arrived> => {
    if (gathered.length >= roomArrivalsMax) return Promise.resolve({ outcome: 'unknown' })
    return new Promise((resolve) => {
      gathered.push({ late, settle: resolve })
      update()
    })
  }

  const isStale = (): boolean => now() - seenAt > snapshotMillisecondsMax

  const snapshot = async (): Promise<RoomSnapshot | null> => {
    if (isStale()) {
      const isUnderWay = updating !== null
      await update()
      // One that was under way may have begun too long ago.
      if (isUnderWay && isStale()) await update()
    }
    return isStale() ? null : last
  }

  /** @param isEarly no token was paid for the ticket yet */
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

  /** Whether a place dated in the future may begin now: nobody is waiting before it. */
  const isRoomEmpty = (seen: RoomSnapshot | null): boolean => seen !== null && !seen.state.waiting

  return {
    arrive: () => ask(false),
    confirm,
    snapshot,
    async use(ticket) {
      let seen = await snapshot()
      if (seen !== null && !isLetIn(ticket.arrivedAt, seen.state)) {
        // The snapshot may be a second old: this ticket may be due by now.
        await update()
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
        if (last?.state.waiting === true) update()
      }, moveEveryMilliseconds)
      timer.unref()
    },
    stop() {
      if (timer !== null) clearInterval(timer)
      timer = null
    },
  }
}
