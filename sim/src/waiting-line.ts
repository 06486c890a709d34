/** The house's own waiting room (packages/admission), with sites in it. */
import {
  type ArrivalBucket,
  advanceEveryMilliseconds,
  advanceRoom,
  bucketOf,
  defaultRoomSettings,
  isLetIn,
  letArrivalsIn,
  newRoom,
  type RoomSettings,
} from '@sidep/admission'

export interface WaitingLine {
  /** @returns true: go on to the door; false: the site is in the room now */
  arrive(site: number, at: number): boolean
  /** Moves the room; the sites that may go to the door now, first come first. */
  move(at: number): readonly number[]
  readonly size: number
}

/** Settings for a provider of that many sign-ins a second: below its best, so that no queue forms there. */
const settingsFor = (perSecond: number): RoomSettings => ({
  ...defaultRoomSettings,
  paceMax: perSecond * 0.8,
  paceMin: Math.min(defaultRoomSettings.paceMin, perSecond * 0.2),
})

export const makeWaitingLine = (
  perSecond: number,
  isPressed: (at: number) => boolean,
): WaitingLine => {
  const settings = settingsFor(perSecond)
  const buckets = new Map<number, ArrivalBucket>()
  let state = newRoom(0, settings)
  let waiting: { readonly site: number; readonly ticketAt: number }[] = []

  const milliseconds = (at: number): number => Math.round(at * 1_000)

  const advance = (at: number): void => {
    const now = milliseconds(at)
    if (now - state.advancedAt < advanceEveryMilliseconds) return
    const moved = advanceRoom(state, [...buckets.values()], now, isPressed(at), settings)
    state = moved.state
    for (const bucket of moved.changed) buckets.set(bucket.startsAt, bucket)
    for (const startsAt of moved.settled) buckets.delete(startsAt)
  }

  const count = (ticketAt: number, change: 'tickets' | 'shown'): void => {
    const startsAt = bucketOf(ticketAt)
    const known = buckets.get(startsAt)
    if (known === undefined && change === 'shown') return
    const bucket = known ?? {
      startsAt,
      tickets: 0,
      unconfirmed: 0,
      paid: 0,
      passedAt: null,
      shown: 0,
    }
    buckets.set(startsAt, { ...bucket, [change]: bucket[change] + 1 })
  }

  return {
    get size() {
      return waiting.length
    },
    arrive(site, at) {
      advance(at)
      const outcome = letArrivalsIn(state, milliseconds(at), { wanted: 1, late: 0 }, settings)
      state = outcome.state
      if (outcome.granted === 1) return true
      count(outcome.ticketAt, 'tickets')
      waiting.push({ site, ticketAt: outcome.ticketAt })
      return false
    },
    move(at) {
      advance(at)
      const letIn = waiting.filter(({ ticketAt }) => isLetIn(ticketAt, state))
      if (letIn.length > 0) waiting = waiting.filter(({ ticketAt }) => !isLetIn(ticketAt, state))
      for (const { ticketAt } of letIn) count(ticketAt, 'shown')
      return letIn.map(({ site }) => site)
    },
  }
}
