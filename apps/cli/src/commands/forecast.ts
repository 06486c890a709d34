import { type Backtest, backtest } from '@sidep/server/operations/forecast/backtest.ts'
import {
  daysOf,
  type HourForecast,
  type HourlyHistory,
} from '@sidep/server/operations/forecast/history.ts'
import { forecastHours, historyDaysMin } from '@sidep/server/operations/forecast/model.ts'
import { type Peak, peakOf } from '@sidep/server/operations/forecast/peak.ts'
import { readHourlyHistory } from '@sidep/server/operations/forecast/read-history.ts'
import { systemClock } from '@sidep/server/platform/clock.ts'
import { type Command, InvalidArgumentError } from 'commander'
import { readConfiguration, withDatabaseBesides } from '../configured.ts'
import { CommandFailure, exitCodes } from '../failure.ts'
import { loadUnlessLeftOut } from '../left-out.ts'
import { seedOf } from '../seed.ts'

interface ForecastOptions {
  readonly capacity?: number
  readonly simulated?: boolean
  readonly seed: number
  readonly json?: boolean
}

const capacityOf = (text: string): number => {
  const value = Number(text)
  if (Number.isFinite(value) && value > 0) return value
  throw new InvalidArgumentError('screenings a second, as `sidep bench issue` measures them')
}

export const define = (command: Command): void => {
  command
    .option(
      '--capacity <n>',
      'screenings a second that the portal can record: plateauPerSecond of `sidep bench issue`',
      capacityOf,
    )
    .option('--simulated', 'of two simulated years instead of the database: how good it would be')
    .option('--seed <n>', 'with --simulated: the same seed, the same years', seedOf, 1)
    .option('--json', 'print one JSON object, with every hour')
    .addHelpText(
      'after',
      `
Says the hours of the next seven days, the busiest of them, and how good such forecasts were: scaledError is the mean
absolute error over that of the same hour a week before (below 1 the forecast is better), coverage the share of hours
that came within low and high, of which four in five should. Hours are of the clock in metropolitan France.
It needs two whole weeks of screenings; how good it was is known after nine.`,
    )
    .action(forecast)
}

interface Said {
  readonly source: 'database' | 'simulated'
  readonly seed: number | null
  readonly historyDays: number
  readonly peak: Peak
  /** Null before there are weeks enough to try it on. */
  readonly backtest: Backtest | null
  readonly hours: readonly HourForecast[]
}

const simulatedFrom = '2020-09-07'
const simulatedDays = 730
const learnedWeeks = 8

const historyOf = async ({ simulated, seed }: ForecastOptions): Promise<HourlyHistory> => {
  if (simulated === true) {
    const { simulateDemand } = await loadUnlessLeftOut(
      '--simulated needs',
      () => import('@sidep/sim'),
    )
    return simulateDemand(seed, simulatedFrom, simulatedDays)
  }
  const history = await withDatabaseBesides(readConfiguration(), ({ pools }) =>
    readHourlyHistory(pools.worker, systemClock.now()),
  )
  if (history !== null && daysOf(history) >= historyDaysMin) return history
  const days = history === null ? 0 : daysOf(history)
  throw new CommandFailure(
    `a forecast needs ${historyDaysMin} whole days of screenings, and there are ${days}`,
    exitCodes.noInput,
  )
}

const forecast = async (options: ForecastOptions): Promise<void> => {
  const history = await historyOf(options)
  const hours = forecastHours(history)
  const isTried = daysOf(history) >= (learnedWeeks + 1) * 7
  const isSimulated = options.simulated === true
  const said: Said = {
    source: isSimulated ? 'simulated' : 'database',
    seed: isSimulated ? options.seed : null,
    historyDays: daysOf(history),
    peak: peakOf(
      hours,
      options.capacity ?? (isSimulated ? null : readConfiguration().capacityPerSecond),
    ),
    backtest: isTried ? backtest(history, learnedWeeks) : null,
    hours,
  }
  console.log(options.json === true ? JSON.stringify(said) : describe(said))
}

const describe = ({ peak, backtest: tried, historyDays }: Said): string =>
  [
    `next peak: ${peak.day} at ${peak.hour} h, ${Math.round(peak.expected)} screenings in that hour (${Math.round(peak.low)} to ${Math.round(peak.high)})`,
    peak.shareOfCapacity === null
      ? 'against what the portal can do: say --capacity'
      : `of what the portal can do: ${Math.round(100 * peak.shareOfCapacity)} % (at most ${Math.round(100 * (peak.shareOfCapacityAtMost ?? 0))} %)`,
    tried === null
      ? `how good it was is not known yet: ${historyDays} days are too few`
      : `error over that of last week's same hour: ${tried.scaledError.toFixed(2)} in ${tried.weeks} weeks; within the interval: ${Math.round(100 * tried.coverage)} %`,
  ].join('\n')
