/** What a program has around it. The entries for browsers and for Node say it; tests say something else. */
export interface Surroundings {
  readonly now: () => Date
  /** Uniform in [0, 1). */
  readonly random: () => number
  readonly randomBytes: (count: number) => Uint8Array
  /** Calls back after so many milliseconds; returns the way to cancel. */
  readonly after: (milliseconds: number, callback: () => void) => () => void
}
