/**
 * Where the watcher reads what users met: the portal's database, on one connection of its own, when it is there. The watcher needs
 * none: while it is away, or busy, nothing is known of users, and probes say what there is to say.
 */
import { minuteMilliseconds } from '@sidep/time'
import postgres, { type Sql } from 'postgres'
import { runningEmbeddedDatabase } from '../../platform/embedded/cluster.ts'
import type { WatchConfiguration } from '../watch-configuration.ts'
import { readSignals, type Signals } from './read-signals.ts'

export interface SignalSource {
  /** @param silentSince since when counters may be silent, by an incident that is open @returns null: it is not known now */
  read(now: Date, silentSince: Date | null): Promise<Signals | null>
  close(): Promise<void>
}

const databaseName = 'sidep'
const statementMilliseconds = 3_000
const connectSeconds = 3
/** A database that stands still answers nothing, and breaks no connection. */
const readMillisecondsMax = 8_000

const options = {
  max: 1,
  connect_timeout: connectSeconds,
  idle_timeout: 120,
  onnotice: () => undefined,
  connection: { application_name: 'sidep watch', statement_timeout: statementMilliseconds },
} as const

const giveUpAfter = (milliseconds: number): Promise<never> =>
  new Promise((_, reject) => {
    setTimeout(() => reject(new Error('no answer')), milliseconds).unref()
  })

/** @param configuration whose database is read: the one that is given, or the embedded one of the data folder while it runs */
export const openSignalSource = ({
  databaseUrl,
  dataDirectory,
}: Pick<WatchConfiguration, 'databaseUrl' | 'dataDirectory'>): SignalSource => {
  let database: Sql | null = null
  let since: Date | null = null

  const connect = async (): Promise<Sql | null> => {
    if (database !== null) return database
    if (databaseUrl !== null) {
      database = postgres(databaseUrl, options)
      return database
    }
    const running = await runningEmbeddedDatabase(dataDirectory)
    if (running === null) return null
    database = postgres({ ...running.connection, database: databaseName, ...options })
    return database
  }

  const leave = async (): Promise<void> => {
    const left = database
    database = null
    await left?.end({ timeout: 0 }).catch(() => undefined)
  }

  return {
    async read(now, silentSince) {
      try {
        const sql = await connect()
        if (sql === null) return null
        const signals = await Promise.race([
          readSignals(sql, now, since, silentSince),
          giveUpAfter(readMillisecondsMax),
        ])
        since =
          signals.minutes.at(-1)?.minute ?? since ?? new Date(now.getTime() - minuteMilliseconds)
        return signals
      } catch {
        // Away, busy, or of a portal that has no such tables yet: it is looked for anew next time.
        await leave()
        return null
      }
    },
    close: leave,
  }
}
