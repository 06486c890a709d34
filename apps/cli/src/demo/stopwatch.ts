export interface Stopwatch<Stage extends string> {
  /** Runs one stage and keeps how long it took. */
  measure<T>(stage: Stage, work: () => Promise<T>): Promise<T>
  /** Milliseconds of every stage so far, a tenth at the finest, in their order. */
  milliseconds(): Partial<Record<Stage, number>>
}

/** @param now monotonic milliseconds */
export const startStopwatch = <Stage extends string>(now: () => number): Stopwatch<Stage> => {
  const taken: Partial<Record<Stage, number>> = {}
  return {
    async measure(stage, work) {
      const startedAt = now()
      try {
        return await work()
      } finally {
        taken[stage] = Math.round((now() - startedAt) * 10) / 10
      }
    },
    milliseconds: () => ({ ...taken }),
  }
}
