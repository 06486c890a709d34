/** The server under load: a process of its own on embedded PostgreSQL, with an identity provider to sign in at. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { routes } from '@sidep/contracts'
import { demoIdentities, generateProfessionals, startIdentityProvider } from '@sidep/dev'
import { databaseName, openEmbeddedDatabase } from '@sidep/server/platform/database.ts'
import {
  embeddedProcessId,
  runningEmbeddedDatabase,
} from '@sidep/server/platform/embedded/cluster.ts'
import { freePort } from '@sidep/server/platform/free-port.ts'
import { type CoreSplit, onServerCores } from './cores.ts'
import { type CountedScreenings, countScreenings } from './count-screenings.ts'
import { endOnSignal } from './end-on-signal.ts'
import { familyMilliseconds, familyOf, processMilliseconds } from './processor-time.ts'

/** Processor time used since the start; milliseconds. */
export interface ProcessorTime {
  readonly serverMilliseconds: number
  readonly databaseMilliseconds: number
}

export interface PortalProcess {
  readonly url: string
  readonly operatorUrl: string
  readonly port: number
  /** Its data folder, with its keys: what needs more sessions than anyone signs in for makes them from these. */
  readonly dataDirectory: string
  /** Of the server. */
  readonly processId: number
  /** Ends server and database as a machine that loses its power does. */
  kill(): Promise<void>
  /** The database alone stands still, connections and all. @returns what lets it go on */
  hangDatabase(): Promise<() => void>
  /** One table alone: whoever asks anything of it waits. @returns what lets them go on */
  holdTable(name: string): Promise<() => Promise<void>>
  /** Stops the server; its data stay until `close`. */
  stop(): Promise<void>
  /** Processor time used so far; of a database that is not embedded none is known. */
  processorTime(): Promise<ProcessorTime>
  /** Stops the server, and counts what its database holds, by a connection of our own. */
  stopAndCount(acknowledged: readonly string[]): Promise<CountedScreenings>
  /** Ends everything and removes the data. */
  close(): Promise<void>
}

const client = { id: 'sidep-bench', secret: 'sidep-bench-secret' } as const
const startMillisecondsMax = 60_000
const holdMilliseconds = 200
const serverMain = fileURLToPath(import.meta.resolve('@sidep/server/main.ts'))

/** For looking into what is measured: `SIDEP_BENCH_NODE_OPTIONS='--cpu-prof --cpu-prof-dir=/tmp/profile'`. */
export const nodeOptions = (): string[] =>
  (process.env.SIDEP_BENCH_NODE_OPTIONS ?? '').split(' ').filter((option) => option !== '')

/** The server says on its standard output when it listens. */
const untilListening = async (child: ChildProcess): Promise<void> => {
  const { stdout } = child
  if (stdout === null) throw new Error('the server has no output to read')
  const lines = createInterface({ input: stdout })
  const listening = (async () => {
    for await (const line of lines) if (line.includes('listens on')) return
    throw new Error(`the server ended before it listened (exit code ${child.exitCode})`)
  })()
  const late = AbortSignal.timeout(startMillisecondsMax)
  await Promise.race([listening, once(late, 'abort').then(() => Promise.reject(late.reason))])
  stdout.resume()
}

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}

/** Its children notice that it is gone, and go. */
const killDatabaseOf = async (dataDirectory: string): Promise<void> => {
  const processId = await embeddedProcessId(dataDirectory)
  if (processId !== null) process.kill(processId, 'SIGKILL')
}

/** How many invented professionals can sign in. */
export const professionalsCount = 400

/** Everyone who can sign in at the bench's identity provider and works at exactly one site, a site once. */
export const professionalsOfDistinctSites = (count: number): string[] => {
  const sites = new Set<string>()
  const ids: string[] = []
  for (const { nationalId, profession, category, activities } of generateProfessionals(
    professionalsCount,
    1,
  )) {
    const [only, ...others] = activities
    if (only === undefined || others.length > 0 || only.finess === '' || sites.has(only.finess))
      continue
    if (
      profession.code !== '21' ||
      category !== 'C' ||
      demoIdentities.some((demo) => demo.nationalId === nationalId)
    )
      continue
    sites.add(only.finess)
    ids.push(nationalId)
  }
  return ids.slice(0, count)
}

type Settings = Readonly<Record<string, string>>

export interface PortalOptions {
  /** The cores that server and database keep to; null: all. */
  readonly split?: CoreSplit | null
  /** Whether it has a session of its own, as a service of systemd has: the kernel then shares the cores between sessions first. */
  readonly ownSession?: boolean
  /** Before the server starts, with the folder that its data will be in. */
  readonly prepare?: (dataDirectory: string) => Promise<void>
}

/**
 * Starts server and identity provider; the server's log goes to our standard error.
 *
 * @param environment settings besides the usual ones, given the portal's address
 * @throws when the server does not listen within a minute; nothing is left running then
 */
export const startPortalProcess = async (
  environment: Settings | ((url: string) => Promise<Settings>) = {},
  { split = null, ownSession = false, prepare }: PortalOptions = {},
): Promise<PortalProcess> => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'sidep-bench-'))
  const port = await freePort('127.0.0.1')
  const operatorPort = await freePort('127.0.0.1')
  const url = `http://localhost:${port}`
  const settings = typeof environment === 'function' ? await environment(url) : environment
  await prepare?.(dataDirectory)
  // A portal that is given a provider needs none of ours.
  const own =
    settings.ECPS_ISSUER !== undefined
      ? null
      : await startIdentityProvider({
          port: 0,
          clients: [{ ...client, redirectUris: [`${url}${routes.loginEcpsCallback}`] }],
          people: demoIdentities,
          others: generateProfessionals(professionalsCount, 1),
        })
  const [command, args] = onServerCores(split, process.execPath, [...nodeOptions(), serverMain])
  const child = spawn(command, args, {
    env: {
      ...process.env,
      PORT: String(port),
      OPERATOR_PORT: String(operatorPort),
      HOST: '127.0.0.1',
      DATA_DIR: dataDirectory,
      LOG_LEVEL: 'warn',
      // The load's few professionals record in a minute what a person does in a day.
      PACE_SCREENINGS_PER_HOUR: '100000',
      ECPS_ISSUER: own?.issuer,
      ECPS_CLIENT_ID: client.id,
      ECPS_CLIENT_SECRET: client.secret,
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: ownSession,
  })
  const listening = untilListening(child)
  const close = endOnSignal(async () => {
    // A server that is ended while it starts would leave what it has just begun to make.
    await listening.catch(() => undefined)
    await end(child)
    await own?.close()
    await rm(dataDirectory, { recursive: true, force: true })
  })
  try {
    await listening
  } catch (error) {
    await close()
    throw error
  }
  return {
    url,
    operatorUrl: `http://127.0.0.1:${operatorPort}`,
    port,
    dataDirectory,
    processId: child.pid ?? 0,
    stop: () => end(child),
    kill: async () => {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await killDatabaseOf(dataDirectory)
      await ended
    },
    async hangDatabase() {
      const family = familyOf((await embeddedProcessId(dataDirectory)) ?? 0)
      const signal = (name: 'SIGSTOP' | 'SIGCONT') => (): void => {
        for (const processId of family) process.kill(processId, name)
      }
      signal('SIGSTOP')()
      return signal('SIGCONT')
    },
    async holdTable(name) {
      const running = await runningEmbeddedDatabase(dataDirectory)
      if (running === null) throw new Error('the database is not embedded')
      const database = await openEmbeddedDatabase(running, databaseName)
      const held = Promise.withResolvers<void>()
      const letGo = new AbortController()
      const holding = database.pools.worker.begin(async (sql) => {
        await sql`lock table ${sql(name)} in access exclusive mode`
        held.resolve()
        // A transaction that says nothing is ended.
        while (!letGo.signal.aborted) {
          await wait(holdMilliseconds)
          await sql`select 1`
        }
      })
      await Promise.race([held.promise, holding])
      return async () => {
        letGo.abort()
        await holding
        await database.close()
      }
    },
    async processorTime() {
      return {
        serverMilliseconds: processMilliseconds(child.pid ?? 0),
        databaseMilliseconds: familyMilliseconds((await embeddedProcessId(dataDirectory)) ?? 0),
      }
    },
    async stopAndCount(acknowledged) {
      await end(child)
      return countScreenings(dataDirectory, acknowledged, settings.DATABASE_URL ?? null)
    },
    close,
  }
}
