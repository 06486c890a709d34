/** The database of a drill on one machine: owned by the drill itself, which stops it, starts it again, and kills it. */
import { join } from 'node:path'
import { openDatabase } from '@sidep/server/platform/database.ts'
import {
  embeddedProcessId,
  runningEmbeddedDatabase,
} from '@sidep/server/platform/embedded/cluster.ts'
import { startFaultyProxy } from '@sidep/server/platform/faulty-proxy.ts'
import type { Sql } from 'postgres'
import { familyOf } from '../processor-time.ts'
import type { Settings } from './portals.ts'

export interface MachineDatabase {
  /** Where processes of ours find it. */
  readonly settings: Settings
  /** By a connection that may become the tables' owner (`set local role none`). */
  read<T>(work: (sql: Sql) => Promise<T>): Promise<T>
  stop(): Promise<void>
  start(): Promise<void>
  /** kill -9 of PostgreSQL, all its processes. */
  kill(): Promise<void>
  close(): Promise<void>
}

const databaseName = 'sidep'
const portOfSocket = 5_432

export const killFamily = (processId: number): void => {
  for (const one of familyOf(processId)) {
    try {
      process.kill(one, 'SIGKILL')
    } catch {
      // It went by itself.
    }
  }
}

/** The embedded one of a data folder; killed, it is started again at once, as by the portal that owns one. */
export const openEmbeddedDatabase = async (folder: string): Promise<MachineDatabase> => {
  let database = await openDatabase(null, folder)
  try {
    const running = await runningEmbeddedDatabase(folder)
    if (running === null) throw new Error('the embedded database does not run')
    const { host: socketFolder, user, password } = running.connection
    const way = await startFaultyProxy({ path: join(socketFolder, `.s.PGSQL.${portOfSocket}`) })
    return {
      settings: {
        DATABASE_URL: `postgres://${user}:${password}@127.0.0.1:${way.port}/${databaseName}`,
      },
      read: (work) => work(database.pools.worker),
      stop: () => database.close(),
      async start() {
        database = await openDatabase(null, folder)
      },
      async kill() {
        const processId = await embeddedProcessId(folder)
        if (processId !== null) killFamily(processId)
      },
      async close() {
        await way.close()
        await database.close()
      },
    }
  } catch (error) {
    await database.close()
    throw error
  }
}
