/** Resident memory of a process over time, from Linux's /proc. */
import { readFileSync } from 'node:fs'

export interface MemorySeen {
  readonly startMegabytes: number
  readonly peakMegabytes: number
  readonly endMegabytes: number
}

export interface MemoryWatch {
  stop(): MemorySeen
}

/** VmRSS of /proc/PID/status, proc(5); 0 when the process is gone or this is no Linux. */
const residentMegabytes = (pid: number): number => {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Math.round(Number(/^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0) / 1_024)
  } catch {
    return 0
  }
}

const everyMilliseconds = 250

export const watchMemory = (pid: number): MemoryWatch => {
  const startMegabytes = residentMegabytes(pid)
  let peakMegabytes = startMegabytes
  const timer = setInterval(() => {
    peakMegabytes = Math.max(peakMegabytes, residentMegabytes(pid))
  }, everyMilliseconds)
  return {
    stop() {
      clearInterval(timer)
      const endMegabytes = residentMegabytes(pid)
      return { startMegabytes, peakMegabytes: Math.max(peakMegabytes, endMegabytes), endMegabytes }
    },
  }
}
