/**
 * Open-loop load: requests start when they are due, whether or not earlier ones have been answered,
 * and latency counts from when they were due. A server that stalls cannot hide it by slowing the load.
 */
import { performance } from 'node:perf_hooks'
import { quantile, rounded } from './statistics.ts'

export interface LoadPlan {
  /** How long requests are offered; seconds. */
  readonly seconds: number
  readonly offeredPerSecond: number
  /** Requests under way at once; one that would exceed it is not sent and counts as failed. */
  readonly inFlightMax: number
  /** Sends request number `index`; resolves to whether it was done. A rejection counts as failed. */
  readonly send: (index: number) => Promise<boolean>
  /** Told of each that was done, since when it was due. */
  readonly done?: (milliseconds: number) => void
}

export interface LoadFigures {
  readonly seconds: number
  readonly offeredPerSecond: number
  readonly donePerSecond: number
  readonly done: number
  readonly failed: number
  readonly p50Milliseconds: number
  readonly p99Milliseconds: number
  /** Each kind of failure and how often. */
  readonly failures: Record<string, number>
}

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}

/** Offers the load and waits for every answer. */
export const runLoad = async (plan: LoadPlan): Promise<LoadFigures> => {
  const total = Math.floor(plan.seconds * plan.offeredPerSecond)
  const latencies = new Float64Array(total)
  const failures: Record<string, number> = {}
  const fail = (reason: string): void => {
    failures[reason] = (failures[reason] ?? 0) + 1
  }
  const underWay = new Set<Promise<void>>()
  let done = 0
  let lastDoneAt = 0
  const startedAt = performance.now()
  const dueAt = (index: number): number => startedAt + (index * 1000) / plan.offeredPerSecond

  const start = (index: number): void => {
    if (underWay.size >= plan.inFlightMax) {
      fail('IN_FLIGHT_MAX')
      return
    }
    const request = plan
      .send(index)
      .then(
        (ok) => {
          if (!ok) {
            fail('REFUSED')
            return
          }
          lastDoneAt = performance.now()
          latencies[done] = lastDoneAt - dueAt(index)
          done += 1
          plan.done?.(lastDoneAt - dueAt(index))
        },
        (error: unknown) => fail(reasonOf(error)),
      )
      .finally(() => underWay.delete(request))
    underWay.add(request)
  }

  for (let next = 0; next < total; ) {
    const now = performance.now()
    while (next < total && dueAt(next) <= now) {
      start(next)
      next += 1
    }
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await Promise.all(underWay)

  const sorted = latencies.subarray(0, done).sort()
  const elapsedSeconds = Math.max(plan.seconds, (lastDoneAt - startedAt) / 1000)
  return {
    seconds: rounded(elapsedSeconds),
    offeredPerSecond: plan.offeredPerSecond,
    donePerSecond: rounded(done / elapsedSeconds),
    done,
    failed: Object.values(failures).reduce((sum, count) => sum + count, 0),
    p50Milliseconds: rounded(quantile(sorted, 0.5)),
    p99Milliseconds: rounded(quantile(sorted, 0.99)),
    failures,
  }
}
