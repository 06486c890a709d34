/**
 * The kinds of traffic and what each may take of a process. Invariant 6 of the house is the column `rank`; invariant 5
 * is `reservedShare` (nobody is starved) and `capShare` (nobody takes the whole).
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
  /** Whether who is sent away gets a turn of their own: for machines that come back by themselves, in thousands. */
  readonly takesTurns?: true
  /** Whether its time is spent in our own resources alone, so that its latency says how loaded we are. */
  readonly steers: boolean
}

/**
 * Work in an open session, then new sign-ins, then lists and statistics; people and laboratories beside them with a
 * part of their own. A sign-in on its way back from the provider goes before a new one: its cost is already paid.
 * Sign-ins do not steer because they wait for somebody else's server, people's requests because a refusal there takes
 * its time on purpose, and pages because the reader's line sets their pace.
 */
export const classShapes: Readonly<Record<TrafficClass, ClassShape>> = {
  work: {
    rank: 0,
    reservedShare: 0.4,
    capShare: 1,
    queueMax: 1_000,
    // Its page is patient, and coming back costs it seconds: a second in the queue is the shorter way.
    waitMilliseconds: 2_000,
    waitOverloadedMilliseconds: 1_000,
    retrySeconds: 1,
    steers: true,
  },
  laboratory: {
    rank: 1,
    reservedShare: 0.1,
    capShare: 0.5,
    queueMax: 300,
    waitMilliseconds: 2_000,
    waitOverloadedMilliseconds: 500,
    retrySeconds: 2,
    steers: true,
  },
  backlog: {
    rank: 2,
    reservedShare: 0.05,
    capShare: 0.4,
    queueMax: 200,
    // Nobody stands before it: a longer queue is what keeps the server at work between two turns.
    waitMilliseconds: 5_000,
    waitOverloadedMilliseconds: 4_000,
    retrySeconds: 2,
    takesTurns: true,
    steers: true,
  },
  person: {
    rank: 3,
    reservedShare: 0.1,
    capShare: 0.5,
    queueMax: 300,
    waitMilliseconds: 1_000,
    waitOverloadedMilliseconds: 300,
    retrySeconds: 3,
    steers: false,
  },
  'login-return': {
    rank: 4,
    reservedShare: 0.1,
    capShare: 0.3,
    // Two calls to the provider of some 300 ms each, at 300 a second, the best pace of the waiting room.
    ownSlots: 200,
    queueMax: 400,
    waitMilliseconds: 3_000,
    waitOverloadedMilliseconds: 1_500,
    retrySeconds: 2,
    steers: false,
  },
  login: {
    rank: 5,
    reservedShare: 0.05,
    capShare: 0.25,
    queueMax: 200,
    waitMilliseconds: 1_000,
    waitOverloadedMilliseconds: 300,
    retrySeconds: 3,
    steers: false,
  },
  public: {
    rank: 6,
    reservedShare: 0.05,
    capShare: 0.4,
    queueMax: 300,
    waitMilliseconds: 1_000,
    waitOverloadedMilliseconds: 200,
    retrySeconds: 5,
    steers: false,
  },
  list: {
    rank: 7,
    reservedShare: 0.02,
    capShare: 0.25,
    queueMax: 100,
    waitMilliseconds: 1_000,
    waitOverloadedMilliseconds: 200,
    retrySeconds: 5,
    steers: true,
  },
}
