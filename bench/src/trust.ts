/**
 * Verifiers that poll: ten million that come back every hour are 2,800 a second. Asked of one process that keeps to one core:
 * most have the newest index (304), some get a new one, a few a part.
 */
import { routes } from '@sidep/contracts'
import { readIndex } from '@sidep/trust'
import { keepToLoadCores, splitCores } from './cores.ts'
import { makeLeanConnections, requestBytes } from './lean-connections.ts'
import { runLoad } from './load.ts'
import type { LoadResult } from './load-result.ts'
import { startPortalProcess } from './portal-process.ts'
import { rounded } from './statistics.ts'

export interface TrustBenchOptions {
  readonly seconds: number
  readonly perSecond: number
}

export interface TrustBenchResult extends LoadResult<'trust'> {
  /** Of the index, as it is served. */
  readonly indexBytes: number
  /** Processor time of server and database a second: 1 is one core. */
  readonly coresUsed: number
  /** What one core would do at that. */
  readonly perSecondPerCore: number
  /** Whether server and load had cores of their own. */
  readonly isApart: boolean
  readonly failures: Readonly<Record<string, number>>
}

const warmUpSeconds = 3
const connections = 64
const inFlightMax = 2_000
/** Of a hundred polls: an index that is an hour old is renewed by each, parts change for some. */
const newIndexEvery = 4
const partEvery = 50

/** What is asked for, and what must come. */
interface Poll {
  readonly request: Buffer
  readonly status: number
}

export const benchTrust = async ({
  seconds,
  perSecond,
}: TrustBenchOptions): Promise<TrustBenchResult> => {
  const split = splitCores()
  const portal = await startPortalProcess({}, { split })
  const release = split === null ? () => undefined : keepToLoadCores(split)
  const polling = makeLeanConnections(portal.url, connections)
  try {
    const first = await fetch(`${portal.url}${routes.trustIndex}`)
    const index = new Uint8Array(await first.arrayBuffer())
    const tag = first.headers.get('etag') ?? ''
    const part = await partOf(portal.url, index)
    const poll = (path: string, status: number, headers = {}): Poll => ({
      request: requestBytes(portal.url, path, { accept: '*/*', ...headers }),
      status,
    })
    const partFetched = poll(part, 200)
    const renewed = poll(routes.trustIndex, 200)
    const unchanged = poll(routes.trustIndex, 304, { 'if-none-match': tag })
    const pollOf = (at: number): Poll => {
      if (at % partEvery === 0) return partFetched
      return at % newIndexEvery === 0 ? renewed : unchanged
    }
    const send = async (at: number): Promise<boolean> => {
      const { request, status } = pollOf(at)
      return (await polling.ask(request)) === status
    }
    const plan = { offeredPerSecond: perSecond, inFlightMax, send }
    await runLoad({ ...plan, seconds: warmUpSeconds })
    const before = await portal.processorTime()
    const load = await runLoad({ ...plan, seconds })
    const after = await portal.processorTime()
    const used =
      after.serverMilliseconds -
      before.serverMilliseconds +
      after.databaseMilliseconds -
      before.databaseMilliseconds
    const coresUsed = used / 1_000 / load.seconds
    return {
      scenario: 'trust',
      seconds: load.seconds,
      offeredPerSecond: load.offeredPerSecond,
      donePerSecond: load.donePerSecond,
      failed: load.failed,
      lost: 0,
      duplicated: 0,
      p50Milliseconds: load.p50Milliseconds,
      p99Milliseconds: load.p99Milliseconds,
      cores: split?.serverCores ?? 1,
      indexBytes: index.length,
      coresUsed: rounded(coresUsed, 2),
      perSecondPerCore: rounded(load.donePerSecond / coresUsed, 0),
      isApart: split !== null,
      failures: load.failures,
    }
  } finally {
    polling.close()
    release()
    await portal.close()
  }
}

/** The path of the French keys: what most verifiers have, and a new one fetches. */
const partOf = async (url: string, bytes: Uint8Array): Promise<string> => {
  const anchor = (await (await fetch(`${url}${routes.trustAnchor}`)).json()) as { spki: string }
  const opened = await readIndex(bytes, new Uint8Array(Buffer.from(anchor.spki, 'base64')))
  if (!opened.ok) throw new Error(`the index cannot be read: ${opened.code}`)
  const part = opened.value.index.parts.find(({ name }) => name.startsWith('keys/'))
  if (part === undefined) throw new Error('the index names no keys')
  return routes.trustPart.replace(':id', part.sha256)
}
