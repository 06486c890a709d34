/**
 * What happens to queries when their connection is lost in the middle of a transaction or while it is reserved. The
 * driver (postgres 3.4.9) sends a transaction's `rollback` on the connection that was just closed, which ends the whole
 * process with a TypeError, or on the one made in its place; and it leaves what is asked on a reserved one without an
 * answer for ever, as it does what it had still to send on one when that closed.
 *
 * Invariants
 * - What belongs to a connection that closed is sent on no other: it fails at once, as what was under way does.
 * - What was under way on it, or waited to be sent on it, fails when it closes, in whichever order the socket says so.
 */
import type { ISql } from 'postgres'

/** What of the driver's query and connection is used here; pinned by its version, and held by the tests beside. */
export interface SentQuery {
  /** One for all queries of a transaction, or of a reserved connection. */
  readonly handler: object
  /** Whether somebody waits for it: one that is only a part of another's text never is. */
  readonly executed: boolean
  resolve: (value: unknown) => void
  reject: (error: unknown) => void
}

export interface DriverConnection {
  readonly id: number
  execute(query: SentQuery): unknown
  connect(query: SentQuery): void
}

/** A connection from its being made to its closing; the driver uses the same object for the next. */
export interface Life {
  isOver: boolean
  /** Asked in it, and not answered yet. */
  readonly underWay: Set<SentQuery>
}

const newLife = (): Life => ({ isOver: false, underWay: new Set() })

export interface LostConnections {
  /** The pool's option of that name: told the id of each connection that closed. */
  readonly onclose: (id: number) => void
  /** Watches a connection, which is open now. */
  watch(connection: DriverConnection): Life
  /** What is asked by this is asked in that life only. */
  bind(sql: ISql, life: Life): void
  /** What is asked by a bound one fails with that life even if the driver has not sent it. */
  follow(query: SentQuery, life: Life): void
}

export const connectionLost = (): Error =>
  Object.assign(new Error('the connection to the database was lost'), { code: 'CONNECTION_CLOSED' })

/** Keeps what is under way until it ends. */
const track = (query: SentQuery, { underWay }: Life): void => {
  if (underWay.has(query)) return
  const { resolve, reject } = query
  underWay.add(query)
  query.resolve = (value) => {
    underWay.delete(query)
    resolve(value)
  }
  query.reject = (error) => {
    underWay.delete(query)
    reject(error)
  }
}

interface Watched {
  life: Life
  close(): void
}

export const makeLostConnections = (): LostConnections => {
  const watched = new Map<number, Watched>()
  const lives = new WeakMap<object, Life>()

  const begin = (connection: DriverConnection): Watched => {
    const { execute } = connection
    connection.execute = (query) => {
      const life = lives.get(query.handler)
      if (life?.isOver === true) {
        query.reject(connectionLost())
        return true
      }
      if (life !== undefined) track(query, life)
      return execute(query)
    }
    return {
      life: newLife(),
      close() {
        const { life } = this
        life.isOver = true
        this.life = newLife()
        for (const query of [...life.underWay]) if (query.executed) query.reject(connectionLost())
      },
    }
  }

  return {
    onclose: (id) => watched.get(id)?.close(),
    watch(connection) {
      const one = watched.get(connection.id) ?? begin(connection)
      watched.set(connection.id, one)
      return one.life
    },
    bind(sql, life) {
      // Never run: only made to see what its transaction's queries are handled by.
      const { handler } = sql`select 1` as unknown as SentQuery
      lives.set(handler, life)
    },
    follow: track,
  }
}
