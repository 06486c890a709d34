/**
 * A deadline for queries that wait for a connection. While the database is away the driver (postgres 3.4.9) keeps
 * every query until it is back, however long that is: callers wait without an answer, and when it is back, what
 * nobody waits for any more is run first.
 *
 * Invariants
 * - What waits for a connection past the deadline fails with 57014 (query_canceled) and is never run.
 * - What was handed to a connection is left to the database's statement_timeout; whose answer is then still not there
 *   was lost with its connection, and fails as such.
 * - No connection is lost. The driver forgets one whose first query was cancelled while it was being made: that
 *   query is replaced by an empty one instead. A `reserve` that failed stays in the driver's queue and is handed a
 *   connection that nobody gives back: reserved connections are made apart, and end with their use.
 */
import type { ReservedSql, Sql, TransactionSql } from 'postgres'
import { monotonicMilliseconds } from './clock.ts'
import {
  connectionLost,
  type DriverConnection,
  type Life,
  type LostConnections,
  type SentQuery,
} from './lost-connections.ts'
import { beginQuerySpan } from './tracing/query-spans.ts'
import { beginSpanBelow, during, failureCode } from './tracing/tracing.ts'

/** What of the driver's query is used here; pinned by its version, and held by the test beside. */
interface DriverQuery extends Promise<unknown>, SentQuery {
  /** Null until a connection has it. */
  readonly state: unknown
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
  isSettled: boolean
}

/** A pool of the driver, and the connections that its transactions use. */
export interface GuardedPool {
  readonly pool: Sql
  readonly lost: LostConnections
}

export interface QueueLimits {
  /** Of the pool, for traces. */
  readonly name: string
  /** From the query to its being sent. */
  readonly queueMilliseconds: number
  /** From the query to its answer: more than the queue and the longest statement together. */
  readonly answerMilliseconds: number
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

/** @returns makes a query one that fails when its time is over */
const makeWatch = ({ name, queueMilliseconds, answerMilliseconds }: QueueLimits) => {
  let waiting: Waiting[] = []
  let looking: NodeJS.Timeout | null = null

  /** Whether it is to be looked at again. */
  const isOpen = ({ query, since, isSettled }: Waiting, now: number): boolean => {
    if (isSettled) return false
    if (query.state !== null) {
      if (now - since < answerMilliseconds) return true
      query.reject(connectionLost())
      return false
    }
    if (now - since < queueMilliseconds) return true
    // One that was never run is part of another's text.
    if (query.executed) giveUp(query)
    return false
  }

  const look = (): void => {
    const now = monotonicMilliseconds()
    waiting = waiting.filter((one) => isOpen(one, now))
    if (waiting.length > 0 || looking === null) return
    clearInterval(looking)
    looking = null
  }

  return <T>(made: T, parts: readonly string[] = []): T => {
    if (!isQuery(made)) return made
    const span = beginQuerySpan(name, parts)
    const one: Waiting = { query: made, since: monotonicMilliseconds(), isSettled: false }
    const { resolve, reject } = made
    made.resolve = (value) => {
      one.isSettled = true
      span?.end(null)
      resolve(value)
    }
    made.reject = (error) => {
      one.isSettled = true
      span?.end(failureCode(error))
      reject(error)
    }
    waiting.push(one)
    if (looking === null) {
      looking = setInterval(look, lookMilliseconds)
      looking.unref()
    }
    return made
  }
}

type Work<T> = (sql: TransactionSql) => T | Promise<T>

type OnExecute = (connection: DriverConnection) => unknown

/**
 * The driver's `begin` sends its first statement by `unsafe` of its pool, synchronously, with what is told the
 * connection.
 *
 * @returns that life of the connection, once it is known
 */
const listenForConnection = (
  { pool, lost }: GuardedPool,
  begin: () => void,
): (() => Life | null) => {
  const { unsafe } = pool
  let life: Life | null = null
  pool.unsafe = ((text: string, parameters: never[], options: { onexecute: OnExecute }) => {
    const onexecute: OnExecute = (connection) => {
      life = lost.watch(connection)
      return options.onexecute(connection)
    }
    return unsafe(text, parameters, { ...options, onexecute } as object)
  }) as Sql['unsafe']
  begin()
  pool.unsafe = unsafe
  return () => life
}

const makeBegin = (guarded: GuardedPool, { name, queueMilliseconds }: QueueLimits) => {
  const begin = <T>(first: string | Work<T>, second?: Work<T>): Promise<unknown> => {
    const work = typeof first === 'string' ? second : first
    return new Promise((resolve, reject) => {
      let isLate = false
      const timer = setTimeout(() => {
        isLate = true
        reject(tooLate())
      }, queueMilliseconds)
      const inTime = (sql: TransactionSql): T | Promise<T> => {
        clearTimeout(timer)
        // Nobody waits any more: the transaction that has just begun is rolled back.
        if (isLate || work === undefined) throw tooLate()
        const current = life()
        if (current !== null) guarded.lost.bind(sql, current)
        return work(sql)
      }
      const life = listenForConnection(guarded, () => {
        guarded.pool
          .begin(typeof first === 'string' ? first : '', inTime)
          .then(resolve, reject)
          .finally(() => clearTimeout(timer))
      })
    })
  }
  return <T>(first: string | Work<T>, second?: Work<T>): Promise<unknown> => {
    const attributes = { 'sidep.pool': name }
    const span = beginSpanBelow({ name: 'transaction', kind: 'client', attributes })
    return span === null ? begin(first, second) : during(span, () => begin(first, second))
  }
}

/** A reserved connection whose queries end with it, those too that the driver has still to send. */
const withLife = (reserved: ReservedSql, life: Life, lost: LostConnections): ReservedSql => {
  const { unsafe } = reserved
  lost.bind(reserved, life)
  const follow = <T>(made: T): T => {
    if (isQuery(made)) lost.follow(made, life)
    return made
  }
  const call = (first: TemplateStringsArray, ...rest: never[]): unknown =>
    follow(reserved(first, ...rest))
  return Object.assign(call, reserved, {
    unsafe: (...parameters: Parameters<Sql['unsafe']>) => follow(unsafe(...parameters)),
  }) as unknown as ReservedSql
}

const makeReserve =
  (apart: () => GuardedPool, { queueMilliseconds }: QueueLimits) =>
  async (): Promise<ReservedSql> => {
    const { pool: own, lost } = apart()
    const end = (): void => {
      own.end({ timeout: 0 }).catch(() => {})
    }
    const late = setTimeout(end, queueMilliseconds)
    try {
      let life: Life | null = null
      const onexecute: OnExecute = (connection) => {
        life = lost.watch(connection)
        return true
      }
      await own.unsafe('select 1', [], { onexecute } as object)
      const reserved = await own.reserve()
      reserved.release = end
      return life === null ? reserved : withLife(reserved, life, lost)
    } catch (error) {
      end()
      throw error
    } finally {
      clearTimeout(late)
    }
  }

/**
 * The same pool, whose queries wait for a connection, and for an answer, no longer than they may.
 *
 * @param guarded the driver's; nobody else uses it
 * @param apart opens a pool of one connection to the same database, for `reserve`
 */
export const withQueueDeadline = (
  guarded: GuardedPool,
  apart: () => GuardedPool,
  limits: QueueLimits,
): Sql => {
  const { pool } = guarded
  const { unsafe } = pool
  const watch = makeWatch(limits)
  const call = (first: TemplateStringsArray, ...rest: never[]): unknown =>
    watch(pool(first, ...rest), first)
  return Object.assign(call, pool, {
    unsafe: (...parameters: Parameters<Sql['unsafe']>) => watch(unsafe(...parameters)),
    begin: makeBegin(guarded, limits),
    reserve: makeReserve(apart, limits),
  }) as unknown as Sql
}
