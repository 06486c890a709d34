/** Whether the database takes a write now, by writing: what a load balancer asks every second, of every process. */
import type { Sql } from 'postgres'
import { monotonicMilliseconds } from './clock.ts'

export type Readiness =
  | 'ready'
  | 'database-unavailable'
  | 'database-read-only'
  /** It answers, and has no room for what would be written. */
  | 'database-full'
  /** This machine's clock and the database's are apart: one of them is wrong, and certificates bear ours. */
  | 'clock-differs'

const answerMilliseconds = 1_000
/** Whoever asks more often is answered by a look that writes nothing, and by what the last write found. */
const writtenEveryMilliseconds = 400
/** Clocks that are kept agree within milliseconds, and an answer takes a second at most. */
const clockMillisecondsMax = 10_000

/** Whether the database's time is within what ours was between asking and being answered. */
export const isSameTime = (database: Date, asked: Date, answered: Date): boolean =>
  database.getTime() >= asked.getTime() - clockMillisecondsMax &&
  database.getTime() <= answered.getTime() + clockMillisecondsMax

/**
 * What the pool's connections are told, so that the question below writes: less memory than it fills (64 kB is the least that
 * PostgreSQL takes), and a commit that waits for the disk and for the standbys in step as an entry's does.
 */
export const readinessSettings = { work_mem: '64kB', synchronous_commit: 'on' } as const

const diskFull = '53100'

/**
 * It writes as an entry does, and leaves nothing. A disk that is full still reads, and still takes log into files that are there
 * already: what fails is a file that grows. So 256 kB are put into a file of its own, which is gone when the question is answered
 * (a relation of the statement larger than `work_mem`), and a word is committed to the log (`pg_logical_emit_message`: log alone, no
 * table), which waits for the disk and for the standbys in step.
 */
const ask = async (pool: Sql, now: () => Date, isWriting: boolean): Promise<Readiness> => {
  try {
    const asked = now()
    // A standby is in recovery; a primary that is fenced off may be made read-only.
    const [row] = await pool<{ writable: boolean; time: Date }[]>`
      with state as materialized (
        select not pg_is_in_recovery() and current_setting('transaction_read_only') = 'off' as writable
      ), filling as materialized (
        select repeat(number::text, 8000) as page from generate_series(1, ${isWriting ? 32 : 0}::int) as number
      )
      select writable, clock_timestamp() as time,
        (select max(length(page)) from filling) as filled,
        case when writable and ${isWriting} then pg_logical_emit_message(true, 'sidep', 'ready?')::text end as written
      from state`
    if (row?.writable !== true) return 'database-read-only'
    return isSameTime(row.time, asked, now()) ? 'ready' : 'clock-differs'
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === diskFull) return 'database-full'
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
  let wroteAt = Number.NEGATIVE_INFINITY
  let isFull = false
  const look = async (): Promise<Readiness> => {
    const isWriting = monotonicMilliseconds() - wroteAt > writtenEveryMilliseconds
    const found = await ask(pool, now, isWriting)
    if (!isWriting) return isFull && found === 'ready' ? 'database-full' : found
    wroteAt = monotonicMilliseconds()
    isFull = found === 'database-full'
    return found
  }
  return async () => {
    underWay ??= look().finally(() => {
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
