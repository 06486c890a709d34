/** Whether the database takes a write now: what a load balancer asks every second, of every process. */
import type { Sql } from 'postgres'

export type Readiness = 'ready' | 'database-unavailable' | 'database-read-only'

const answerMilliseconds = 1_000

const ask = async (pool: Sql): Promise<Readiness> => {
  try {
    // A standby is in recovery; a primary that is fenced off, or out of disk, may be made read-only.
    const [row] = await pool<{ writable: boolean }[]>`
      select not pg_is_in_recovery() and current_setting('transaction_read_only') = 'off' as writable`
    return row?.writable === true ? 'ready' : 'database-read-only'
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
 */
export const makeReadiness = (pool: Sql): (() => Promise<Readiness>) => {
  let underWay: Promise<Readiness> | null = null
  return async () => {
    underWay ??= ask(pool).finally(() => {
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
