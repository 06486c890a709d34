/**
 * The revocation lists in memory, and the work of keeping them fresh.
 *
 * Invariants
 * - A sign-in never waits for a fetch: it asks this memory alone.
 * - A list counts only when an authority of the bundle signed it, and never gives way to an older one: who answers
 *   in the authority's place cannot undo a revocation, only keep the next one from us until the list is too old.
 * - The last good lists are in the database too, so that a process that starts while the authority's service is
 *   down knows as much as its brothers. What comes from there is verified like what comes from the network.
 * - One round of fetching at a time; rounds go on for ever, whatever fails.
 */
import { hourMilliseconds } from '@sidep/time'
import type { Platform } from '../../platform/context.ts'
import { isUnavailable } from '../../platform/problems.ts'
import type { Authorities, Authority } from './authorities.ts'
import type { RevocationStatus } from './check-card.ts'
import { fetchList } from './fetch-list.ts'
import { type ListFault, type RevocationList, readRevocationList } from './revocation-list.ts'

/** `current`, `overdue` (still usable), or `unusable`: a list is missing or too old. */
export type ListHealth = 'current' | 'overdue' | 'unusable'

export interface Revocations {
  status(authority: Authority, serialNumber: string): RevocationStatus
  /** Of the worst of the lists that a card needs. */
  health(): ListHealth
  /** Takes over what the database has, then fetches now and then until stopped. */
  start(): void
  /** One round now; resolves when every list was tried. */
  refresh(): Promise<void>
  stop(): Promise<void>
}

interface RevocationOptions {
  readonly authorities: Authorities
  readonly urls: readonly string[]
  /** Between two rounds, when all went well. */
  readonly intervalMinutes: number
  /** How long after its next update a list still decides, hours. */
  readonly graceHours: number
  /** Told that newer lists decide from now on. */
  readonly onNewLists: () => Promise<void>
}

type RevocationPlatform = Pick<Platform, 'database' | 'clock' | 'randomBytes' | 'log' | 'metrics'>

const retryMilliseconds = 30_000

type TakeCode = ListFault | 'LIST_OLDER' | 'LIST_KNOWN' | 'TAKEN'

/** Messages can quote an address with its parameters: the log gets names and codes. */
const codeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'UNKNOWN'
  if ('code' in error && typeof error.code === 'string') return error.code
  return error.name === 'TimeoutError' ? 'TIMEOUT' : error.name
}

export const makeRevocations = (
  platform: RevocationPlatform,
  { authorities, urls, intervalMinutes, graceHours, onNewLists }: RevocationOptions,
): Revocations => {
  const { database, clock, randomBytes, log, metrics } = platform
  const lists = new Map<string, RevocationList>()
  const stopping = new AbortController()
  let round: Promise<void> | null = null
  let timer: NodeJS.Timeout | undefined
  let failedRounds = 0
  /** Lists were taken that `onNewLists` was not told of, or not to its end. */
  let isNew = false

  /** Every authority of the bundle issues something here: cards, or those who issue cards. */
  const needed = [...new Set(authorities.all.map(({ signerId }) => signerId))]
  const healthOf = (list: RevocationList | undefined): ListHealth => {
    if (list === undefined) return 'unusable'
    const lateMilliseconds = clock.now().getTime() - list.nextUpdate.getTime()
    if (lateMilliseconds <= 0) return 'current'
    return lateMilliseconds <= graceHours * hourMilliseconds ? 'overdue' : 'unusable'
  }
  const countOf = (health: ListHealth): number =>
    needed.filter((signerId) => healthOf(lists.get(signerId)) === health).length

  const outcomes = metrics.counter(
    'sidep_card_list_fetches_total',
    'Fetches of revocation lists, by outcome',
  )
  metrics.gauge('sidep_card_lists_overdue', 'Revocation lists past their next update', () =>
    countOf('overdue'),
  )
  metrics.gauge(
    'sidep_card_lists_unusable',
    'Revocation lists missing or too old: no card is let in while one is',
    () => countOf('unusable'),
  )
  metrics.gauge(
    'sidep_card_list_next_update_seconds',
    'Until the first of the lists is overdue; negative afterwards',
    () =>
      [...lists.values()].reduce(
        (least, { nextUpdate }) =>
          Math.min(least, Math.round((nextUpdate.getTime() - clock.now().getTime()) / 1000)),
        Number.POSITIVE_INFINITY,
      ),
  )

  const take = async (der: Uint8Array): Promise<{ code: TakeCode; list?: RevocationList }> => {
    const reading = await readRevocationList(der, authorities, clock.now())
    if (!reading.ok) return { code: reading.code }
    const list = reading.value
    const held = lists.get(list.authority.signerId)
    if (held !== undefined && list.issuedAt < held.issuedAt) return { code: 'LIST_OLDER' }
    if (held !== undefined && list.issuedAt.getTime() === held.issuedAt.getTime()) {
      return { code: 'LIST_KNOWN' }
    }
    lists.set(list.authority.signerId, list)
    isNew = true
    return { code: 'TAKEN', list }
  }

  const keep = async (url: string, der: Uint8Array, list: RevocationList): Promise<void> => {
    await database`
      insert into card_revocation_list as kept (url, list, issued_at, next_update, fetched_at)
      values (${url}, ${der}, ${list.issuedAt}, ${list.nextUpdate}, ${clock.now()})
      on conflict (url) do update set list = excluded.list, issued_at = excluded.issued_at,
        next_update = excluded.next_update, fetched_at = excluded.fetched_at
      where kept.issued_at < excluded.issued_at`
  }

  const takeKept = async (): Promise<void> => {
    const rows = await database<{ url: string; list: Uint8Array }[]>`
      select url, list from card_revocation_list where url = any(${[...urls]})`
    for (const { list } of rows) await take(new Uint8Array(list))
  }

  /** Tells a failure of the database from a fault of ours: the lists in memory do not need it. */
  const withoutDatabase = (error: unknown): void => {
    if (!isUnavailable(error)) throw error
    log.warn({ code: codeOf(error) }, 'the database does not keep revocation lists at the moment')
  }

  const fetchOne = async (url: string): Promise<boolean> => {
    try {
      const der = await fetchList(url, stopping.signal)
      const { code, list } = await take(der)
      outcomes.increment({ outcome: code })
      if (list !== undefined) await keep(url, der, list).catch(withoutDatabase)
      if (code === 'TAKEN' || code === 'LIST_KNOWN') return true
      log.warn({ code, host: new URL(url).host }, 'a revocation list was not taken')
    } catch (error) {
      if (stopping.signal.aborted) return false
      const code = codeOf(error)
      outcomes.increment({ outcome: 'FAILED' })
      log.warn({ code, host: new URL(url).host }, 'a revocation list could not be fetched')
    }
    return false
  }

  const runRound = async (): Promise<void> => {
    const fetched = await Promise.all(urls.map(fetchOne))
    failedRounds = fetched.every(Boolean) ? 0 : failedRounds + 1
    // Another process may have had better luck.
    if (failedRounds > 0 && !stopping.signal.aborted) await takeKept().catch(withoutDatabase)
    await tellNews()
  }

  /** While the database is away it is told by the next round. */
  const tellNews = async (): Promise<void> => {
    if (!isNew || stopping.signal.aborted) return
    isNew = false
    try {
      await onNewLists()
    } catch (error) {
      isNew = true
      withoutDatabase(error)
    }
  }

  const refresh = (): Promise<void> => {
    round ??= runRound().finally(() => {
      round = null
    })
    return round
  }

  /** Sooner after a failure, later after more; a tenth earlier or later, so that processes do not come at once. */
  const waitMilliseconds = (): number => {
    const interval = intervalMinutes * 60_000
    const wait =
      failedRounds === 0
        ? interval
        : Math.min(interval, retryMilliseconds * 2 ** Math.min(failedRounds - 1, 10))
    const [byte = 128] = randomBytes(1)
    return wait * (0.9 + (0.2 * byte) / 255)
  }

  const schedule = (): void => {
    if (stopping.signal.aborted) return
    timer = setTimeout(runAndSchedule, waitMilliseconds())
    timer.unref()
  }
  const runAndSchedule = (): void => {
    refresh()
      .catch((error: unknown) => log.error({ code: codeOf(error) }, 'a round of lists failed'))
      .finally(schedule)
  }

  return {
    status: (authority, serialNumber) => {
      const list = lists.get(authority.signerId)
      // What was revoked once stays revoked, however old the list.
      if (list?.revoked.has(serialNumber)) return 'revoked'
      const health = healthOf(list)
      if (health === 'unusable') return 'unknown'
      return health === 'overdue' ? 'overdue' : 'good'
    },
    health: () => {
      if (countOf('unusable') > 0) return 'unusable'
      return countOf('overdue') > 0 ? 'overdue' : 'current'
    },
    start: () => {
      takeKept()
        .catch(withoutDatabase)
        .catch((error: unknown) => log.error({ code: codeOf(error) }, 'kept lists were not read'))
        .finally(runAndSchedule)
    },
    refresh,
    stop: async () => {
      stopping.abort()
      clearTimeout(timer)
      await round
    },
  }
}
