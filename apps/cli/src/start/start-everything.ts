/** One command for a whole portal: pages, database, server, and in development the outside world. */
import { existsSync } from 'node:fs'
import {
  CannotStart,
  type Configuration,
  describeFaults,
  ensureDataFolder,
  parseConfiguration,
  startServer,
} from '@sidep/server'
import { freePort } from '@sidep/server/platform/free-port.ts'
import { loadUnlessLeftOut } from '../left-out.ts'
import { webDistFolder } from '../web-build.ts'
import type { Environment, Running, StartOptions } from './start-options.ts'
import { startWatcherBeside } from './watcher-beside.ts'

/** The configuration cannot be used; the message lists all that is to be put right. */
export class UnusableConfiguration extends Error {
  override readonly name = 'UnusableConfiguration'
}

const parse = (environment: Environment, workingDirectory: string): Configuration => {
  const parsed = parseConfiguration(environment, workingDirectory)
  if (!parsed.ok) throw new UnusableConfiguration(describeFaults(parsed.faults))
  return parsed.value
}

const refuseMissingPages = (): void => {
  if (existsSync(webDistFolder)) return
  throw new CannotStart('PAGES_ABSENT', 'the pages are not built (npm run build)')
}

/** Said at once, before a build and a database are waited for. */
const refuseTakenPort = async (port: number, setting = 'PORT'): Promise<void> => {
  if (port === 0 || (await freePort('127.0.0.1', port)) === port) return
  throw new CannotStart(
    'PORT_TAKEN',
    `port ${port} is taken; choose another with ${setting}, or 0 for any`,
  )
}

/** A card port asked for is that one or none; without a wish another is taken when the usual one is. */
const wishedCardPort = ({ CARD_PORT = '' }: Environment): number => Number(CARD_PORT)

/**
 * Starts a portal from an environment.
 *
 * @returns once it answers; in development its addresses have been said
 * @throws UnusableConfiguration, CannotStart, or what kept a part from starting; nothing is left running then
 */
export const startEverything = async (options: StartOptions): Promise<Running> => {
  const { environment, workingDirectory, role, stopping, say } = options
  const given = parse(environment, workingDirectory)
  const started = new AsyncDisposableStack()
  try {
    await refuseTakenPort(given.port)
    await refuseTakenPort(wishedCardPort(environment), 'CARD_PORT')
    if (given.databaseUrl === null || given.mode === 'development') {
      ensureDataFolder(given.dataDirectory)
    }
    if (given.mode === 'production') {
      refuseMissingPages()
      const server = await startServer(given, { workers: role === 'all' })
      started.defer(() => server.close())
      stopping.throwIfAborted()
      say(`sidep listens on ${server.url}, for its operator on ${server.operatorUrl}`)
      const watcherUrl = await startWatcherBeside(environment, options, started)
      return { server, standIns: null, watcherUrl, close: () => started.disposeAsync() }
    }
    const { startDevelopment } = await loadUnlessLeftOut(
      'without SIDEP_MODE=production, start needs',
      () => import('./start-development.ts'),
    )
    const parseAgain = (changed: Environment): Configuration => parse(changed, workingDirectory)
    const running = await startDevelopment(given, options, parseAgain, started)
    return { ...running, close: () => started.disposeAsync() }
  } catch (error) {
    await started.disposeAsync()
    throw error
  }
}
