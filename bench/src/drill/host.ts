/** Where a process of a drill runs: this machine as it is, or a host in a network namespace of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'

export interface Host {
  readonly name: string
  /** Where others reach what it serves. */
  readonly address: string
  /** Words before a command's that make it run there. */
  readonly prefix: readonly string[]
}

export const thisMachine: Host = { name: 'this machine', address: '127.0.0.1', prefix: [] }

export interface ProcessPlan {
  readonly name: string
  readonly host: Host
  readonly command: readonly string[]
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** What it said goes there. */
  readonly log: string
  /** Whether it is up; asked until it is. */
  readonly isUp: () => Promise<boolean>
  readonly startMillisecondsMax?: number
  readonly user?: { readonly uid: number; readonly gid: number } | null
}

/** A process that can be killed and started again. */
export interface DrillProcess {
  readonly name: string
  readonly host: Host
  readonly isRunning: boolean
  /** Null while it does not run. */
  readonly processId: number | null
  /** Resolves once it is up. @throws with the end of its log when it is not in time */
  start(
    changes?: Pick<ProcessPlan, 'environment'> & Partial<Pick<ProcessPlan, 'command'>>,
  ): Promise<void>
  /** Resolves once it is gone. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>
}

const pollMilliseconds = 50
const startMillisecondsDefault = 60_000
const logTailCharacters = 1_500

/** Whether an address answers 200. */
export const answersWell = (url: string, millisecondsMax = 2_000): Promise<boolean> =>
  fetch(url, { signal: AbortSignal.timeout(millisecondsMax) }).then(
    async (response) => {
      await response.body?.cancel()
      return response.ok
    },
    () => false,
  )

const spawnOn = (
  { host, environment = {}, log, user = null }: ProcessPlan,
  command: readonly string[],
): ChildProcess => {
  const [program = '', ...args] = [...host.prefix, ...command]
  const output = openSync(log, 'a', 0o600)
  try {
    return spawn(program, args, {
      env: { ...process.env, ...environment },
      stdio: ['ignore', output, output],
      ...(user ?? {}),
    })
  } finally {
    closeSync(output)
  }
}

export const makeProcess = (plan: ProcessPlan): DrillProcess => {
  const { name, host, log, isUp, startMillisecondsMax = startMillisecondsDefault } = plan
  let child: ChildProcess | null = null
  const isRunning = (): boolean =>
    child !== null && child.exitCode === null && child.signalCode === null

  const fail = async (what: string): Promise<never> => {
    const said = await readFile(log, 'utf8').catch(() => '')
    throw new Error(`${name} ${what}: ${said.slice(-logTailCharacters)}`)
  }

  return {
    name,
    host,
    get isRunning() {
      return isRunning()
    },
    get processId() {
      return isRunning() ? (child?.pid ?? null) : null
    },
    async start(changes = {}) {
      if (isRunning()) return
      const environment = { ...plan.environment, ...changes.environment }
      child = spawnOn({ ...plan, environment }, changes.command ?? plan.command)
      const end = performance.now() + startMillisecondsMax
      while (!(await isUp())) {
        if (!isRunning()) await fail('ended while it started')
        if (performance.now() > end) await fail('is not up in time')
        await wait(pollMilliseconds)
      }
    },
    async end(signal) {
      if (child === null || !isRunning()) return
      const gone = once(child, 'exit')
      child.kill(signal)
      // One that was stopped takes no other signal before it goes on.
      child.kill('SIGCONT')
      await gone
    },
  }
}
