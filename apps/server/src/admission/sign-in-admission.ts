/**
 * Decides who may begin to sign in, for all ways there are: browsers at a door, page scripts and programs that wait where
 * they are, and the waiting room's own routes. Nothing else reads, gives, confirms or uses a place.
 *
 * Invariants
 * - A sign-in begins only with a token of the waiting room: one that was free when it came, or its place's in turn.
 * - A place counts in the line once its holder has come back with it, by whichever way.
 * - A network that has had its share of places for a moment gets no more: WAITING_ROOM_FULL.
 */
import { isComingBack, isLetIn, type Ticket } from '@sidep/admission'
import type { WaitingRoomView } from '@sidep/contracts'
import type { Metrics } from '../platform/metrics.ts'
import { Problem } from '../platform/problems.ts'
import type { Places } from './place.ts'
import type { RoomKeeper, RoomSnapshot } from './room-keeper.ts'
import { openRoom, viewOf } from './room-view.ts'

export interface SignInAdmissionDependencies {
  readonly keeper: RoomKeeper
  readonly places: Places
  readonly metrics: Metrics
  /** Uniform in [0, 1). */
  readonly random: () => number
}

/** Who comes to sign in, whatever the way. */
export interface Comer {
  /** The `Cookie` header: it carries the place, when there is one. */
  readonly cookie: string | undefined
  /** By how much later one more place of this comer's network is dated, milliseconds; null: it gets none. */
  readonly takePlace: () => number | null
}

/** `setCookie` is a `Set-Cookie` line for the comer's place; null when that is as it was. */
export type SignInDecision =
  | { readonly begins: true; readonly setCookie: string | null }
  | {
      readonly begins: false
      readonly setCookie: string | null
      readonly retryAfterSeconds: number
      /** The room says that it is their turn, but there is no token for them at the moment: they try again shortly. */
      readonly isTurn: boolean
    }

export interface RoomAnswer {
  readonly view: WaitingRoomView
  readonly setCookie: string | null
}

export interface SignInAdmission {
  /**
   * Whether a sign-in begins now. Who has to wait gets a place.
   * @throws Problem UNAVAILABLE when the room cannot be asked, WAITING_ROOM_FULL
   */
  decide(comer: Comer): Promise<SignInDecision>
  /** What the room looks like to them. */
  look(comer: Pick<Comer, 'cookie'>): Promise<RoomAnswer>
  /** The same, with a place from now on where one is needed. @throws Problem WAITING_ROOM_FULL */
  join(comer: Comer): Promise<RoomAnswer>
}

/** Seconds after which somebody comes again whom the door sent back although it is their turn. */
export const pauseSeconds = 2

/** A place, and the `Set-Cookie` line that its holder needs from now on. */
interface HeldPlace {
  readonly ticket: Ticket
  readonly setCookie: string | null
}

/** What was read of the room and of a comer's place in it. */
interface Reading {
  readonly snapshot: RoomSnapshot | null
  readonly held: HeldPlace | null
}

export const makeSignInAdmission = ({
  keeper,
  places,
  metrics,
  random,
}: SignInAdmissionDependencies): SignInAdmission => {
  const arrivals = metrics.counter(
    'sidep_waiting_room_arrivals_total',
    'Sign-ins at the door, by what the waiting room said.',
  )

  const ticketOf = ({ cookie }: Pick<Comer, 'cookie'>, seen: RoomSnapshot | null): Ticket | null =>
    seen === null ? null : places.read(cookie, seen.state.at)

  /** Only a holder who came back counts in the line. */
  const confirmReturning = (ticket: Ticket, { state }: RoomSnapshot): HeldPlace => {
    if (!isComingBack(ticket, state.at)) return { ticket, setCookie: null }
    keeper.confirm(ticket)
    return places.confirm(ticket)
  }

  /** @throws Problem WAITING_ROOM_FULL */
  const givePlace = (comer: Comer, ticketAt: number): HeldPlace => {
    const datedLater = comer.takePlace()
    if (datedLater !== null) return places.give(ticketAt + datedLater)
    throw new Problem('WAITING_ROOM_FULL', { retryAfterSeconds: 30 + Math.round(30 * random()) })
  }

  const waits = ({ ticket, setCookie }: HeldPlace): SignInDecision => {
    const { last } = keeper
    const { pollAfterSeconds, state } = viewOf(last, ticket, random)
    return {
      begins: false,
      setCookie,
      retryAfterSeconds: state === 'admitted' ? pauseSeconds : pollAfterSeconds,
      isTurn: last !== null && isLetIn(ticket.arrivedAt, last.state),
    }
  }

  /** Null when the place counts for nothing: used already, or the room cannot be asked. */
  const decideByPlace = async (ticket: Ticket): Promise<SignInDecision | null> => {
    const used = await keeper.use(ticket)
    if (used === 'let-in') {
      arrivals.increment({ outcome: 'in-turn' })
      return { begins: true, setCookie: places.renew(ticket) }
    }
    // A ticket that was used already is worth no more than none; when the room cannot say, nor is any.
    if (used !== 'not-yet') return null
    arrivals.increment({ outcome: 'not-yet' })
    const { last } = keeper
    return waits(last === null ? { ticket, setCookie: null } : confirmReturning(ticket, last))
  }

  const decideWithoutPlace = async (comer: Comer): Promise<SignInDecision> => {
    const arrived = await keeper.arrive()
    if (arrived.outcome === 'let-in') {
      arrivals.increment({ outcome: 'at-once' })
      return { begins: true, setCookie: null }
    }
    if (arrived.outcome === 'unknown') {
      arrivals.increment({ outcome: 'unknown' })
      throw new Problem('UNAVAILABLE', { retryAfterSeconds: 5 + Math.round(5 * random()) })
    }
    let place: HeldPlace
    try {
      place = givePlace(comer, arrived.ticketAt)
    } catch (error) {
      arrivals.increment({ outcome: 'too-many-places' })
      throw error
    }
    arrivals.increment({ outcome: 'sent-to-room' })
    return waits(place)
  }

  const read = async (comer: Pick<Comer, 'cookie'>): Promise<Reading> => {
    const snapshot = await keeper.snapshot()
    const seen = snapshot ?? keeper.last
    const ticket = ticketOf(comer, seen)
    if (seen === null || ticket === null) return { snapshot, held: null }
    const isDue = snapshot !== null && isLetIn(ticket.arrivedAt, snapshot.state)
    const held = isDue ? { ticket, setCookie: null } : confirmReturning(ticket, seen)
    return { snapshot, held }
  }

  const answerOf = ({ snapshot, held }: Reading): RoomAnswer => ({
    view: viewOf(snapshot, held?.ticket ?? null, random),
    setCookie: held?.setCookie ?? null,
  })

  return {
    async decide(comer) {
      const ticket = ticketOf(comer, keeper.last ?? (await keeper.snapshot()))
      const decision = ticket === null ? null : await decideByPlace(ticket)
      return decision ?? decideWithoutPlace(comer)
    },
    look: async (comer) => answerOf(await read(comer)),
    async join(comer) {
      const reading = await read(comer)
      const before = answerOf(reading)
      if (reading.held !== null || before.view.state === 'open') return before
      const arrived = await keeper.arrive()
      if (arrived.outcome === 'let-in') return { view: openRoom, setCookie: null }
      if (arrived.outcome === 'unknown') return answerOf({ snapshot: null, held: null })
      const held = givePlace(comer, arrived.ticketAt)
      return answerOf({ snapshot: keeper.last, held })
    },
  }
}
