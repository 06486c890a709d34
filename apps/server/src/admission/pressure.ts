/**
 * Whether sign-ins overload this process; the waiting room then lowers its pace. They do when the gate refuses some of
 * them, when they are slow, and when work in open sessions is slow: that work goes before sign-ins (invariant 6), so it
 * must not be the first to suffer. They also do when this process is late to read its sockets, which no other measure
 * shows.
 */
import type { Gate } from '@sidep/admission'

export interface Pressure {
  /** Time from a sign-in's arrival to its answer, milliseconds. */
  signInTook(milliseconds: number): void
  /** The same of work in an open session. */
  workTook(milliseconds: number): void
  /**
   * The event loop came round again. To be called every `everyMilliseconds`; it is called later when the process is
   * busy.
   */
  cameRound(everyMilliseconds: number): void
  /** Whether they did since the last look. Looks once a second, and answers false in between. */
  isPressed(): boolean
}

/** A sign-in takes some 50 ms here and a few hundred at the provider; beyond this, somebody is overloaded. */
const signInSlowMilliseconds = 2_000
/** A screening takes some 20 ms; a counter begins to notice here. */
const workSlowMilliseconds = 150
/** The same for requests that have arrived and are not read yet. */
const unreadSlowMilliseconds = 75
/** Fewer say little. */
const workSamplesMin = 5
/** One garbage collection makes a few requests slow; a whole second of them says more. */
const lookEveryMilliseconds = 1_000

const makeMean = () => {
  let count = 0
  let total = 0
  return {
    add: (value: number): void => {
      count += 1
      total += value
    },
    /**
     * The mean of at least so many values since the last call. Answers 0 when there were fewer, and keeps them for the
     * next call.
     */
    take: (countMin: number): number => {
      if (count < countMin || count === 0) return 0
      const mean = total / count
      count = 0
      total = 0
      return mean
    },
  }
}

/** How long a request that arrives at a random moment waits, on average, until the event loop comes round. */
const makeRounds = () => {
  let total = 0
  let waited = 0
  return {
    add(milliseconds: number, everyMilliseconds: number): void {
      total += milliseconds
      waited += Math.max(0, milliseconds - everyMilliseconds) ** 2 / 2
    },
    take(): number {
      const mean = total === 0 ? 0 : waited / total
      total = 0
      waited = 0
      return mean
    },
  }
}

/** @param now monotonic milliseconds */
export const makePressure = (gate: Pick<Gate, 'view'>, now: () => number): Pressure => {
  const signIns = makeMean()
  const work = makeMean()
  const rounds = makeRounds()
  let roundAt: number | null = null
  let refusedBefore = 0
  let lookedAt = Number.NEGATIVE_INFINITY

  const refused = (): number => {
    const views = [gate.view('login'), gate.view('login-return')]
    return views.reduce((sum, { refusedFull, refusedLate }) => sum + refusedFull + refusedLate, 0)
  }

  return {
    signInTook: signIns.add,
    workTook: work.add,
    cameRound(everyMilliseconds) {
      const at = now()
      if (roundAt !== null) rounds.add(at - roundAt, everyMilliseconds)
      roundAt = at
    },
    isPressed() {
      const at = now()
      if (at - lookedAt < lookEveryMilliseconds) return false
      lookedAt = at
      const all = refused()
      const wasRefused = all > refusedBefore
      refusedBefore = all
      const isSlow = signIns.take(1) > signInSlowMilliseconds
      const isWorkSlow = work.take(workSamplesMin) > workSlowMilliseconds
      const isUnread = rounds.take() > unreadSlowMilliseconds
      return wasRefused || isSlow || isWorkSlow || isUnread
    },
  }
}
