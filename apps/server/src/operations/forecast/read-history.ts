/**
 * The hours that a portal has recorded, from the quarters that the operations page counts: without probes, and kept for longer
 * than screenings are.
 */
import { dayAfter, dayIn, dayMilliseconds, parisZone } from '@sidep/time'
import type { Sql } from '../../platform/context.ts'
import { type HourlyHistory, hoursPerDay } from './history.ts'

interface HourRow {
  /** `YYYY-MM-DD`. */
  readonly day: string
  readonly hour: number
  readonly screenings: number
}

/**
 * Whole days that were counted, before today, from the first that has anything.
 *
 * @param now in what is today on the clock of metropolitan France
 * @returns null where there is no whole day yet
 */
export const readHourlyHistory = async (
  database: Sql,
  now: Date,
): Promise<HourlyHistory | null> => {
  const [counted] = await database<{ until: Date }[]>`select until from screening_quarters_counted`
  if (counted === undefined) return null
  const today = dayIn(counted.until < now ? counted.until : now, parisZone)
  const rows = await database<HourRow[]>`
    select to_char(clock, 'YYYY-MM-DD') as day, extract(hour from clock)::int as hour, sum(recorded)::int as screenings
    from (
      select date_trunc('hour', quarter at time zone ${parisZone}) as clock, recorded from screening_quarter
      where quarter < ${today}::timestamp at time zone ${parisZone}
    ) as quarters
    group by clock order by clock`
  const [first] = rows
  if (first === undefined) return null
  const days = Math.round((Date.parse(today) - Date.parse(first.day)) / dayMilliseconds)
  const counts = new Array<number>(days * hoursPerDay).fill(0)
  const indexOfDay = new Map(
    Array.from({ length: days }, (_, index) => [dayAfter(first.day, index), index]),
  )
  for (const { day, hour, screenings } of rows) {
    const index = indexOfDay.get(day)
    if (index !== undefined) counts[index * hoursPerDay + hour] = screenings
  }
  return { firstDay: first.day, counts }
}

/** Screenings a second in the busiest quarter of an hour that is still known. */
export const readBusiestPerSecond = async (database: Sql): Promise<number> => {
  const [row] = await database<{ most: number }[]>`
    select coalesce(max(recorded), 0)::int as most
    from (select sum(recorded) as recorded from screening_quarter group by quarter) as quarters`
  return (row?.most ?? 0) / quarterSeconds
}

const quarterSeconds = 900
