/** The portal's books: what it has, how often, and how much of a backlog it takes at a time. */
import { classShapes } from '@sidep/admission'
import { reconcileItemsMax } from '@sidep/continuity'

export interface Ledger {
  /**
   * Stores a screening.
   *
   * @param hasId under an id of its maker: a second time changes nothing
   * @returns whether it is the first time
   */
  record(person: number, hasId: boolean): boolean
  isRecorded(person: number): boolean
  /** Whether a batch of so many may come in now; otherwise seconds to wait, before jitter. */
  admit(items: number, at: number): { readonly isIn: boolean; readonly retryAfterSeconds: number }
  /** A number of a booklet came in, for a person. */
  account(number: string, person: number): void
  readonly recorded: number
  /** Records beyond the first of a person. */
  readonly repeated: number
  /** Numbers that came in for two people. */
  readonly numbersTwice: number
}

export const makeLedger = (personCount: number, perSecond: number): Ledger => {
  const counts = new Uint8Array(personCount)
  const numbers = new Map<string, number>()
  const { capShare, retrySeconds } = classShapes.backlog
  const backlogPerSecond = perSecond * capShare
  const burst = Math.max(reconcileItemsMax, backlogPerSecond)
  let tokens = burst
  let filledAt = 0
  let recorded = 0
  let repeated = 0
  let numbersTwice = 0
  return {
    get recorded() {
      return recorded
    },
    get repeated() {
      return repeated
    },
    get numbersTwice() {
      return numbersTwice
    },
    isRecorded: (person) => (counts[person] ?? 0) > 0,
    record(person, hasId) {
      const count = counts[person] ?? 0
      if (count > 0 && hasId) return false
      counts[person] = Math.min(255, count + 1)
      if (count === 0) recorded += 1
      else repeated += 1
      return count === 0
    },
    admit(items, at) {
      tokens = Math.min(burst, tokens + Math.max(0, at - filledAt) * backlogPerSecond)
      filledAt = Math.max(at, filledAt)
      if (tokens < items) return { isIn: false, retryAfterSeconds: retrySeconds }
      tokens -= items
      return { isIn: true, retryAfterSeconds: 0 }
    },
    account(number, person) {
      const known = numbers.get(number)
      if (known === undefined) numbers.set(number, person)
      else if (known !== person) numbersTwice += 1
    },
  }
}
