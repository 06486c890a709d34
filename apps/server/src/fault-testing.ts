/** For fault tests: a server as a process of its own, sessions that it takes, and how to kill it or its database. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { systemClock } from './platform/clock.ts'
import { embeddedProcessId } from './platform/embedded/cluster.ts'
import { fillFromTemplate } from './platform/test-template.ts'
import type { TestClock } from './platform/testing.ts'

/** How often each fault is made; SIDEP_KILL_ROUNDS sets it. */
export const killRounds = Number(process.env.SIDEP_KILL_ROUNDS ?? 3)
/** SIDEP_KILL_SEED replays one run. */
export const killSeed = Number(process.env.SIDEP_KILL_SEED ?? randomInt(2 ** 31))

/** The machine's clock where a test's clock is asked for. */
export const machineClock: TestClock = { ...systemClock, set() {}, advance() {} }

/**
 * A folder that is removed when the file's process ends: after all hooks, some of which stop a database by what stands in
 * the folder.
 */
export const temporaryFolder = (name: string): string => {
  const folder = mkdtempSync(join(tmpdir(), `sidep-${name}-`))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** What each server has said so far. */
const said = new WeakMap<ChildProcess, () => string>()

/** Starts a server on a data folder; resolves once it listens. */
export const startServerProcess = async (
  dataDirectory: string,
  port: number,
  environment: Readonly<Record<string, string>> = {},
): Promise<ChildProcess> => {
  await fillFromTemplate(dataDirectory)
  const settings = {
    DATA_DIR: dataDirectory,
    PORT: String(port),
    OPERATOR_PORT: '0',
    LOG_LEVEL: 'fatal',
    // One professional of these tests records in a minute what a person does in a day.
    PACE_SCREENINGS_PER_HOUR: '100000',
  }
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    env: { ...process.env, ...settings, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  said.set(child, () => output)
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      if (output.includes('sidep listens on')) resolve()
    })
    child.once('exit', () => reject(new Error(`the server did not start: ${output}`)))
  })
  return child
}

/** What `/readyz` answers, as `200 ready`; `nobody` without an answer. */
export const readinessOf = async (address: string): Promise<string> => {
  const response = await fetch(`${address}/readyz`).catch(() => null)
  if (response === null) return 'nobody'
  const { status } = (await response.json()) as { status: string }
  return `${response.status} ${status}`
}

/** Waits until `/readyz` answers that. */
export const untilReadiness = async (address: string, wanted: RegExp): Promise<void> => {
  while (!wanted.test(await readinessOf(address))) await wait(50)
}

/** Ends it, and waits for the end. */
export const endProcess = async (
  child: ChildProcess,
  signal: 'SIGKILL' | 'SIGTERM',
): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill(signal)
  await gone
}

const parentOf = (pid: number): number | null => {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return Number(line.slice(line.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return null // it ended between listing and reading
  }
}

const kill = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    // It is gone already.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

/** kill -9 of the embedded PostgreSQL: its first process and, by their ids, all that serve connections. */
export const killDatabase = async (dataDirectory: string): Promise<void> => {
  const postmaster = await embeddedProcessId(dataDirectory)
  assert.ok(postmaster !== null)
  const backends = readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && parentOf(pid) === postmaster)
  for (const pid of [postmaster, ...backends]) kill(pid)
}

/** Waits until the server answers that it can work, which needs its database. @throws when it ended */
export const untilReady = async (child: ChildProcess, port: number): Promise<void> => {
  const isReady = (): Promise<boolean> =>
    fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(5_000) }).then(
      async (response) => {
        await response.body?.cancel()
        return response.ok
      },
      () => false,
    )
  while (!(await isReady())) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(
        `the server ended (${child.exitCode ?? child.signalCode}): ${said.get(child)?.()}`,
      )
    }
    await wait(20)
  }
}
