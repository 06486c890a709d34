/**
 * Places in the waiting room, fairly between networks. A pharmacy asks for one now and then, a hospital for hundreds in a
 * minute, a script for as many as it can. Whoever asks for more than their share is not refused but put further back: their
 * next places are dated later, one after the other, so that however many a network takes, of any ten seconds it has
 * `placesPerSecond` × 10, and the others the rest.
 *
 * Invariants: a network below its share is never dated later; dates of one network never come closer than its share allows;
 * what is remembered is bounded, and the quietest networks are forgotten first.
 */
import { datedLaterMillisecondsMax } from './ticket.ts'

/** A large hospital signs in within a minute: that many at once cost nothing. */
const placesAtOnce = 600
/** Beyond that, of the three hundred a second that a portal at its best lets in. */
const placesPerSecond = 5
const networksMax = 20_000

const spacingMilliseconds = 1_000 / placesPerSecond
const toleranceMilliseconds = placesAtOnce * spacingMilliseconds

export interface NetworkShares {
  /**
   * One more place for a network.
   *
   * @returns by how much later than now it is dated, milliseconds; null: so many are taken ahead that it gets none
   */
  take(network: string, nowMilliseconds: number): number | null
}

export const makeNetworkShares = (): NetworkShares => {
  /** When the network would have used up what it took, at its share: the generic cell rate algorithm (ITU-T I.371). */
  const usedUpAt = new Map<string, number>()
  return {
    take(network, now) {
      for (const [key, at] of usedUpAt) {
        if (at > now && usedUpAt.size <= networksMax) break
        usedUpAt.delete(key)
      }
      const next = Math.max(usedUpAt.get(network) ?? now, now) + spacingMilliseconds
      const later = Math.max(0, next - now - toleranceMilliseconds)
      if (later > datedLaterMillisecondsMax) return null
      // In the order in which they last asked: the first of the map has been quiet for longest.
      usedUpAt.delete(network)
      usedUpAt.set(network, next)
      return Math.ceil(later)
    },
  }
}
