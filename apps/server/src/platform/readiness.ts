/** Whether the database takes a write now: what a load balancer asks every second, of every process. */
import type { Sql } from 'postgres'

export type Readiness =
  | 'ready'
  | 'database-unavailable'
  | 'database-read-only'
  /** This machine's clock and the database's are apart: one of them is wrong, and certificates bear ours. */
  | 'clock-differs'

const answerMilliseconds = 1_000
/** Clocks that are kept agree within milliseconds, and an answer takes a second at most. */
const clockMillisecondsMax = 10_000

/** Whether the database's time is within what ours was between asking and being answered. */
export const isSameTime = (database: Date, asked: Date, answered: Date): boolean =>
  database.getTime() >= asked.getTime() - clockMillisecondsMax &&
  database.getTime() <= answered.getTime() + clockMillisecondsMax

const ask = async (pool: Sql, now: () => Date): Promise<Readiness> => {
  try {
    const asked = now()
    // A standby is in recovery; a primary that is fenced off, or out of disk, may be made read-only.
    const [row] = await pool<{ writable: boolean; time: Date }[]>`
      select not pg_is_in_recovery() and current_setting('transaction_read_only') = 'off' as writable,
        clock_timestamp() as time`
    if (row?.writable !== true) return 'database-read-only'
    return isSameTime(row.time, asked, now()) ? 'ready' : 'clock-differs'
  } catch {
    // The statements that people wait for report why.
    return 'database-unavailable'
  }
}

/**
 * Makes the question: one query for all who ask at the same time, and an answer within a second. The query is not
 * cancelled then: the next to ask waits for the same one, until it is answered or the pool gives it up.
 *
 * @param pool of one connection that nothing else uses
 * @param now by the clock that certificates bear
 */
export const makeReadiness = (pool: Sql, now: () => Date): (() => Promise<Readiness>) => {
  let underWay: Promise<Readiness> | null = null
  return async () => {
    underWay ??= ask(pool, now).finally(() => {
      underWay = null
    })
    const asked = underWay
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<Readiness>((resolve) => {
      timer = setTimeout(resolve, answerMilliseconds, 'database-unavailable')
    })
    try {
      return await Promise.race([asked, late])
    } finally {
      clearTimeout(timer)
    }
  }
}
