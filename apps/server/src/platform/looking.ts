/**
 * A look at what is due, made over and over for as long as a process runs.
 *
 * Invariants
 * - One look at a time: one that lasts longer than the interval is not joined by another.
 * - A look that fails is told of, and the next one is made all the same.
 */
export interface LookingOptions {
  readonly everyMilliseconds: number
  /** The first look is made at once, and not an interval later. */
  readonly isFirstAtOnce?: boolean
  readonly look: (stopping: AbortSignal) => Promise<unknown>
  readonly failed: (error: unknown) => void
}

export interface Looking {
  /** Makes no more looks, tells the one under way to come to an end, and waits for it. */
  stop(): Promise<void>
}

export const startLooking = ({
  everyMilliseconds,
  isFirstAtOnce = false,
  look,
  failed,
}: LookingOptions): Looking => {
  const stopping = new AbortController()
  let underWay: Promise<unknown> | null = null
  const begin = (): void => {
    underWay ??= look(stopping.signal)
      .catch(failed)
      .finally(() => {
        underWay = null
      })
  }
  if (isFirstAtOnce) begin()
  const timer = setInterval(begin, everyMilliseconds)
  timer.unref()
  return {
    async stop() {
      clearInterval(timer)
      stopping.abort()
      await underWay
    },
  }
}
