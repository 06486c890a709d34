/**
 * `sidep bench issue`: durable screenings over HTTP. Counters of many sites, signed in through the identity
 * provider, post negative tests; each answer counts only when it is 201 and carries both codes. Afterwards a
 * connection of our own looks for every acknowledged screening.
 */

import { availableParallelism } from 'node:os'
import { routes, type ScreeningAnswer } from '@sidep/contracts'
import { demoPeople, signInOverHttp } from '@sidep/dev'
import { Pool } from 'undici'
import { runLoad } from './load.ts'
import type { LoadResult } from './load-result.ts'
import {
  type PortalProcess,
  type ProcessorTime,
  professionalsOfDistinctSites,
  startPortalProcess,
} from './portal-process.ts'
import { inventScreening } from './screenings.ts'
import { rounded } from './statistics.ts'

export interface IssueBenchOptions {
  readonly seconds: number
  /** Screenings offered a second. */
  readonly perSecond: number
  /** A server that runs already; otherwise one is started. */
  readonly url?: string
}

export interface IssueBenchResult extends LoadResult<'issue'> {
  readonly failures: Record<string, number>
  /** Acknowledged and not found afterwards. */
  readonly lost: number
  /** Processor time a screening cost; null for a server that is not ours to look into. */
  readonly processorMillisecondsEach: {
    readonly server: number
    readonly database: number
    readonly load: number
  } | null
  readonly sites: number
}

const sitesCount = 40
const connections = 64
const inFlightMax = 5_000
const warmUpSeconds = 3
const sampledLookUpsMax = 500

const isIssued = (answer: ScreeningAnswer): boolean =>
  answer.state === 'final' && answer.certificate?.hcert?.startsWith('HC1:') === true

/** Of a server whose database is not ours: asks for a sample of what it acknowledged, by its own interface. */
const countOverHttp = async (
  url: string,
  acknowledged: ReadonlyMap<string, string>,
): Promise<{ lost: number; duplicated: number }> => {
  const entries = [...acknowledged]
  const step = Math.max(1, Math.floor(entries.length / sampledLookUpsMax))
  let lost = 0
  for (let index = 0; index < entries.length; index += step) {
    const [id, cookie] = entries[index] ?? ['', '']
    const found = await fetch(`${url}${routes.screening.replace(':id', id)}`, {
      headers: { cookie },
    })
    await found.body?.cancel()
    if (found.status !== 200) lost += 1
  }
  return { lost, duplicated: 0 } // one id is one row of one site: the interface cannot show two
}

const signIn = (portal: PortalProcess | null, url: string): Promise<string[]> => {
  const people =
    portal === null ? [demoPeople.pharmacist.nationalId] : professionalsOfDistinctSites(sitesCount)
  return Promise.all(
    people.map(
      async (nationalId) =>
        (await signInOverHttp(url, { nationalId, timeoutMilliseconds: 60_000 })).cookie,
    ),
  )
}

const offer = async (
  url: string,
  cookies: readonly string[],
  { seconds, perSecond }: Pick<IssueBenchOptions, 'seconds' | 'perSecond'>,
) => {
  const acknowledged = new Map<string, string>()
  const pool = new Pool(url, { connections, pipelining: 1 })
  const load = await runLoad({
    seconds,
    offeredPerSecond: perSecond,
    inFlightMax,
    send: async (index) => {
      const screening = inventScreening(index, new Date())
      const cookie = cookies[index % cookies.length] ?? ''
      const { statusCode, body } = await pool.request({
        method: 'POST',
        path: routes.screenings,
        headers: { 'content-type': 'application/json', origin: url, cookie },
        body: JSON.stringify(screening),
      })
      const text = await body.text()
      if (statusCode !== 201 || !isIssued(JSON.parse(text) as ScreeningAnswer)) return false
      acknowledged.set(screening.id, cookie)
      return true
    },
  })
  await pool.close()
  return { load, acknowledged }
}

interface Used extends ProcessorTime {
  readonly loadMilliseconds: number
}

const usedSoFar = async (portal: PortalProcess | null): Promise<Used | null> => {
  if (portal === null) return null
  const { user, system } = process.cpuUsage()
  return { ...(await portal.processorTime()), loadMilliseconds: (user + system) / 1_000 }
}

const costEach = (
  before: Used | null,
  after: Used | null,
  done: number,
): IssueBenchResult['processorMillisecondsEach'] => {
  if (before === null || after === null) return null
  const each = (name: keyof Used): number => rounded((after[name] - before[name]) / done, 3)
  return {
    server: each('serverMilliseconds'),
    database: each('databaseMilliseconds'),
    load: each('loadMilliseconds'),
  }
}

/** Runs the load for the time given, after a short warm-up that is not counted. */
export const benchIssue = async (options: IssueBenchOptions): Promise<IssueBenchResult> => {
  const portal = options.url === undefined ? await startPortalProcess() : null
  try {
    const url = portal?.url ?? options.url ?? ''
    const cookies = await signIn(portal, url)
    const warmUp = await offer(url, cookies, {
      seconds: warmUpSeconds,
      perSecond: options.perSecond / 2,
    })
    const before = await usedSoFar(portal)
    const { load, acknowledged } = await offer(url, cookies, options)
    const after = await usedSoFar(portal)
    for (const [id, cookie] of warmUp.acknowledged) acknowledged.set(id, cookie)
    const counted =
      portal === null
        ? await countOverHttp(url, acknowledged)
        : await portal.stopAndCount([...acknowledged.keys()])
    const {
      seconds,
      offeredPerSecond,
      donePerSecond,
      failed,
      failures,
      p50Milliseconds,
      p99Milliseconds,
    } = load
    return {
      scenario: 'issue',
      seconds,
      offeredPerSecond,
      donePerSecond,
      failed,
      failures,
      ...counted,
      p50Milliseconds,
      p99Milliseconds,
      processorMillisecondsEach: costEach(before, after, load.done),
      sites: cookies.length,
      cores: availableParallelism(),
    }
  } finally {
    await portal?.close()
  }
}
