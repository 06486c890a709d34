/** Processor time of processes, from Linux's /proc: what bounds a server when the machine's clock is noisy. */
import { readdirSync, readFileSync } from 'node:fs'

/** One tick of /proc/PID/stat: USER_HZ is 100 on every Linux that Node runs on. */
const millisecondsPerTick = 10

interface ProcessLine {
  readonly parent: number
  readonly milliseconds: number
  /** Of its children that have ended and that it knows the end of. */
  readonly endedMilliseconds: number
}

/** Parses a line of /proc/PID/stat: proc(5). The command may hold spaces and brackets, so fields count from its end. */
export const parseProcessLine = (text: string): ProcessLine => {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const field = (number: number): number => Number(fields[number - 3] ?? Number.NaN)
  // 4 ppid, 14 utime, 15 stime, 16 cutime, 17 cstime
  return {
    parent: field(4),
    milliseconds: (field(14) + field(15)) * millisecondsPerTick,
    endedMilliseconds: (field(16) + field(17)) * millisecondsPerTick,
  }
}

const read = (pid: number): ProcessLine | null => {
  try {
    return parseProcessLine(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return null // ended, or no Linux
  }
}

/** User and system time a process has used so far; 0 when it is gone or this is no Linux. */
export const processMilliseconds = (pid: number): number => read(pid)?.milliseconds ?? 0

/** A process and its children that live now; nothing of one that is gone. */
export const familyOf = (pid: number): number[] => {
  let entries: string[] = []
  try {
    entries = readdirSync('/proc')
  } catch {
    // No Linux.
  }
  const pids = entries.filter((entry) => /^\d+$/.test(entry)).map(Number)
  return pids.filter((one) => one === pid || read(one)?.parent === pid)
}

/** The same of a process and its children, those that have ended too: what it says only grows while the process lives. */
export const familyMilliseconds = (pid: number): number =>
  familyOf(pid).reduce((sum, one) => sum + processMilliseconds(one), 0) +
  (read(pid)?.endedMilliseconds ?? 0)
