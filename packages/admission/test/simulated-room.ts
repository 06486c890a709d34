/** Many processes at one waiting room, in virtual time, with turns of different length. Tests only. */
import {
  type ArrivalBucket,
  advanceEveryMilliseconds,
  advanceRoom,
  bucketOf,
  confirmTickets,
  isComingBack,
  isLetIn,
  letArrivalsIn,
  newRoom,
  type RoomSettings,
  type RoomState,
} from '../src/index.ts'

export interface PlannedPerson {
  readonly comes: number
  readonly process: number
  readonly begins: number | null
  /** False: they took a place and never ask again; true when absent. */
  readonly comesBack?: boolean
}

export interface RoomPlan {
  readonly people: readonly PlannedPerson[]
  readonly updateMilliseconds: readonly number[]
  /** How wrong each process's clock is, where the room's time is the process's: the room's own never goes back. */
  readonly clockErrors: readonly number[]
  readonly deaths: readonly { readonly at: number; readonly process: number }[]
  readonly pressed: readonly number[]
}

export interface Arrived {
  /** Null: let in at once. */
  readonly ticketAt: number | null
  letInAt: number | null
  /** Whether they have come back since they took the place. */
  confirmed: boolean
}

export interface SimulatedPerson extends PlannedPerson {
  /** Null when the process died before its update: the browser has no place and comes again. */
  arrived: Arrived | null
}

export const simulatedPaceMax = 10

const settings: RoomSettings = {
  paceMax: simulatedPaceMax,
  paceMin: 2,
  burstSeconds: 2,
  noShowMilliseconds: 20_000,
}

/** Updates happen one after the other, as under the row lock: each takes effect in the middle of its time. */
interface PendingUpdate {
  readonly process: number
  readonly asked: SimulatedPerson[]
  readonly startedAt: number
  readonly takesEffectAt: number
  readonly endsAt: number
  done: boolean
}

const stepMilliseconds = 10
const pollMilliseconds = 500
const endMilliseconds = 600_000

export const makeSimulatedRoom = (plan: RoomPlan) => {
  const people: SimulatedPerson[] = plan.people.map((person) => ({ ...person, arrived: null }))
  const buckets = new Map<number, ArrivalBucket>()
  const shown = new Map<number, number>()
  const gathered = plan.updateMilliseconds.map((): SimulatedPerson[] => [])
  const updates: (PendingUpdate | null)[] = plan.updateMilliseconds.map(() => null)
  let state: RoomState = newRoom(0, settings)
  let now = 0
  let periodMax = 0

  const advance = (roomNow: number): void => {
    if (roomNow - state.advancedAt < advanceEveryMilliseconds) return
    const pressed = plan.pressed.some((at) => at <= now && at > now - 1_000)
    const all = [...buckets.values()].map((bucket) => ({
      ...bucket,
      shown: shown.get(bucket.startsAt) ?? 0,
    }))
    const moved = advanceRoom(state, all, roomNow, pressed, settings)
    state = moved.state
    for (const bucket of moved.changed) buckets.set(bucket.startsAt, bucket)
    for (const startsAt of moved.settled) buckets.delete(startsAt)
  }

  const takeEffect = ({ asked, process }: PendingUpdate): void => {
    const roomNow = now + (plan.clockErrors[process] ?? 0)
    advance(roomNow)
    const outcome = letArrivalsIn(state, roomNow, { wanted: asked.length, late: 0 }, settings)
    state = outcome.state
    asked.forEach((person, index) => {
      const isIn = index < outcome.granted
      person.arrived = {
        ticketAt: isIn ? null : outcome.ticketAt,
        letInAt: isIn ? now : null,
        confirmed: isIn,
      }
    })
    const tickets = asked.length - outcome.granted
    if (tickets === 0) return
    const startsAt = bucketOf(outcome.ticketAt)
    const known = buckets.get(startsAt)
    const empty = { startsAt, tickets: 0, unconfirmed: 0, paid: 0, passedAt: null, shown: 0 }
    buckets.set(startsAt, {
      ...(known ?? empty),
      tickets: (known?.tickets ?? 0) + tickets,
      unconfirmed: (known?.unconfirmed ?? 0) + tickets,
    })
    periodMax = Math.max(periodMax, (known?.tickets ?? 0) + tickets)
  }

  const moveTurns = (): void => {
    updates.forEach((update, process) => {
      if (update !== null && !update.done && update.takesEffectAt <= now) {
        update.done = true
        takeEffect(update)
        noteLetIn()
      }
      if (update !== null && update.endsAt <= now) updates[process] = null
      const asked = gathered[process] ?? []
      if (updates[process] === null && asked.length > 0) {
        const takes = plan.updateMilliseconds[process] ?? 1
        gathered[process] = []
        updates[process] = {
          process,
          asked,
          startedAt: now,
          takesEffectAt: now + takes / 2,
          endsAt: now + takes,
          done: false,
        }
      }
    })
  }

  /** A dead process loses who is gathered; an update that has not taken effect is rolled back. */
  const die = (process: number): void => {
    gathered[process] = []
    updates[process] = null
  }

  /** One is let in when the room says so, whenever one asks; any process may be asked. */
  const noteLetIn = (): void => {
    for (const { arrived } of people) {
      if (arrived === null || arrived.letInAt !== null || arrived.ticketAt === null) continue
      if (isLetIn(arrived.ticketAt, state)) arrived.letInAt = now
    }
  }

  const comeBack = (): void => {
    for (const { arrived, comesBack } of people) {
      if (arrived?.ticketAt == null || arrived.confirmed || comesBack === false) continue
      if (!isComingBack({ arrivedAt: arrived.ticketAt, confirmed: false }, state.at)) continue
      arrived.confirmed = true
      const bucket = buckets.get(bucketOf(arrived.ticketAt))
      if (bucket === undefined || !state.waiting) continue
      buckets.set(bucket.startsAt, confirmTickets(bucket, 1, state.watermark))
    }
  }

  const lookAtTickets = (): void => {
    advance(now)
    noteLetIn()
    comeBack()
    for (const person of people) {
      const { arrived, begins } = person
      if (arrived?.ticketAt == null || arrived.letInAt === null || begins === null) continue
      if (now >= arrived.letInAt + begins && now < arrived.letInAt + begins + pollMilliseconds) {
        const startsAt = bucketOf(arrived.ticketAt)
        shown.set(startsAt, (shown.get(startsAt) ?? 0) + 1)
      }
    }
  }

  return {
    ticketsInOnePeriodMax: (): number => periodMax,
    run(): SimulatedPerson[] {
      const coming = [...people].sort((a, b) => a.comes - b.comes)
      let next = 0
      const isOver = (): boolean =>
        next === coming.length &&
        gathered.every((asked) => asked.length === 0) &&
        updates.every((update) => update === null) &&
        people.every(({ arrived }) => arrived === null || arrived.letInAt !== null)
      while (!isOver() && now < endMilliseconds) {
        for (; (coming[next]?.comes ?? Number.POSITIVE_INFINITY) <= now; next += 1) {
          const person = coming[next]
          if (person !== undefined) gathered[person.process]?.push(person)
        }
        moveTurns()
        for (const { at, process } of plan.deaths) {
          if (at <= now && at > now - stepMilliseconds) die(process)
        }
        if (now % pollMilliseconds === 0) lookAtTickets()
        now += stepMilliseconds
      }
      return people
    },
  }
}
