/**
 * The kinds of traffic, and by what it is told what each may take of a process; how much that is stands in concurrency.ts.
 * Invariant 6 of the house is the column `rank`; invariant 5 is `reservedShare` (nobody is starved) and `capShare`
 * (nobody takes the whole).
 */
export const trafficClasses = [
  'work',
  'laboratory',
  'backlog',
  'person',
  'login-return',
  'login',
  'public',
  'list',
] as const
export type TrafficClass = (typeof trafficClasses)[number]

export interface ClassShape {
  /** Smaller goes first. */
  readonly rank: number
  /** Share of the limit that this class gets whenever it asks, whatever others want. */
  readonly reservedShare: number
  /** Share of the limit that it may borrow up to when others leave room. */
  readonly capShare: number
  /**
   * Slots of its own beside the limit instead of shares of it, for what mostly waits for somebody else's server: while
   * it waits it takes nothing that the limit is about.
   */
  readonly ownSlots?: number
  /** Requests that may wait; one more is refused at once. */
  readonly queueMax: number
  /** Longest wait while the queue empties now and then, milliseconds. */
  readonly waitMilliseconds: number
  /** Longest wait while it does not, milliseconds. */
  readonly waitOverloadedMilliseconds: number
  /** Shortest time to come back after a refusal, seconds; the longest is three times that. */
  readonly retrySeconds: number
  /** Whether each one sent away gets a time of its own to come back: for machines that return by themselves, in thousands. */
  readonly returnsInLine?: true
  /** Whether its time is spent in our own resources alone, so that its latency says how loaded we are. */
  readonly steers: boolean
}
