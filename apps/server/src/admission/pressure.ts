/**
 * Whether sign-ins press on this process; the waiting room lowers its pace then. They do when they are refused at the
 * gate, when they are slow, and when work in open sessions is: it goes before them (invariant 6), so it must not be the
 * one that notices them first. So they do when the process is late to read what comes: no other time shows that.
 */
import type { Gate } from '@sidep/admission'

export interface Pressure {
  /** From its coming to its answer, milliseconds. */
  signInTook(milliseconds: number): void
  /** The same of work in an open session. */
  workTook(milliseconds: number): void
  /** The process came round again; to be called every `everyMilliseconds`, and called later when it is busy. */
  cameRound(everyMilliseconds: number): void
  /** In the time since it was looked at last; looked at once a second, false in between. */
  isPressed(): boolean
}

/** A sign-in takes some 50 ms here and a few hundred at the provider; beyond this, somebody is overloaded. */
const signInSlowMilliseconds = 2_000
/** A screening takes some 20 ms; a counter begins to notice here. */
const workSlowMilliseconds = 150
/** The same for what has come and is not read yet. */
const unreadSlowMilliseconds = 75
/** Fewer say little. */
const workSamplesMin = 5
/** One collection of garbage makes a few requests slow; a second of them says more. */
const lookEveryMilliseconds = 1_000

const makeMean = () => {
  let count = 0
  let total = 0
  return {
    add: (value: number): void => {
      count += 1
      total += value
    },
    /** Of at least so many since it was taken last; 0 of fewer, which are kept. */
    take: (countMin: number): number => {
      if (count < countMin || count === 0) return 0
      const mean = total / count
      count = 0
      total = 0
      return mean
    },
  }
}

/** How long what comes at any moment waits until the process comes round, on average. */
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
