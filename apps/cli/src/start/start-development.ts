/** A portal for development: pages built, the outside world stood in for, a directory of invented people. */
import { join } from 'node:path'
import { type Configuration, startLaboratory, startServer } from '@sidep/server'
import { freePort } from '@sidep/server/platform/free-port.ts'
import { originsOf } from '@sidep/server/platform/origins.ts'
import { startStandIns } from '../stand-ins.ts'
import { ensureWebBuilt } from '../web-build.ts'
import { describeStart } from './describe-start.ts'
import { fillEmptyDirectory } from './fill-directory.ts'
import type { Environment, Running, StartOptions } from './start-options.ts'
import { startWatcherBeside } from './watcher-beside.ts'

/** A development log that a person can read along with: warnings and worse, unless asked for more. */
const developmentDefaults = async (
  environment: Environment,
  { port, operator }: Configuration,
  wished: number,
): Promise<Environment> => {
  const free = async (given: string | undefined, otherwise: number): Promise<string> =>
    given ?? String(await freePort('127.0.0.1', wished === 0 ? 0 : otherwise))
  return {
    ...environment,
    PORT: String(port),
    WATCH_PORT: await free(environment.WATCH_PORT, port + 6),
    WATCH_OPERATOR_PORT: await free(environment.WATCH_OPERATOR_PORT, port + 8),
    OPERATOR_PORT: await free(environment.OPERATOR_PORT, operator.port),
    LOG_LEVEL: environment.LOG_LEVEL ?? 'warn',
  }
}

/**
 * A port next to the portal's own, so that it is easy to remember; where the portal takes any, any. Those next to that one are
 * the next that `freePort` gives, and may be promised to somebody who does not listen yet.
 */
const besides = (port: number, wished: number, distance: number): number =>
  wished === 0 ? 0 : port + distance

/** Where design.md and the README say that cards are asked for. */
const defaultCardPort = 8443
/** MLLP over TLS (IANA: hl7). */
const defaultLaboratoryPort = 2_575

const defaultVendorPort = 8_444

const standInPorts = (port: number, wished: number) => ({
  identityProvider: besides(port, wished, 1),
  mailbox: besides(port, wished, 2),
  smtp: besides(port, wished, 3),
  cardAuthority: besides(port, wished, 4),
  // Whoever takes any port for the portal takes any for its cards.
  cardPort: wished === 0 ? 0 : defaultCardPort,
  laboratory: wished === 0 ? 0 : defaultLaboratoryPort,
  vendors: wished === 0 ? 0 : defaultVendorPort,
  feedReceiver: besides(port, wished, 7),
})

const stillBuildingMilliseconds = 15_000

/** The longest wait of a first start, told as it goes on. */
const buildPages = async (stopping: AbortSignal, say: StartOptions['say']): Promise<void> => {
  const begunAt = performance.now()
  const seconds = (): string => `${Math.round((performance.now() - begunAt) / 1_000)} s`
  let telling: NodeJS.Timeout | undefined
  try {
    await ensureWebBuilt(stopping, () => {
      say('Building the pages, this once: about a minute.')
      telling = setInterval(
        () => say(`Still building the pages (${seconds()}).`),
        stillBuildingMilliseconds,
      )
    })
  } finally {
    clearInterval(telling)
  }
  if (telling !== undefined) say(`Built in ${seconds()}.`)
}

/**
 * Starts it; its addresses have been said when this ends.
 *
 * @param given what the environment says, before the stand-ins are in it
 * @param parse reads an environment with them
 * @param started what is to be ended, the last first
 */
export const startDevelopment = async (
  given: Configuration,
  options: StartOptions,
  parse: (environment: Environment) => Configuration,
  started: AsyncDisposableStack,
): Promise<Omit<Running, 'close'>> => {
  const { environment, role, build, stopping, say } = options
  if (build) await buildPages(stopping, say)
  stopping.throwIfAborted()
  const port = given.port === 0 ? await freePort('127.0.0.1') : given.port
  const ports = standInPorts(port, given.port)
  const standIns = await startStandIns({
    environment: await developmentDefaults(environment, { ...given, port }, given.port),
    portalUrl: originsOf(given, port).counter,
    ports,
    cardsFolder: join(given.dataDirectory, 'cards'),
    laboratoryFolder: join(given.dataDirectory, 'laboratory'),
  })
  started.defer(() => standIns.close())
  say('Starting the database and the portal.')
  const configuration = parse(standIns.environment)
  const server = await startServer(configuration, { workers: role === 'all' })
  started.defer(() => server.close())
  // Connections and an issuing thread of its own here too; in production a process of its own.
  const laboratory = await startLaboratory(configuration)
  started.defer(() => laboratory.close())
  stopping.throwIfAborted()
  const filled = await fillEmptyDirectory(server.platform)
  stopping.throwIfAborted()
  const watcherUrl = await startWatcherBeside(standIns.environment, options, started)
  say(describeStart({ server, standIns, filled, watcherUrl, laboratory }))
  return { server, standIns, watcherUrl }
}
