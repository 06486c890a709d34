/** What a server can do: screenings recorded a second while as many are under way as keep it busy, and no more. */
import { performance } from 'node:perf_hooks'
import { makeConnection } from './connection.ts'
import { postScreening } from './counter-crowd.ts'
import { inventScreening } from './screenings.ts'
import type { OpenCounter } from './signed-sessions.ts'

export interface PlateauPlan {
  readonly url: string
  readonly origin: string
  readonly counters: readonly Pick<OpenCounter, 'cookie'>[]
  readonly seconds: number
  /** Screenings under way at once. */
  readonly atOnce: number
}

export interface Plateau {
  readonly perSecond: number
  readonly acknowledged: readonly string[]
  /** Of each that was recorded; milliseconds, in no order. */
  readonly latencies: readonly number[]
}

/** Closed loop: whoever is answered sends the next, from another site each time. */
export const measurePlateau = async (plan: PlateauPlan): Promise<Plateau> => {
  const acknowledged: string[] = []
  const latencies: number[] = []
  const startedAt = performance.now()
  const endsAt = startedAt + plan.seconds * 1_000
  let next = 0
  const work = async (): Promise<void> => {
    const connection = makeConnection(plan.url, 30_000)
    while (performance.now() < endsAt) {
      const index = next
      next += 1
      const { cookie } = plan.counters[index % plan.counters.length] ?? { cookie: '' }
      const screening = inventScreening(index, new Date())
      const body = JSON.stringify(screening)
      const sentAt = performance.now()
      const { status, text } = await postScreening(connection, plan.origin, cookie, body)
      if (status === 201) {
        acknowledged.push(screening.id)
        latencies.push(performance.now() - sentAt)
      } else if (status < 429) throw new Error(`a screening was answered ${status}: ${text}`)
    }
    await connection.close()
  }
  await Promise.all(Array.from({ length: plan.atOnce }, work))
  return {
    perSecond: (acknowledged.length * 1_000) / (performance.now() - startedAt),
    acknowledged,
    latencies,
  }
}
