/**
 * The traces that reading leaves in the chain of its site: who was shown what, when, and how many people.
 *
 * Invariants
 * - A trace is stored before what it tells of is shown: who cannot be written down is shown nothing.
 * - A screen reads its lists again every few seconds by itself. That is one page for half an hour, and one trace; when it
 *   comes to show more than twice as many people as its trace says, another one.
 * - Opening one person, and looking somebody up, is a trace each time.
 */
import type { Sql } from 'postgres'
import type { Actor, SiteActor } from '../platform/actor.ts'
import { makeBoundedCache } from '../platform/bounded-cache.ts'
import type { Clock } from '../platform/clock.ts'
import { type ActName, recordAct } from './chain.ts'

/** Acts that change nothing. */
export const readingActs = [
  'screenings.listed',
  'screenings.searched',
  'screening.opened',
  'duplicates.looked-up',
  'delegations.listed',
  'retrieval.opened',
] as const satisfies readonly ActName[]
export type ReadingAct = (typeof readingActs)[number]

/** A list, as one page of it is told: `day:2021-08-13`, `waiting`. */
export interface ReadPage {
  readonly act: 'screenings.listed' | 'delegations.listed'
  readonly page: string
  readonly shown: number
}

export interface Readings {
  /** A list that was read for an actor. */
  listed(actor: SiteActor, page: ReadPage): Promise<void>
  /** One screening. */
  opened(actor: SiteActor, screeningId: string): Promise<void>
  lookedUp(actor: SiteActor, asked: number, found: number): Promise<void>
  /** Somebody who was looked for: among `day:2021-08-13`, or `all`. */
  searched(actor: SiteActor, among: string, found: number): Promise<void>
}

const pageMilliseconds = 30 * 60_000
/** How many screens are remembered, some 100 bytes each; one that fell out is simply recorded again. */
const pagesMax = 50_000

interface Told {
  readonly until: number
  readonly shown: number
}

export const makeReadings = ({
  database,
  clock,
}: {
  readonly database: Pick<Sql, 'unsafe'>
  readonly clock: Clock
}): Readings => {
  const pages = makeBoundedCache<Told>(pagesMax)

  const trace = (
    actor: SiteActor,
    act: Exclude<ReadingAct, 'retrieval.opened'>,
    subject: string,
  ): Promise<void> =>
    recordAct(database, { siteId: actor.site.id, at: clock.now(), act, actor, subject })

  return {
    listed: async (actor, { act, page, shown }) => {
      const { sessionId, site, delegationId } = actor
      const name = [sessionId, delegationId ?? '', site.id, act, page].join(' ')
      const now = clock.now().getTime()
      const told = pages.get(name)
      if (told !== undefined && now < told.until && shown <= 2 * told.shown) return
      await trace(actor, act, `${page} shown:${shown}`)
      pages.set(name, { until: now + pageMilliseconds, shown })
    },
    opened: (actor, screeningId) => trace(actor, 'screening.opened', screeningId),
    lookedUp: (actor, asked, found) =>
      trace(actor, 'duplicates.looked-up', `asked:${asked} found:${found}`),
    searched: (actor, among, found) =>
      trace(actor, 'screenings.searched', `${among} found:${found}`),
  }
}

/** A trace, as it is told to who asks for it. */
export interface Reading {
  readonly siteId: string
  readonly at: Date
  readonly act: ReadingAct
  /** The professional responsible; null where the person tested read it themselves. */
  readonly professionalId: string | null
  /** Who was at the keyboard, when that was somebody else. */
  readonly operatorId: string | null
  readonly door: Actor['door'] | null
  readonly subject: string | null
}

/** Traces of reading within a time, oldest first, of one site or of all: rare, and asked for by operations alone. */
export const listReadings = (
  database: Sql,
  {
    siteId,
    from,
    to,
    limit,
  }: {
    readonly siteId: string | null
    readonly from: Date
    readonly to: Date
    readonly limit: number
  },
): Promise<Reading[]> => database<Reading[]>`
  -- across sites: who read of a person, for an auditor
  select site_id as "siteId", at, act, professional_id as "professionalId", operator_id as "operatorId", door, subject
  from audit
  where (${siteId}::text is null or site_id = ${siteId}) and at >= ${from} and at < ${to}
    and act in ${database(readingActs)}
  order by at, site_id, sequence limit ${limit}`
