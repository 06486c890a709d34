/** The demonstration from nothing to nothing: own server, own folder, own ports, and no trace afterwards. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Mailbox } from '@sidep/dev'
import { describeFaults, parseConfiguration, type RunningServer, startServer } from '@sidep/server'
import { freePort } from '@sidep/server/platform/free-port.ts'
import { startStandIns } from '../stand-ins.ts'
import { DemoFailure } from './portal-client.ts'
import type { DemoReport, DemoStage } from './report.ts'
import { startStopwatch } from './stopwatch.ts'
import { type StoryReport, tellStory } from './story.ts'

export interface DemoOptions {
  /** Aborted when the demonstration is to stop early. */
  readonly stopping: AbortSignal
  /** Told, in words, what is being done. */
  readonly say: (line: string) => void
}

interface World {
  readonly server: RunningServer
  readonly mailbox: Mailbox
}

/** Nothing of the caller's environment reaches the demonstration: it never touches a configured database or gateway. */
const startWorld = async (started: AsyncDisposableStack): Promise<World> => {
  const folder = await mkdtemp(join(tmpdir(), 'sidep-demo-'))
  started.defer(() => rm(folder, { recursive: true, force: true }))
  const port = await freePort('127.0.0.1')
  const portalUrl = `http://127.0.0.1:${port}`
  const standIns = await startStandIns({
    portalUrl,
    environment: {
      DATA_DIR: folder,
      PORT: String(port),
      PUBLIC_URL: portalUrl,
      LOG_LEVEL: 'silent',
    },
  })
  started.defer(() => standIns.close())
  const parsed = parseConfiguration(standIns.environment, folder)
  if (!parsed.ok) throw new DemoFailure(describeFaults(parsed.faults))
  if (standIns.mailbox === null) throw new DemoFailure('the mailbox did not start')
  const server = await startServer(parsed.value, { pages: null })
  started.defer(() => server.close())
  return { server, mailbox: standIns.mailbox }
}

const stopped = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const refuse = (): void => reject(new DemoFailure('stopped before the end'))
    if (signal.aborted) refuse()
    else signal.addEventListener('abort', refuse, { once: true })
  })

/**
 * Runs the demonstration.
 *
 * @returns what it brought; everything it started is gone by then
 * @throws DemoFailure at the first step that does not do what it should
 */
export const runDemo = async ({ stopping, say }: DemoOptions): Promise<DemoReport> => {
  const now = (): number => performance.now()
  const startedAt = now()
  const stopwatch = startStopwatch<DemoStage>(now)
  const started = new AsyncDisposableStack()

  const run = async (): Promise<StoryReport> => {
    say('Starting a server, its database and the stand-ins on free ports')
    const { server, mailbox } = await stopwatch.measure('start', () => startWorld(started))
    say(`Signing in at ${server.url}, entering a negative antigen test`)
    return tellStory({
      url: server.url,
      mailbox,
      stopwatch,
      now: () => new Date(),
      randomBytes: (length) => new Uint8Array(randomBytes(length)),
      wait: async (milliseconds) => {
        await wait(milliseconds)
      },
    })
  }

  const running = run()
  const story = await Promise.race([running, stopped(stopping)]).catch(async (error: unknown) => {
    // What is being started when the stop comes is ended once it has started.
    await running.catch(() => undefined)
    await started.disposeAsync()
    throw error
  })
  await stopwatch.measure('stop', () => started.disposeAsync())
  const taken = stopwatch.milliseconds()
  return {
    ...story,
    milliseconds: {
      start: taken.start ?? 0,
      signIn: taken.signIn ?? 0,
      screening: taken.screening ?? 0,
      trust: taken.trust ?? 0,
      verify: taken.verify ?? 0,
      notification: taken.notification ?? 0,
      retrieval: taken.retrieval ?? 0,
      stop: taken.stop ?? 0,
      total: Math.round((now() - startedAt) * 10) / 10,
    },
  }
}
