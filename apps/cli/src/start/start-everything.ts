/** One command for a whole portal: pages, database, server, and in development the outside world. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Configuration,
  describeFaults,
  ensureDataFolder,
  parseConfiguration,
  type RunningServer,
  startServer,
} from '@sidep/server'
import { makeClosers } from '../closers.ts'
import { freePort } from '../free-port.ts'
import { type StandIns, startStandIns } from '../stand-ins.ts'
import { ensureWebBuilt, webDistFolder } from '../web-build.ts'
import { describeStart } from './describe-start.ts'
import { fillEmptyDirectory } from './fill-directory.ts'

/** `portal` answers requests; `all` delivers messages to people as well. */
export const roles = ['all', 'portal'] as const
export type Role = (typeof roles)[number]

type Environment = Readonly<Record<string, string | undefined>>

export interface StartOptions {
  readonly environment: Environment
  readonly workingDirectory: string
  readonly role: Role
  /** Whether stale pages are built first (development only). */
  readonly build: boolean
  /** Aborted when the start is to be given up. */
  readonly stopping: AbortSignal
  readonly say: (line: string) => void
}

export interface Running {
  readonly server: RunningServer
  readonly standIns: StandIns | null
  /** Ends the server first, then the stand-ins. */
  close(): Promise<void>
}

/** The configuration cannot be used; the message lists what to put right. */
export class UnusableConfiguration extends Error {
  override readonly name = 'UnusableConfiguration'
}

const parse = (environment: Environment, workingDirectory: string): Configuration => {
  const parsed = parseConfiguration(environment, workingDirectory)
  if (!parsed.ok) throw new UnusableConfiguration(describeFaults(parsed.faults))
  return parsed.value
}

const preparePages = async (
  configuration: Configuration,
  { build, stopping, say }: StartOptions,
): Promise<void> => {
  if (configuration.mode === 'production') {
    if (existsSync(webDistFolder)) return
    throw new UnusableConfiguration('sidep does not start: the pages are not built (npm run build)')
  }
  if (build) await ensureWebBuilt(stopping, () => say('Building the pages'))
}

/** Said at once, before a build and a database are waited for. */
const refuseTakenPort = async (port: number, setting = 'PORT'): Promise<void> => {
  if (port === 0 || (await freePort(port)) === port) return
  throw new UnusableConfiguration(
    `sidep does not start: port ${port} is taken; choose another with ${setting}, or 0 for any`,
  )
}

/** A card port asked for is that one or none; without a wish another is taken when the usual one is. */
const wishedCardPort = ({ CARD_PORT = '' }: Environment): number => Number(CARD_PORT)

/** A development log that a person can read along with: warnings and worse, unless asked for more. */
const developmentDefaults = async (
  environment: Environment,
  { port, operator }: Configuration,
): Promise<Environment> => ({
  ...environment,
  PORT: String(port),
  OPERATOR_PORT: environment.OPERATOR_PORT ?? String(await freePort(operator.port)),
  LOG_LEVEL: environment.LOG_LEVEL ?? 'warn',
})

/** Ports next to the portal's own, so that they are easy to remember. */
const standInPorts = (port: number, wished: number) => ({
  identityProvider: port + 1,
  mailbox: port + 2,
  smtp: port + 3,
  cardAuthority: port + 4,
  // Whoever takes any port for the portal takes any for its cards.
  cardPort: wished === 0 ? 0 : defaultCardPort,
})

/** Where design.md and the README say that cards are asked for. */
const defaultCardPort = 8443

/**
 * Starts a portal from an environment.
 *
 * @returns once it answers; in development its addresses have been said
 * @throws UnusableConfiguration, or what kept a part from starting; nothing is left running then
 */
export const startEverything = async (options: StartOptions): Promise<Running> => {
  const { environment, workingDirectory, role, stopping, say } = options
  const given = parse(environment, workingDirectory)
  const closers = makeClosers()
  try {
    await refuseTakenPort(given.port)
    await refuseTakenPort(wishedCardPort(environment), 'CARD_PORT')
    if (given.databaseUrl === null || given.mode === 'development') {
      ensureDataFolder(given.dataDirectory)
    }
    await preparePages(given, options)
    stopping.throwIfAborted()
    if (given.mode === 'production') {
      const server = await startServer(given, { workers: role === 'all' })
      closers.add(() => server.close())
      stopping.throwIfAborted()
      say(`sidep listens on ${server.url}, for its operator on ${server.operatorUrl}`)
      return { server, standIns: null, close: closers.closeAll }
    }
    const port = given.port === 0 ? await freePort(0) : given.port
    const standIns = await startStandIns({
      environment: await developmentDefaults(environment, { ...given, port }),
      portalUrl: given.publicUrl ?? `http://localhost:${port}`,
      ports: standInPorts(port, given.port),
      cardsFolder: join(given.dataDirectory, 'cards'),
    })
    closers.add(() => standIns.close())
    const configuration = parse(standIns.environment, workingDirectory)
    const server = await startServer(configuration, { workers: role === 'all' })
    closers.add(() => server.close())
    stopping.throwIfAborted()
    const filled = await fillEmptyDirectory(server.platform)
    stopping.throwIfAborted()
    say(describeStart({ server, standIns, filled }))
    return { server, standIns, close: closers.closeAll }
  } catch (error) {
    await closers.closeAll()
    throw error
  }
}
