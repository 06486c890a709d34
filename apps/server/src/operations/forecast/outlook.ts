/**
 * The next peak as the screen of operations shows it, worked out once an hour while somebody watches.
 *
 * Invariants
 * - Nobody waits for it: what was worked out last is shown meanwhile, and nothing before the first time.
 * - What does not work out is tried again with the next hour, and takes nothing else away.
 */
import type { ForecastView } from '@sidep/contracts'
import { hourMilliseconds } from '@sidep/time'
import type { Clock } from '../../platform/clock.ts'
import type { Log, Sql } from '../../platform/context.ts'
import { errorName } from '../../platform/error-name.ts'
import { backtest } from './backtest.ts'
import { daysOf, daysPerWeek, type HourlyHistory } from './history.ts'
import { forecastHours, historyDaysMin } from './model.ts'
import { peakOf } from './peak.ts'
import { readBusiestPerSecond, readHourlyHistory } from './read-history.ts'

/** A quarter of a year: whoever is on duty asks how good it has been lately. */
const triedWeeks = 12
const learnedWeeksMin = 8

const triedOn = (history: HourlyHistory): ForecastView['backtest'] => {
  const weeks = Math.floor(daysOf(history) / daysPerWeek)
  if (weeks <= learnedWeeksMin) return null
  const tried = backtest(history, Math.max(learnedWeeksMin, weeks - triedWeeks))
  // Of weeks that are all the same, or nearly empty, some figure is of nothing.
  return Object.values(tried).every(Number.isFinite) ? tried : null
}

/** What the screen says of it. */
export const outlookOf = (
  history: HourlyHistory,
  capacityPerSecond: number | null,
  busiestPerSecond: number,
): ForecastView => {
  const { day, hour, expected, low, high } = peakOf(forecastHours(history), capacityPerSecond)
  return {
    peak: { day, hour, expected, low, high },
    capacityPerSecond,
    busiestPerSecond,
    backtest: triedOn(history),
  }
}

export interface OutlookDependencies {
  readonly database: Sql
  readonly clock: Clock
  readonly log: Pick<Log, 'warn'>
  readonly capacityPerSecond: number | null
}

/** @returns what was worked out last; null before, and where there are too few days */
export const makeOutlook = ({
  database,
  clock,
  log,
  capacityPerSecond,
}: OutlookDependencies): (() => ForecastView | null) => {
  let held: ForecastView | null = null
  let workedOutFor = Number.NEGATIVE_INFINITY
  const workOut = async (): Promise<void> => {
    const history = await readHourlyHistory(database, clock.now())
    if (history === null || daysOf(history) < historyDaysMin) return
    held = outlookOf(history, capacityPerSecond, await readBusiestPerSecond(database))
  }
  return () => {
    const hour = Math.floor(clock.now().getTime() / hourMilliseconds)
    if (hour !== workedOutFor) {
      workedOutFor = hour
      workOut().catch((error: unknown) =>
        log.warn({ code: 'FORECAST_NOT_MADE', name: errorName(error) }, 'tried again in an hour'),
      )
    }
    return held
  }
}
