/**
 * How many people of the nation are tested in each hour of years: what a forecast is tried on. Made of causes, not of
 * the forecast's own model: waves that grow and pass, a pass that makes testing needful from one day to the next,
 * holidays with the rush before and the quiet on them, weather, and hours in which nothing could be recorded.
 */
import { dayAfter, isFrenchHoliday, weekdayOf } from '@sidep/time'
import { draw, drawNormal, drawPoisson, streams } from './random.ts'

export interface Demand {
  /** `YYYY-MM-DD`, of the first day. */
  readonly firstDay: string
  /** Recorded in each hour of the clock in France, 24 a day. */
  readonly counts: readonly number[]
}

/** A wave of infections: testing follows it. */
interface Wave {
  readonly peakDay: number
  /** How many times the calm's demand at its height. */
  readonly height: number
  /** Days in which it grows, and falls, by e. */
  readonly growthDays: number
  readonly declineDays: number
}

const waveAt = ({ peakDay, height, growthDays, declineDays }: Wave, day: number): number => {
  const rising = Math.exp((peakDay - day) / growthDays)
  const falling = Math.exp((day - peakDay) / declineDays)
  return (2 * height) / (rising + falling)
}

/** Shares of a week's demand, Monday first: Fridays and Saturdays before an evening out. */
const weekShares = [0.18, 0.15, 0.145, 0.145, 0.175, 0.16, 0.045]

/** Hours of the clock at which pharmacies are busy, by kind of day: mean hour and spread of two humps, and their weights. */
const humps = {
  working: [
    [10.5, 1.5, 0.45],
    [17, 2, 0.55],
  ],
  saturday: [
    [10.5, 1.8, 0.6],
    [16, 1.8, 0.4],
  ],
  closed: [
    [11, 1.6, 0.8],
    [17, 1.5, 0.2],
  ],
} as const

const hourShares = (kind: keyof typeof humps, laterHours: number): readonly number[] => {
  const shares = Array.from({ length: 24 }, (_, hour) =>
    humps[kind].reduce(
      (sum, [mean, spread, weight]) =>
        sum + (weight / spread) * Math.exp(-0.5 * ((hour + 0.5 - mean - laterHours) / spread) ** 2),
      0.000_2,
    ),
  )
  const total = shares.reduce((sum, share) => sum + share, 0)
  return shares.map((share) => share / total)
}

/** What holidays do to a day's demand: quiet on them, a rush before, more of it before Christmas and New Year's Eve. */
const holidayFactor = (text: (day: number) => string, day: number): number => {
  if (isFrenchHoliday(text(day))) return 0.3
  const monthDay = text(day).slice(5)
  if (monthDay >= '12-21' && monthDay <= '12-24') return 1.9
  if (monthDay >= '12-29' && monthDay <= '12-31') return 1.6
  return isFrenchHoliday(text(day + 1)) ? 1.25 : 1
}

const calmPerDay = 120_000
/** Of the day, and of the hour: what no cause explains. Standard deviations of the logarithm. */
const daySpread = 0.06
const hourSpread = 0.05
/** Chance that a day has hours in which the way in was down, and how many: as on 13 August 2021. */
const outageChance = 1 / 120
const outageHours = 5

/**
 * @param seed of all that is drawn: the same seed, the same years
 * @param firstDay `YYYY-MM-DD`
 * @param days how many
 */
export const simulateDemand = (seed: number, firstDay: string, days: number): Demand => {
  const text = (day: number): string => dayAfter(firstDay, day)
  const uniform = (what: number, from: number, to: number): number =>
    from + (to - from) * draw(seed, streams.demand, what)
  const waves: readonly Wave[] = [0, 1, 2].map((index) => ({
    peakDay: (index + 0.5) * (days / 3) + uniform(10 + index, -40, 40),
    height: uniform(20 + index, 1.5, 6),
    growthDays: uniform(30 + index, 9, 16),
    declineDays: uniform(40 + index, 12, 24),
  }))
  // From one day to the next a pass is asked for, and half a year later no more.
  const passFrom = Math.round(uniform(50, 0.2, 0.5) * days)
  const passUntil = passFrom + Math.round(uniform(51, 150, 220))
  const counts: number[] = []
  for (let day = 0; day < days; day += 1) {
    const weekday = weekdayOf(text(day))
    const isClosed = weekday === 6 || isFrenchHoliday(text(day))
    const kind = isClosed ? 'closed' : weekday === 5 ? 'saturday' : 'working'
    // People go later on in summer evenings.
    const shares = hourShares(kind, 0.4 * Math.sin((2 * Math.PI * (day - 80)) / 365))
    const level =
      calmPerDay *
      (1 + waves.reduce((sum, wave) => sum + waveAt(wave, day), 0)) *
      (day >= passFrom && day < passUntil ? 2 : 1)
    const ofDay =
      level *
      7 *
      (weekShares[weekday] ?? 0) *
      holidayFactor(text, day) *
      Math.exp(daySpread * drawNormal(seed, streams.demand, 1_000 + day))
    const isDown = draw(seed, streams.demand, 10_000 + day) < outageChance
    const downFrom = Math.floor(9 + 8 * draw(seed, streams.demand, 20_000 + day))
    for (let hour = 0; hour < 24; hour += 1) {
      const what = 100_000 + day * 24 + hour
      const mean =
        ofDay * (shares[hour] ?? 0) * Math.exp(hourSpread * drawNormal(seed, streams.demand, what))
      const lost = isDown && hour >= downFrom && hour < downFrom + outageHours ? 0.05 : 1
      counts.push(drawPoisson(mean * lost, seed, streams.demand, 1_000_000 + what))
    }
  }
  return { firstDay, counts }
}
