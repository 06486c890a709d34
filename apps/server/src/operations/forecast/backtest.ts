/** How good the forecast would have been: against the same hour a week before, week by week, on what had come until then. */
import { daysOf, daysPerWeek, type HourlyHistory, hoursPerDay } from './history.ts'
import { forecastHours } from './model.ts'

export interface Backtest {
  readonly weeks: number
  /**
   * Mean absolute scaled error: of the forecast, over that of the naive one on the same hours (R. Hyndman, A. Koehler,
   * 2006). Below 1 the forecast is the better one.
   */
  readonly scaledError: number
  readonly meanAbsoluteError: number
  readonly naiveMeanAbsoluteError: number
  /** Share of the hours whose count came within the interval, of those with at least `coveredHourMin` expected. */
  readonly coverage: number
}

/** Hours of the night bring next to nothing: that they come within next to nothing says nothing of the interval. */
const coveredHourMin = 20

/**
 * @param firstWeeks so many weeks are only learned from, at least 3
 */
export const backtest = (history: HourlyHistory, firstWeeks = 8): Backtest => {
  const hoursPerWeek = daysPerWeek * hoursPerDay
  const weeks = Math.floor(daysOf(history) / daysPerWeek)
  if (firstWeeks < 3 || weeks <= firstWeeks) throw new RangeError('too few weeks')
  let error = 0
  let naiveError = 0
  let hours = 0
  let covered = 0
  let coverable = 0
  for (let week = firstWeeks; week < weeks; week += 1) {
    const until = week * hoursPerWeek
    const known = { firstDay: history.firstDay, counts: history.counts.slice(0, until) }
    for (const [index, { expected, low, high }] of forecastHours(known).entries()) {
      const came = history.counts[until + index] ?? 0
      const weekBefore = history.counts[until + index - hoursPerWeek] ?? 0
      error += Math.abs(came - expected)
      naiveError += Math.abs(came - weekBefore)
      hours += 1
      if (expected < coveredHourMin) continue
      coverable += 1
      if (came >= low && came <= high) covered += 1
    }
  }
  return {
    weeks: weeks - firstWeeks,
    scaledError: error / naiveError,
    meanAbsoluteError: error / hours,
    naiveMeanAbsoluteError: naiveError / hours,
    coverage: covered / coverable,
  }
}
