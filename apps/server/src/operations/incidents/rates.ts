/** How much of what was tried failed, over windows of minutes. Remembers the longest of them and no more. */

/** Kept over a restart: three days of looking are not looked at again. */
export interface KeptRates {
  /** Minutes since 1970 of the newest entry. */
  readonly minute: number
  /** `[minute, tried, failed]`, those with something in them. */
  readonly counts: readonly (readonly [number, number, number])[]
}

export interface Rates {
  /** @param minute minutes since 1970; one before the newest is not counted any more */
  count(minute: number, tried: number, failed: number): void
  /** In the `minutes` up to and with `minute`. */
  within(minutes: number, minute: number): { readonly tried: number; readonly failed: number }
  kept(): KeptRates
}

/**
 * @param minutesMax the longest window that is asked for
 * @param before what was kept; what is too old of it is left out by itself
 */
export const makeRates = (minutesMax: number, before: KeptRates | null = null): Rates => {
  const size = minutesMax + 1
  const tried = new Float64Array(size)
  const failed = new Float64Array(size)
  /** Sums of everything up to and with a minute, at its place. */
  const triedUpTo = new Float64Array(size)
  const failedUpTo = new Float64Array(size)
  let newest: number | null = null
  const placeOf = (minute: number): number => ((minute % size) + size) % size

  const advance = (minute: number): void => {
    if (newest === null || minute - newest > size) {
      // Nothing of what was is within a window any more.
      for (const array of [tried, failed, triedUpTo, failedUpTo]) array.fill(0)
      newest = minute
      return
    }
    while (newest < minute) {
      const last = placeOf(newest)
      newest += 1
      const place = placeOf(newest)
      tried[place] = 0
      failed[place] = 0
      triedUpTo[place] = triedUpTo[last] ?? 0
      failedUpTo[place] = failedUpTo[last] ?? 0
    }
  }

  const count = (minute: number, more: number, moreFailed: number): void => {
    if (newest !== null && minute < newest) return
    advance(minute)
    const place = placeOf(minute)
    for (const [array, by] of [
      [tried, more],
      [triedUpTo, more],
      [failed, moreFailed],
      [failedUpTo, moreFailed],
    ] as const) {
      array[place] = (array[place] ?? 0) + by
    }
  }

  for (const [minute, more, moreFailed] of before?.counts ?? []) count(minute, more, moreFailed)

  return {
    count,
    within(minutes, minute) {
      if (newest === null || minutes < 1) return { tried: 0, failed: 0 }
      const until = Math.min(minute, newest)
      const from = Math.max(minute - minutes, newest - minutesMax)
      if (until <= from) return { tried: 0, failed: 0 }
      const [end, start] = [placeOf(until), placeOf(from)]
      return {
        tried: (triedUpTo[end] ?? 0) - (triedUpTo[start] ?? 0),
        failed: (failedUpTo[end] ?? 0) - (failedUpTo[start] ?? 0),
      }
    },
    kept() {
      if (newest === null) return { minute: 0, counts: [] }
      const counts: [number, number, number][] = []
      for (let minute = newest - minutesMax + 1; minute <= newest; minute += 1) {
        const place = placeOf(minute)
        const [more = 0, moreFailed = 0] = [tried[place], failed[place]]
        if (more > 0) counts.push([minute, more, moreFailed])
      }
      return { minute: newest, counts }
    },
  }
}
