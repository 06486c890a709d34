/**
 * Who works on which core. A generator that offers ten times what a server can do would otherwise take the time that
 * the server needs, and the bench would measure that. With two cores or more and util-linux's `taskset`, the server and
 * its database keep the first ones and the load gets the last one to itself.
 */
import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

export interface CoreSplit {
  /** For `taskset -c`: where server and database run. */
  readonly server: string
  readonly serverCores: number
  /** Where the load and everything else run. */
  readonly load: string
}

const canPin = (): boolean => spawnSync('taskset', ['-c', '0', 'true']).status === 0

/** @returns null where cores cannot be told apart: everything shares them */
export const splitCores = (cores: number = availableParallelism()): CoreSplit | null => {
  if (cores < 2 || !canPin()) return null
  const last = cores - 1
  return { server: last === 1 ? '0' : `0-${last - 1}`, serverCores: last, load: String(last) }
}

/** Moves this process, all its threads, to its cores. @returns what moves it back */
export const keepToLoadCores = ({ load }: CoreSplit): (() => void) => {
  const pin = (cores: string): void => {
    const { status, stderr } = spawnSync('taskset', ['-a', '-c', '-p', cores, String(process.pid)])
    if (status !== 0) throw new Error(`taskset: ${stderr}`)
  }
  pin(load)
  return () => pin(`0-${availableParallelism() === 1 ? Number(load) : load}`)
}

/** A command line that runs on the server's cores. */
export const onServerCores = (
  split: CoreSplit | null,
  command: string,
  args: readonly string[],
): readonly [string, readonly string[]] =>
  split === null ? [command, args] : ['taskset', ['-c', split.server, command, ...args]]
