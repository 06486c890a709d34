/**
 * `sidep bench issue`: durable screenings over HTTP. Counters of many sites, signed in through the identity
 * provider, post negative tests; each answer counts only when it is 201 and carries both codes. Afterwards a
 * connection of our own looks for every acknowledged screening.
 *
 * Without a rate it finds the plateau first, the most that is recorded a second with the server just busy, and offers six
 * tenths of that: what a screening costs and how long it takes are then the same question on every machine.
 */

import { availableParallelism } from 'node:os'
import { routes, type ScreeningAnswer } from '@sidep/contracts'
import { demoPeople, signInOverHttp } from '@sidep/dev'
import { Pool } from 'undici'
import { runLoad } from './load.ts'
import type { LoadResult } from './load-result.ts'
import { measurePlateau } from './plateau.ts'
import {
  type PortalProcess,
  type ProcessorTime,
  professionalsOfDistinctSites,
  startPortalProcess,
} from './portal-process.ts'
import { measureRawCrypto } from './raw-crypto.ts'
import { inventScreening } from './screenings.ts'
import { rounded } from './statistics.ts'

export interface IssueBenchOptions {
  readonly seconds: number
  /** Screenings offered a second; six tenths of the plateau when absent. */
  readonly perSecond?: number
  /** A server that runs already; otherwise one is started. */
  readonly url?: string
  /** A PostgreSQL that no portal has used yet, for the server that is started; otherwise the embedded one. */
  readonly databaseUrl?: string
  /** Whose counters send. */
  readonly sites?: number
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
  /** Screenings recorded a second with the server just busy; null when a rate was told. */
  readonly plateauPerSecond: number | null
  /** Processor time of two ECDSA P-256 signatures and two verifications, in the same run. */
  readonly rawCryptoMilliseconds: number
  /** Processor time of a screening, in server and database, over `rawCryptoMilliseconds`. */
  readonly costRatio: number | null
  readonly sites: number
}

const sitesUnlessTold = 40
/** Of the professionals of the bench so many have one site each, which no other of them has. */
export const issueSitesMax = 80
const connections = 64
const inFlightMax = 5_000
const warmUpSecondsMax = 3
const warmUpPerSecond = 300
const plateauShare = 0.6
const plateauSecondsMax = 10
const plateauAtOnce = 48
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

/** One after the other: forty at once are not what is measured, and a machine that is busy refuses some of them. */
const signIn = async (
  portal: PortalProcess | null,
  url: string,
  sites: number,
): Promise<string[]> => {
  const people =
    portal === null ? [demoPeople.pharmacist.nationalId] : professionalsOfDistinctSites(sites)
  const cookies: string[] = []
  for (const nationalId of people) {
    const { cookie } = await signInOverHttp(url, { nationalId, timeoutMilliseconds: 60_000 })
    cookies.push(cookie)
  }
  return cookies
}

const offer = async (
  url: string,
  cookies: readonly string[],
  { seconds, perSecond }: { readonly seconds: number; readonly perSecond: number },
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

interface Plateau {
  /** Screenings a second; null when a rate was told, and none was looked for. */
  readonly perSecond: number | null
  readonly acknowledged: readonly string[]
}

/** Warms the server up, none of which is counted, and finds its plateau where no rate was told. */
const findPlateau = async (
  url: string,
  cookies: readonly string[],
  { seconds, perSecond: told }: IssueBenchOptions,
): Promise<Plateau> => {
  const warmUp = await offer(url, cookies, {
    seconds: Math.min(warmUpSecondsMax, seconds),
    perSecond: told === undefined ? warmUpPerSecond : told / 2,
  })
  const warm = [...warmUp.acknowledged.keys()]
  if (told !== undefined) return { perSecond: null, acknowledged: warm }
  const { perSecond, acknowledged } = await measurePlateau({
    url,
    origin: url,
    counters: cookies.map((cookie) => ({ cookie })),
    seconds: Math.min(plateauSecondsMax, seconds),
    atOnce: plateauAtOnce,
  })
  return { perSecond: rounded(perSecond), acknowledged: [...warm, ...acknowledged] }
}

/** Runs the load for the time given, after a warm-up that is not counted. */
export const benchIssue = async (options: IssueBenchOptions): Promise<IssueBenchResult> => {
  const { databaseUrl, sites = sitesUnlessTold } = options
  const settings = databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }
  const portal = options.url === undefined ? await startPortalProcess(settings) : null
  // Into a database that is given nobody looks.
  const looked = databaseUrl === undefined ? portal : null
  try {
    const url = portal?.url ?? options.url ?? ''
    const cookies = await signIn(portal, url, sites)
    const plateau = await findPlateau(url, cookies, options)
    const rawBefore = measureRawCrypto()
    const before = await usedSoFar(looked)
    const perSecond = options.perSecond ?? rounded((plateau.perSecond ?? 0) * plateauShare)
    const { load, acknowledged } = await offer(url, cookies, {
      seconds: options.seconds,
      perSecond,
    })
    const cost = costEach(before, await usedSoFar(looked), load.done)
    // A shared machine changes its speed meanwhile.
    const rawCryptoMilliseconds = rounded((rawBefore + measureRawCrypto()) / 2, 4)
    for (const id of plateau.acknowledged) acknowledged.set(id, cookies[0] ?? '')
    const counted =
      portal === null
        ? await countOverHttp(url, acknowledged)
        : await portal.stopAndCount([...acknowledged.keys()])
    return {
      scenario: 'issue',
      seconds: load.seconds,
      offeredPerSecond: load.offeredPerSecond,
      donePerSecond: load.donePerSecond,
      failed: load.failed,
      failures: load.failures,
      ...counted,
      p50Milliseconds: load.p50Milliseconds,
      p99Milliseconds: load.p99Milliseconds,
      plateauPerSecond: plateau.perSecond,
      rawCryptoMilliseconds,
      costRatio:
        cost === null ? null : rounded((cost.server + cost.database) / rawCryptoMilliseconds, 2),
      processorMillisecondsEach: cost,
      sites: cookies.length,
      cores: availableParallelism(),
    }
  } finally {
    await portal?.close()
  }
}
