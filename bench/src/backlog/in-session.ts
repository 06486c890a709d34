/** People at counters that were open all along: new screenings at a steady rate, until told to stop. */
import { performance } from 'node:perf_hooks'
import { routes } from '@sidep/contracts'
import type { Pool } from 'undici'
import { inventScreening } from '../screenings.ts'
import type { OpenCounter } from '../signed-sessions.ts'

export interface InSessionWork {
  readonly done: number
  readonly failed: number
  readonly failures: Readonly<Record<string, number>>
  /** Milliseconds from when each was due to its answer, in no order. */
  readonly latencies: readonly number[]
  /** Ids of what was acknowledged. */
  readonly acknowledged: readonly string[]
}

/** Starts at once; the function returned stops it and waits for the last answer. */
export const startInSessionWork = (
  {
    pool,
    url,
    perSecond,
  }: { readonly pool: Pool; readonly url: string; readonly perSecond: number },
  counters: readonly OpenCounter[],
): (() => Promise<InSessionWork>) => {
  const latencies: number[] = []
  const acknowledged: string[] = []
  const failures: Record<string, number> = {}
  const underWay = new Set<Promise<void>>()
  const startedAt = performance.now()
  let next = 0

  const fail = (reason: string): void => {
    failures[reason] = (failures[reason] ?? 0) + 1
  }
  const send = async (index: number, dueAt: number): Promise<void> => {
    const screening = inventScreening(10_000_000 + index, new Date())
    try {
      const { statusCode, body } = await pool.request({
        method: 'POST',
        path: routes.screenings,
        headers: {
          'content-type': 'application/json',
          origin: url,
          cookie: counters[index % counters.length]?.cookie ?? '',
        },
        body: JSON.stringify(screening),
      })
      await body.text()
      if (statusCode !== 201) {
        fail(String(statusCode))
        return
      }
      latencies.push(performance.now() - dueAt)
      acknowledged.push(screening.id)
    } catch (error) {
      fail(error instanceof Error && 'code' in error ? String(error.code) : 'unknown')
    }
  }
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - startedAt) * perSecond) / 1_000)
    for (; next < due; next += 1) {
      const request = send(next, startedAt + (next * 1_000) / perSecond).finally(() =>
        underWay.delete(request),
      )
      underWay.add(request)
    }
  }, 2)

  return async () => {
    clearInterval(timer)
    await Promise.all(underWay)
    const failed = Object.values(failures).reduce((sum, count) => sum + count, 0)
    return { done: latencies.length, failed, failures, latencies, acknowledged }
  }
}
