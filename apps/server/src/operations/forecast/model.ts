/**
 * How many screenings each hour of the next days will bring: Holt–Winters on the logarithm of a day's total, with a
 * damped trend (E. Gardner, E. McKenzie, 1985), and the day's hours by the kind of day.
 *
 * Invariants:
 * 1. Only what lies before the first forecast hour is used, for the parameters and the intervals too.
 * 2. A day that is far out (the way in was down, or a pass began) moves the level by a bounded step: one such day does
 *    not carry the next week away, three of them in a row do.
 * 3. The interval is what the same model would have missed by so many days ahead, lately: nothing is assumed to be normal.
 */
import { dayAfter } from '@sidep/time'
import {
  type CalendarDay,
  calendarDayOf,
  dayKinds,
  daysOf,
  daysPerWeek,
  type HourForecast,
  type HourlyHistory,
  holidayKind,
  hoursPerDay,
} from './history.ts'

interface Smoothing {
  /** Of the level, of the trend: shares of an error that they take over. */
  readonly level: number
  readonly trend: number
  /** Share of the trend that is left a day later. */
  readonly damping: number
}

const candidates: readonly Smoothing[] = [0.15, 0.3, 0.5].flatMap((level) =>
  [0.1, 0.25, 0.5].flatMap((trend) =>
    [0.85, 0.93, 0.98].map((damping) => ({ level, trend, damping })),
  ),
)
/** Shares of an error that a kind of day, and holidays and their eves, take over: the latter come eleven times a year. */
const kindShare = 0.12
const specialShare = 0.4
const hoursShare = 0.15
/** Errors beyond so many times the usual one count as that many. */
const errorsAtMost = 3
/** Natural logarithm; what a usual error is at first, and never less than. */
const usualErrorFirst = 0.15
const usualErrorMin = 0.03
const usualErrorShare = 0.05
/** What an eve brings more before any was seen. */
const eveFirst = Math.log(1.15)

interface Learned {
  level: number
  trend: number
  usualError: number
  eve: number
  /** By kind of day: what its total is above the level, and the share of each hour. */
  readonly kinds: Float64Array
  readonly shares: readonly Float64Array[]
}

export const historyDaysMin = 2 * daysPerWeek
/** Older days say nothing that a year and a month do not: one of each holiday. */
const historyDaysMax = 400

const logOf = (count: number): number => Math.log(count + 0.5)

interface PastDay extends CalendarDay {
  readonly total: number
  readonly hours: readonly number[]
}

const pastDaysOf = (history: HourlyHistory): readonly PastDay[] =>
  Array.from({ length: daysOf(history) }, (_, index) => {
    const hours = history.counts.slice(index * hoursPerDay, (index + 1) * hoursPerDay)
    const total = hours.reduce((sum, count) => sum + count, 0)
    return { ...calendarDayOf(dayAfter(history.firstDay, index)), total, hours }
  })

/** From the first two weeks: how the second stands to the first, each weekday against that line, holidays taken for Sundays. */
const learnedFirst = (days: readonly PastDay[]): Learned => {
  const first = days.slice(0, historyDaysMin)
  const meanLog = (some: readonly PastDay[]): number =>
    some.reduce((sum, { total }) => sum + logOf(total), 0) / some.length
  const trend =
    (meanLog(first.slice(daysPerWeek)) - meanLog(first.slice(0, daysPerWeek))) / daysPerWeek
  const levelOn = (index: number): number =>
    meanLog(first) + trend * (index - (first.length - 1) / 2)
  const aboveLevel = new Map(first.map((day, index) => [day, logOf(day.total) - levelOn(index)]))
  const kinds = new Float64Array(dayKinds)
  const shares = Array.from({ length: dayKinds }, () => new Float64Array(hoursPerDay))
  const meanOf = (kind: number, numberOf: (day: PastDay) => number, otherwise: number): number => {
    const alike = first.filter((day) => day.kind === kind)
    return alike.length === 0
      ? otherwise
      : alike.reduce((sum, day) => sum + numberOf(day), 0) / alike.length
  }
  for (let kind = 0; kind < dayKinds; kind += 1) {
    const otherwise = kind === holidayKind ? daysPerWeek - 1 : kind
    kinds[kind] = meanOf(kind, (day) => aboveLevel.get(day) ?? 0, kinds[otherwise] ?? 0)
    for (let hour = 0; hour < hoursPerDay; hour += 1) {
      const shareOf = ({ hours, total }: PastDay): number => (hours[hour] ?? 0) / Math.max(1, total)
      const hoursOfKind = shares[kind]
      if (hoursOfKind === undefined) continue
      hoursOfKind[hour] = meanOf(kind, shareOf, shares[otherwise]?.[hour] ?? 1 / hoursPerDay)
    }
  }
  return {
    level: levelOn(first.length - 1),
    trend,
    usualError: usualErrorFirst,
    eve: eveFirst,
    kinds,
    shares,
  }
}

const levelAfter = ({ level, trend }: Learned, { damping }: Smoothing, days: number): number =>
  level + (trend * damping * (1 - damping ** days)) / (1 - damping)

const ofCalendar = ({ kinds, eve }: Learned, { kind, isEve }: CalendarDay): number =>
  (kinds[kind] ?? 0) + (isEve ? eve : 0)

const learn = (learned: Learned, smoothing: Smoothing, day: PastDay): void => {
  const before = levelAfter(learned, smoothing, 1)
  const error = logOf(day.total) - before - ofCalendar(learned, day)
  const most = errorsAtMost * learned.usualError
  const bounded = Math.max(-most, Math.min(most, error))
  learned.usualError = Math.max(
    usualErrorMin,
    learned.usualError + usualErrorShare * (Math.abs(bounded) - learned.usualError),
  )
  const isSpecial = day.kind === holidayKind || day.isEve
  learned.trend *= smoothing.damping
  learned.level = before
  if (isSpecial) {
    // A holiday tells of holidays, not of the wave.
    if (day.isEve) learned.eve += specialShare * bounded
    else learned.kinds[day.kind] = (learned.kinds[day.kind] ?? 0) + specialShare * error
  } else {
    learned.level += smoothing.level * bounded
    learned.trend += smoothing.level * smoothing.trend * bounded
    learned.kinds[day.kind] =
      (learned.kinds[day.kind] ?? 0) + kindShare * (1 - smoothing.level) * bounded
  }
  const shares = learned.shares[day.kind]
  // The hours of a day that was cut off say when the way in was down, not when people come.
  if (shares === undefined || day.total === 0 || Math.abs(error) > most) return
  for (let hour = 0; hour < hoursPerDay; hour += 1) {
    const share = (day.hours[hour] ?? 0) / day.total
    shares[hour] = (shares[hour] ?? 0) + hoursShare * (share - (shares[hour] ?? 0))
  }
}

const expectedHours = (
  learned: Learned,
  smoothing: Smoothing,
  day: CalendarDay,
  daysAhead: number,
): readonly number[] => {
  const total = Math.exp(levelAfter(learned, smoothing, daysAhead) + ofCalendar(learned, day))
  const shares = learned.shares[day.kind] ?? new Float64Array(hoursPerDay)
  return Array.from(shares, (share) => total * share)
}

/** How far one week ahead was missed all along: the mean of the logarithms. */
const missed = (days: readonly PastDay[], smoothing: Smoothing): number => {
  const learned = learnedFirst(days)
  let sum = 0
  let count = 0
  for (const [index, day] of days.entries()) {
    if (index >= historyDaysMin) learn(learned, smoothing, day)
    for (let ahead = 1; ahead <= daysPerWeek && index >= historyDaysMin; ahead += 2) {
      const later = days[index + ahead]
      if (later === undefined) break
      const expected = levelAfter(learned, smoothing, ahead) + ofCalendar(learned, later)
      sum += Math.abs(logOf(later.total) - expected)
      count += 1
    }
  }
  return count === 0 ? 0 : sum / count
}

const bestSmoothing = (days: readonly PastDay[]): Smoothing => {
  let best: { smoothing: Smoothing; missedBy: number } | null = null
  for (const smoothing of candidates) {
    const missedBy = missed(days, smoothing)
    if (best === null || missedBy < best.missedBy) best = { smoothing, missedBy }
  }
  if (best === null) throw new Error('there are candidates')
  return best.smoothing
}

/** Days over which the misses are kept, and from how many expected on an hour counts among them. */
const missDays = 70
const missedHourMin = 20

/** Logarithms of what came over what was expected, by days ahead, lately. */
type Misses = readonly number[][]

const learnAll = (
  days: readonly PastDay[],
  smoothing: Smoothing,
): { learned: Learned; misses: Misses } => {
  const learned = learnedFirst(days)
  const misses: number[][] = Array.from({ length: daysPerWeek + 1 }, () => [])
  for (const [index, day] of days.entries()) {
    if (index < historyDaysMin) continue
    learn(learned, smoothing, day)
    if (index < days.length - missDays) continue
    for (let ahead = 1; ahead <= daysPerWeek; ahead += 1) {
      const later = days[index + ahead]
      if (later === undefined) break
      for (const [hour, expected] of expectedHours(learned, smoothing, later, ahead).entries()) {
        if (expected < missedHourMin) continue
        misses[ahead]?.push(logOf(later.hours[hour] ?? 0) - logOf(expected))
      }
    }
  }
  for (const list of misses) list.sort((one, other) => one - other)
  return { learned, misses }
}

const quantileOf = (sorted: readonly number[], share: number, otherwise: number): number =>
  sorted[Math.round(share * (sorted.length - 1))] ?? otherwise

/**
 * Share of the misses left out below the interval, and above it. A tenth would be four in five; but the parameters were
 * chosen with those days known, and what is not known yet is missed by a little more.
 */
const outsideShare = 0.08
/** Until misses were seen: a quarter less, a third more. */
const missOtherwise = Math.log(4 / 3)

/**
 * @param history at least two weeks of whole days
 * @param days how many to forecast, 1 to 7: the day after the last of the history is the first
 */
export const forecastHours = (history: HourlyHistory, days = daysPerWeek): HourForecast[] => {
  const past = pastDaysOf(history).slice(-historyDaysMax)
  if (past.length < historyDaysMin) throw new RangeError(`at least ${historyDaysMin} days`)
  if (days < 1 || days > daysPerWeek) throw new RangeError('1 to 7 days ahead')
  const smoothing = bestSmoothing(past)
  const { learned, misses } = learnAll(past, smoothing)
  const lastDay = dayAfter(history.firstDay, daysOf(history) - 1)
  return Array.from({ length: days }, (_, index) => {
    const ahead = index + 1
    const day = dayAfter(lastDay, ahead)
    const ofDay = misses[ahead] ?? []
    const low = Math.min(0, quantileOf(ofDay, outsideShare, -missOtherwise))
    const high = Math.max(0, quantileOf(ofDay, 1 - outsideShare, missOtherwise))
    return expectedHours(learned, smoothing, calendarDayOf(day), ahead).map((expected, hour) => ({
      day,
      hour,
      expected,
      low: expected * Math.exp(low),
      high: expected * Math.exp(high),
    }))
  }).flat()
}
