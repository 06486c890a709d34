/**
 * The watcher that a start brings along: a process of its own, in a group of its own, so that it stands when the portal was
 * killed, and says so. The next start ends the one that it finds and begins anew with its own settings.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseWatchConfiguration, runningWatcher } from '@sidep/server/operations/index.ts'
import { describeFaults } from '@sidep/server/platform/configuration.ts'
import type { Environment, StartOptions } from './start-options.ts'

const program = resolve(import.meta.dirname, '../main.ts')
const pollMilliseconds = 50
const startMillisecondsMax = 30_000
const stopMillisecondsMax = 15_000

const isAlive = (processId: number): boolean => {
  try {
    process.kill(processId, 0)
    return true
  } catch {
    return false
  }
}

/** Asks it to stop, and does not wait for ever. */
const endWatcher = async (processId: number): Promise<void> => {
  if (!isAlive(processId)) return
  process.kill(processId, 'SIGTERM')
  const end = performance.now() + stopMillisecondsMax
  while (isAlive(processId) && performance.now() < end) await wait(pollMilliseconds)
  if (isAlive(processId)) process.kill(processId, 'SIGKILL')
}

/**
 * @param started ends it, the first of what is there
 * @returns where its status page is; null when none is wanted, or it does not start, which keeps no portal from starting
 */
export const startWatcherBeside = async (
  environment: Environment,
  { watch, role, workingDirectory, say, stopping }: StartOptions,
  started: AsyncDisposableStack,
): Promise<string | null> => {
  if (!watch || role !== 'all') return null
  const parsed = parseWatchConfiguration(environment, workingDirectory)
  if (!parsed.ok) {
    say(describeFaults(parsed.faults).replace('sidep does not start', 'The watcher does not start'))
    return null
  }
  const { folder } = parsed.value
  const before = await runningWatcher(folder)
  if (before !== null) await endWatcher(before.processId)
  mkdirSync(folder, { recursive: true })
  const log = openSync(join(folder, 'watch.log'), 'a', 0o600)
  const child = spawn(process.execPath, [program, 'watch'], {
    cwd: workingDirectory,
    env: { ...environment },
    detached: true,
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  child.unref()
  const ended = once(child, 'exit').catch(() => undefined)
  const { pid } = child
  // Where nothing was spawned there is none; 0 would be this process and its whole group.
  if (pid !== undefined) started.defer(() => endWatcher(pid))
  const end = performance.now() + startMillisecondsMax
  const isOver = (): boolean =>
    pid === undefined || child.exitCode !== null || child.signalCode !== null
  while (performance.now() < end && !stopping.aborted && !isOver()) {
    const running = await runningWatcher(folder)
    if (running !== null && running.processId === pid) return running.url
    await Promise.race([ended, wait(pollMilliseconds)])
  }
  if (!stopping.aborted) say(`The watcher does not start; its log is ${join(folder, 'watch.log')}`)
  return null
}
