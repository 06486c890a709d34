/** Whether sign-ins press on this process: refused at the gate, or slow. The room lowers its pace then. */
import type { Gate } from '@sidep/admission'

export interface Pressure {
  signInTook(milliseconds: number): void
  /** Since it was asked last. */
  isPressed(): boolean
}

/** A sign-in takes some 50 ms here and a few hundred at the provider; beyond this, somebody is overloaded. */
const slowMilliseconds = 2_000

export const makePressure = (gate: Pick<Gate, 'view'>): Pressure => {
  let count = 0
  let total = 0
  let refusedBefore = 0

  const refused = (): number => {
    const views = [gate.view('login'), gate.view('login-return')]
    return views.reduce((sum, { refusedFull, refusedLate }) => sum + refusedFull + refusedLate, 0)
  }

  return {
    signInTook(milliseconds) {
      count += 1
      total += milliseconds
    },
    isPressed() {
      const all = refused()
      const wasRefused = all > refusedBefore
      const isSlow = count > 0 && total / count > slowMilliseconds
      refusedBefore = all
      count = 0
      total = 0
      return wasRefused || isSlow
    },
  }
}
