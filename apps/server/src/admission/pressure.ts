/**
 * Whether sign-ins press on this process; the waiting room lowers its pace then. They do when they are refused at the
 * gate, when they are slow, and when work in open sessions is: it goes before them (invariant 6), so it must not be the
 * one that notices them first.
 */
import type { Gate } from '@sidep/admission'

export interface Pressure {
  /** From its coming to its answer, milliseconds. */
  signInTook(milliseconds: number): void
  /** The same of work in an open session. */
  workTook(milliseconds: number): void
  /** Since it was asked last. */
  isPressed(): boolean
}

/** A sign-in takes some 50 ms here and a few hundred at the provider; beyond this, somebody is overloaded. */
const signInSlowMilliseconds = 2_000
/** A screening takes some 20 ms; a counter begins to notice here. */
const workSlowMilliseconds = 150
/** Fewer say little. */
const workSamplesMin = 5

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

export const makePressure = (gate: Pick<Gate, 'view'>): Pressure => {
  const signIns = makeMean()
  const work = makeMean()
  let refusedBefore = 0

  const refused = (): number => {
    const views = [gate.view('login'), gate.view('login-return')]
    return views.reduce((sum, { refusedFull, refusedLate }) => sum + refusedFull + refusedLate, 0)
  }

  return {
    signInTook: signIns.add,
    workTook: work.add,
    isPressed() {
      const all = refused()
      const wasRefused = all > refusedBefore
      refusedBefore = all
      const isSlow = signIns.take(1) > signInSlowMilliseconds
      const isWorkSlow = work.take(workSamplesMin) > workSlowMilliseconds
      return wasRefused || isSlow || isWorkSlow
    },
  }
}
