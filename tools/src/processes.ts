/** Finding what a test run left running: every child inherits a mark in its environment. */
import { readdirSync, readFileSync } from 'node:fs'

export interface LeftProcess {
  readonly pid: number
  readonly command: string
}

/** Processes, other than this one, whose environment holds `NAME=VALUE`. Linux only; elsewhere empty. */
export const processesMarked = (name: string, value: string): LeftProcess[] => {
  const mark = `${name}=${value}`
  const left: LeftProcess[] = []
  let entries: string[] = []
  try {
    entries = readdirSync('/proc')
  } catch {
    return left // no /proc on this system: nothing can be said
  }
  for (const entry of entries) {
    const pid = Number(entry)
    if (!Number.isInteger(pid) || pid === process.pid) continue
    try {
      if (!readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(mark)) continue
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
      if (command !== '') left.push({ pid, command: command.slice(0, 120) })
    } catch {
      // the process ended between listing and reading
    }
  }
  return left
}
