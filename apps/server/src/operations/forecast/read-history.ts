/** The hours that a portal has recorded, as its database still tells them: retention folds older ones into days. */
import { dayAfter, dayIn, dayMilliseconds, parisZone } from '@sidep/time'
import type { Sql } from 'postgres'
import { type HourlyHistory, hoursPerDay } from './history.ts'

interface HourRow {
  /** `YYYY-MM-DD`. */
  readonly day: string
  readonly hour: number
  readonly screenings: number
}

/**
 * Whole days before today, from the first that has anything. Probes are nobody's demand. A rare look across sites.
 *
 * @param now in what is today on the clock of metropolitan France
 * @returns null where there is no whole day yet
 */
export const readHourlyHistory = async (
  database: Sql,
  probeSites: readonly string[],
  now: Date,
): Promise<HourlyHistory | null> => {
  const today = dayIn(now, parisZone)
  const rows = await database<HourRow[]>`
    -- across sites: the hours of the forecast
    select to_char(clock, 'YYYY-MM-DD') as day, extract(hour from clock)::int as hour, count(*)::int as screenings
    from (
      select date_trunc('hour', recorded_at at time zone ${parisZone}) as clock from screening
      where recorded_at < ${today}::timestamp at time zone ${parisZone} and site_id != all(${[...probeSites]})
    ) as recorded
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
