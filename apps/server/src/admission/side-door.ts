/**
 * Admission for a door that is not a route of the portal: the card port, where a program signs in by one request. It
 * takes its turn and a slot from the same waiting room and the same gate as every other new sign-in.
 */
import type { Entry, Gate } from '@sidep/admission'
import type { AdmitSignIn } from '../platform/new-sign-in.ts'
import { Problem } from '../platform/problems.ts'
import type { Doorkeeper } from './doorkeeper.ts'

export interface SideDoorNeeds {
  readonly doorkeeper: Pick<Doorkeeper, 'turnOf'>
  readonly gate: Pick<Gate, 'arrive'>
  /** By how much later one more place of this network is dated, milliseconds; null: it gets none. */
  readonly takePlace: (key: string) => number | null
  /** Monotonic milliseconds. */
  readonly now: () => number
  readonly onRefused: (reason: string) => void
  readonly onLeft: (heldMilliseconds: number) => void
}

const route = 'POST card port'

export const makeSideDoor = (needs: SideDoorNeeds): AdmitSignIn => {
  const { doorkeeper, gate, now } = needs

  const enter = (key: string): Promise<Entry> =>
    new Promise((resolve, reject) => {
      gate.arrive({ trafficClass: 'login', key, route }, now(), (settlement) => {
        if (settlement.ok) {
          resolve(settlement.entry)
          return
        }
        const { reason, retryAfterSeconds } = settlement.refusal
        needs.onRefused(reason)
        reject(new Problem('UNAVAILABLE', { retryAfterSeconds }))
      })
    })

  return async ({ cookie, key }, work) => {
    const turn = await doorkeeper.turnOf({ cookie, takePlace: () => needs.takePlace(key) })
    const { setCookie } = turn
    if (!turn.begins) {
      const { retryAfterSeconds } = turn
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
      needs.onLeft(now() - since)
    }
  }
}
