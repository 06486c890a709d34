/**
 * The gate for lists of others: what a list must be like, held against the one that is in force. On 15 October 2021 an
 * emptied list of keys was taken over, and a whole country's verifiers refused everybody for an hour.
 *
 * Invariant: whatever arrives, the list in force stays until one arrives that passes.
 */

/** A list as the gate sees it. */
export interface GatedList {
  /** When its source says it is from. */
  readonly asOf: Date
  /** What is on it, one name an entry, and of which country each is. */
  readonly entries: ReadonlyMap<string, string>
}

export type GateCode =
  | 'LIST_EMPTY'
  | 'LIST_OLDER'
  | 'LIST_FROM_FUTURE'
  | 'LIST_SHRUNK'
  | 'LIST_COUNTRY_LOST'

/** So much of what is in force must still be on the next list: keys come and go one by one. */
const keptShareMin = 0.8
const clockSkewMilliseconds = 5 * 60_000

/**
 * Why a list may not take the place of the one in force; null when it may.
 *
 * @param held null when there is none yet
 * @param mayShrink somebody looked, and says that entries are gone for good
 */
export const gateFault = (
  held: GatedList | null,
  next: GatedList,
  at: Date,
  mayShrink = false,
): GateCode | null => {
  if (next.entries.size === 0) return 'LIST_EMPTY'
  if (next.asOf.getTime() > at.getTime() + clockSkewMilliseconds) return 'LIST_FROM_FUTURE'
  if (held === null) return null
  if (next.asOf < held.asOf) return 'LIST_OLDER'
  if (mayShrink) return null
  const kept = [...held.entries.keys()].filter((entry) => next.entries.has(entry)).length
  if (kept < held.entries.size * keptShareMin) return 'LIST_SHRUNK'
  const countries = new Set(next.entries.values())
  const isLost = [...held.entries.values()].some((country) => !countries.has(country))
  return isLost ? 'LIST_COUNTRY_LOST' : null
}
