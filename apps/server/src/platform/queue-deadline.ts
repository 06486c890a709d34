/**
 * A deadline for queries that wait for a connection. While the database is away the driver (postgres 3.4.9) keeps
 * every query until it is back, however long that is: callers wait without an answer, and when it is back, what
 * nobody waits for any more is run first.
 *
 * Invariants
 * - What waits for a connection past the deadline fails with 57014 (query_canceled) and is never run.
 * - What was handed to a connection is left alone: the database's own statement_timeout ends it.
 * - No connection is lost. The driver forgets one whose first query was cancelled while it was being made: that
 *   query is replaced by an empty one instead. A `reserve` that failed stays in the driver's queue and is handed a
 *   connection that nobody gives back: reserved connections are made apart, and end with their use.
 */
import type { ReservedSql, Sql, TransactionSql } from 'postgres'
import { monotonicMilliseconds } from './clock.ts'

/** What of the driver's query is read here; pinned by its version, and held by the test beside. */
interface DriverQuery {
  /** Null until a connection has it. */
  readonly state: unknown
  readonly executed: boolean
  strings: readonly string[]
  args: readonly unknown[]
  cancelled: unknown
  cursorFn: unknown
  forEachFn: unknown
  cancel(): void
}

interface Waiting {
  readonly query: DriverQuery
  readonly since: number
}

/** Late by no more than this. */
const lookMilliseconds = 250

const isQuery = (value: unknown): value is DriverQuery =>
  value instanceof Promise && 'cancel' in value && 'state' in value

/** Takes a query out of the driver's queue, or, where a connection is being made for it, makes it empty. */
const giveUp = (query: DriverQuery): void => {
  query.strings = ['select 1']
  query.args = []
  query.cursorFn = null
  query.forEachFn = null
  query.cancel()
  query.cancelled = null
}

const tooLate = (): Error =>
  Object.assign(new Error('no connection to the database in time'), { code: '57014' })

/**
 * The same pool, whose queries wait for a connection no longer than they may.
 *
 * @param pool the driver's; nobody else uses it
 * @param apart opens a pool of one connection to the same database, for `reserve`
 * @param deadlineMilliseconds from the query to its being sent
 */
export const withQueueDeadline = (
  pool: Sql,
  apart: () => Sql,
  deadlineMilliseconds: number,
): Sql => {
  let waiting: Waiting[] = []
  let looking: NodeJS.Timeout | null = null

  const look = (): void => {
    const limit = monotonicMilliseconds() - deadlineMilliseconds
    waiting = waiting.filter(({ query, since }) => {
      if (query.state !== null) return false
      if (since > limit) return true
      // One that was never run is part of another's text.
      if (query.executed) giveUp(query)
      return false
    })
    if (waiting.length > 0 || looking === null) return
    clearInterval(looking)
    looking = null
  }

  const watch = <T>(made: T): T => {
    if (!isQuery(made)) return made
    waiting.push({ query: made, since: monotonicMilliseconds() })
    if (looking === null) {
      looking = setInterval(look, lookMilliseconds)
      looking.unref()
    }
    return made
  }

  const begin = <T>(
    first: string | ((sql: TransactionSql) => T | Promise<T>),
    second?: (sql: TransactionSql) => T | Promise<T>,
  ): Promise<unknown> =>
    new Promise((resolve, reject) => {
      let isLate = false
      const timer = setTimeout(() => {
        isLate = true
        reject(tooLate())
      }, deadlineMilliseconds)
      const work = typeof first === 'string' ? second : first
      const inTime = (sql: TransactionSql): T | Promise<T> => {
        clearTimeout(timer)
        // Nobody waits any more: the transaction that has just begun is rolled back.
        if (isLate || work === undefined) throw tooLate()
        return work(sql)
      }
      pool
        .begin(typeof first === 'string' ? first : '', inTime)
        .then(resolve, reject)
        .finally(() => clearTimeout(timer))
    })

  const reserve = async (): Promise<ReservedSql> => {
    const own = apart()
    const end = (): void => {
      own.end({ timeout: 0 }).catch(() => {})
    }
    const late = setTimeout(end, deadlineMilliseconds)
    try {
      await own`select 1`
      const reserved = await own.reserve()
      const release = reserved.release.bind(reserved)
      reserved.release = () => {
        release()
        end()
      }
      return reserved
    } catch (error) {
      end()
      throw error
    } finally {
      clearTimeout(late)
    }
  }

  const call = (first: TemplateStringsArray, ...rest: never[]): unknown =>
    watch(pool(first, ...rest))
  return Object.assign(call, pool, {
    unsafe: (...parameters: Parameters<Sql['unsafe']>) => watch(pool.unsafe(...parameters)),
    begin,
    reserve,
  }) as unknown as Sql
}
