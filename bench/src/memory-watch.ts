/** Resident memory of a process over time, from Linux's /proc. */
import { readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'

export interface MemorySeen {
  readonly startMegabytes: number
  readonly peakMegabytes: number
  readonly endMegabytes: number
  /** The most of each ten seconds: a level, or a slope. */
  readonly byTenMegabytes: readonly number[]
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
const tenMilliseconds = 10_000

export const watchMemory = (pid: number): MemoryWatch => {
  const startMegabytes = residentMegabytes(pid)
  const startedAt = performance.now()
  const byTenMegabytes = [startMegabytes]
  const look = (): number => {
    const megabytes = residentMegabytes(pid)
    const ten = Math.floor((performance.now() - startedAt) / tenMilliseconds)
    byTenMegabytes[ten] = Math.max(byTenMegabytes[ten] ?? 0, megabytes)
    return megabytes
  }
  const timer = setInterval(look, everyMilliseconds)
  timer.unref()
  return {
    stop() {
      clearInterval(timer)
      const endMegabytes = look()
      return {
        startMegabytes,
        peakMegabytes: Math.max(...byTenMegabytes),
        endMegabytes,
        byTenMegabytes: Array.from(byTenMegabytes, (megabytes) => megabytes ?? 0),
      }
    },
  }
}
