/** Memory of a server over time: what it has of the machine, from Linux's /proc, and what its heap holds, by its own /metrics. */
import { readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { rounded, slopeOf } from './statistics.ts'

export interface MemorySeen {
  readonly startMegabytes: number
  readonly peakMegabytes: number
  readonly endMegabytes: number
  /** The most that was resident in each ten seconds: a level, or a slope. */
  readonly byTenMegabytes: readonly number[]
  /** The least that the heap had in each ten seconds, which is nearest to what is held: the rest is not collected yet. */
  readonly heapByTenMegabytes: readonly number[]
  /** Megabytes a minute over the second half of the time, by least squares; a level is near zero. */
  readonly residentPerMinute: number
  readonly heapPerMinute: number
}

export interface MemoryWatch {
  stop(): Promise<MemorySeen>
}

const megabyte = 1_024 * 1_024

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
const heapEveryMilliseconds = 1_000
const tenMilliseconds = 10_000
const tensOfMinute = 6

/** What the heap of the server's main thread has; null when it does not say. */
const heapMegabytes = async (operatorUrl: string): Promise<number | null> => {
  try {
    const signal = AbortSignal.timeout(heapEveryMilliseconds)
    const text = await (await fetch(`${operatorUrl}/metrics`, { signal })).text()
    const bytes = /^sidep_heap_used_bytes (\S+)$/m.exec(text)?.[1]
    return bytes === undefined ? null : Number(bytes) / megabyte
  } catch {
    return null // busy, or gone
  }
}

const perMinute = (byTen: readonly number[]): number =>
  rounded(slopeOf(byTen.slice(Math.floor(byTen.length / 2))) * tensOfMinute, 2)

/** Each ten by a rule; one in which nothing was seen is as the one before. */
const makeTens = (startedAt: number, choose: (a: number, b: number) => number) => {
  const tens: (number | undefined)[] = []
  return {
    saw(megabytes: number): void {
      const ten = Math.floor((performance.now() - startedAt) / tenMilliseconds)
      tens[ten] = choose(tens[ten] ?? megabytes, megabytes)
    },
    all(): number[] {
      let last = tens.find((ten) => ten !== undefined) ?? 0
      return Array.from(tens, (ten) => {
        last = ten ?? last
        return last
      })
    },
  }
}

export const watchMemory = ({
  processId,
  operatorUrl,
}: {
  readonly processId: number
  readonly operatorUrl: string
}): MemoryWatch => {
  const startedAt = performance.now()
  const resident = makeTens(startedAt, Math.max)
  const heap = makeTens(startedAt, Math.min)
  const startMegabytes = residentMegabytes(processId)
  const lookAtHeap = async (): Promise<void> => {
    const megabytes = await heapMegabytes(operatorUrl)
    if (megabytes !== null) heap.saw(megabytes)
  }
  const look = (): number => {
    const megabytes = residentMegabytes(processId)
    resident.saw(megabytes)
    return megabytes
  }
  look()
  const timers = [
    setInterval(look, everyMilliseconds),
    setInterval(() => void lookAtHeap(), heapEveryMilliseconds),
  ]
  for (const timer of timers) timer.unref()
  return {
    async stop() {
      for (const timer of timers) clearInterval(timer)
      const endMegabytes = look()
      await lookAtHeap()
      const byTenMegabytes = resident.all()
      const heapByTen = heap.all()
      return {
        startMegabytes,
        peakMegabytes: Math.max(...byTenMegabytes),
        endMegabytes,
        byTenMegabytes,
        heapByTenMegabytes: heapByTen.map((megabytes) => rounded(megabytes)),
        residentPerMinute: perMinute(byTenMegabytes),
        heapPerMinute: perMinute(heapByTen),
      }
    },
  }
}
