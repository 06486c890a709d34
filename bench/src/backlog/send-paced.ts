/**
 * A counter that comes back with its backlog: it sends its batch, rests as long as it is told and a little more, as
 * packages/continuity rests, and sends again what was not taken.
 */
import { performance } from 'node:perf_hooks'
import { setTimeout as rest } from 'node:timers/promises'
import { backoffMilliseconds } from '@sidep/continuity'
import { type ReconciliationAnswer, routes } from '@sidep/contracts'
import type { Pool } from 'undici'
import type { Backlog } from './evening.ts'

export interface SendingDependencies {
  readonly pool: Pool
  readonly url: string
  /** Gives up then; `performance.now()`. */
  readonly endsAt: number
}

export interface Sent {
  /** Answered `definitive`, when the last of them was. */
  readonly definitive: readonly string[]
  readonly doneAt: number
  /** Milliseconds from sending a batch that was worked on to its answer. */
  readonly latencies: readonly number[]
  /** Times it was told to come back. */
  readonly turnedAway: number
  /** Why items are not definitive, by code. */
  readonly failures: readonly string[]
}

const retryAfterOf = (header: string | string[] | undefined): number | null => {
  const seconds = typeof header === 'string' ? Number(header) : Number.NaN
  return Number.isFinite(seconds) ? seconds : null
}

const paced = new Set([429, 503])

/** Sends until everything is definitive or refused. */
export const sendBacklog = async (
  backlog: Backlog,
  dependencies: SendingDependencies,
): Promise<Sent> => {
  const { pool, url, endsAt } = dependencies
  const definitive = new Set<string>()
  const failures: string[] = []
  const latencies: number[] = []
  let turnedAway = 0
  let failuresInARow = 0
  let doneAt = 0

  /** Seconds to come back, or null when all is settled. */
  const sendOnce = async (): Promise<number | null> => {
    const sentAt = performance.now()
    const { statusCode, headers, body } = await pool.request({
      method: 'POST',
      path: routes.reconciliations,
      headers: { 'content-type': 'application/json', origin: url, cookie: backlog.counter.cookie },
      body: await backlog.read(),
    })
    const text = await body.text()
    if (statusCode !== 200) {
      if (!paced.has(statusCode)) throw new Error(`${statusCode} ${text}`)
      turnedAway += 1
      failuresInARow += 1
      return retryAfterOf(headers['retry-after']) ?? 0
    }
    failuresInARow = 0
    doneAt = performance.now()
    latencies.push(doneAt - sentAt)
    const { lines } = JSON.parse(text) as ReconciliationAnswer
    let again: number | null = null
    for (const line of lines) {
      if (line.status === 'definitive') definitive.add(line.id)
      else if (line.status === 'later') again = Math.max(again ?? 0, line.retryAfterSeconds)
      else failures.push(line.status === 'refused' ? line.code : line.status)
    }
    return again
  }

  for (;;) {
    let again: number | null
    try {
      again = await sendOnce()
    } catch (error) {
      if (!(error instanceof Error)) throw error
      // No answer: the connection was cut or refused.
      if (!('code' in error)) throw error
      failuresInARow += 1
      again = 0
    }
    if (again === null) break
    const wait = backoffMilliseconds(failuresInARow, again, Math.random())
    if (performance.now() + wait > endsAt) break
    await rest(wait)
  }
  const open = backlog.ids.length - definitive.size - failures.length
  const late = Array.from({ length: Math.max(0, open) }, () => 'NOT_IN_TIME')
  return {
    definitive: [...definitive],
    doneAt,
    latencies,
    turnedAway,
    failures: [...failures, ...late],
  }
}
