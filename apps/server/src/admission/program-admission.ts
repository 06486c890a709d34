/**
 * Admission for a door that is not a route of the portal: the card port, where a program signs in by one request. It
 * takes its turn and a slot from the same waiting room and the same gate as every other new sign-in.
 */
import type { Entry, Gate } from '@sidep/admission'
import type { AdmitSignIn } from '../platform/new-sign-in.ts'
import { Problem } from '../platform/problems.ts'
import type { SignInAdmission } from './sign-in-admission.ts'

export interface ProgramAdmissionDependencies {
  readonly signInAdmission: Pick<SignInAdmission, 'decide'>
  readonly gate: Pick<Gate, 'arrive'>
  /** By how much later one more place of this network is dated, milliseconds; null: it gets none. */
  readonly takePlace: (key: string) => number | null
  /** Monotonic milliseconds. */
  readonly now: () => number
  readonly onRefused: (reason: string) => void
  readonly onLeft: (heldMilliseconds: number) => void
}

const route = 'POST card port'

export const makeProgramAdmission = (dependencies: ProgramAdmissionDependencies): AdmitSignIn => {
  const { signInAdmission, gate, now } = dependencies

  const enter = (key: string): Promise<Entry> =>
    new Promise((resolve, reject) => {
      gate.arrive({ trafficClass: 'login', key, route }, now(), (settlement) => {
        if (settlement.ok) {
          resolve(settlement.entry)
          return
        }
        const { reason, retryAfterSeconds } = settlement.shed
        dependencies.onRefused(reason)
        reject(new Problem('UNAVAILABLE', { retryAfterSeconds }))
      })
    })

  return async ({ cookie, key }, work) => {
    const decision = await signInAdmission.decide({
      cookie,
      takePlace: () => dependencies.takePlace(key),
    })
    const { setCookie } = decision
    if (!decision.begins) {
      const { retryAfterSeconds } = decision
      return {
        begins: false,
        problem: new Problem('SIGN_IN_WAITS', { retryAfterSeconds }),
        setCookie,
      }
    }
    const entry = await enter(key)
    const since = now()
    let isDone = false
    try {
      const value = await work()
      isDone = true
      return { begins: true, value, setCookie }
    } finally {
      // A refusal is quick and says nothing about how long a sign-in takes.
      entry.leave(now(), isDone)
      dependencies.onLeft(now() - since)
    }
  }
}
