/**
 * What was issued in somebody's name in a day, told to them by the addresses that the directory has, and "this was not me".
 *
 * Invariants
 * - A professional is told of a day once, and can deny it once: the row is claimed before a message goes, and denied by one
 *   statement.
 * - Nobody tested is in it: counts by site, and times.
 * - The code of the link is nowhere but in the message.
 */
import type { Sql } from 'postgres'
import { withAct } from '../../audit/chain.ts'
import { portalChain } from '../../audit/sign-heads.ts'

export interface SiteEntries {
  readonly site: string
  readonly name: string
  readonly entries: number
}

export interface Digest {
  readonly professionalId: string
  /** `YYYY-MM-DD`, in Paris. */
  readonly day: string
  readonly entries: number
  readonly sites: readonly SiteEntries[]
  readonly firstAt: Date
  readonly lastAt: Date
  readonly deniedAt: Date | null
  readonly withdrawnAt: Date | null
}

export interface ClaimedDigest extends Digest {
  readonly addresses: readonly string[]
  readonly attempts: number
}

interface Counted {
  readonly professional_id: string
  readonly entries: number
  readonly sites: readonly SiteEntries[]
  readonly first_at: Date
  readonly last_at: Date
  readonly addresses: readonly string[]
}

/** Some work at many places; the message goes to as many addresses. */
const addressesMax = 5

/**
 * Counts a day and writes down whom it is to be told to; whoever has no address is left out, and so are probes.
 *
 * @param codeOf of the link of a professional's day, hashed
 * @returns how many are new
 */
export const makeDigests = async (
  database: Sql,
  probeSites: readonly string[],
  { day, from, until }: { readonly day: string; readonly from: Date; readonly until: Date },
  linkHashOf: (professionalId: string, day: string) => Uint8Array,
  now: Date,
): Promise<number> => {
  const counted = await database<Counted[]>`
    -- across sites: what was issued in each name in a day
    with by_site as (
      select professional_id, site_id, count(*)::int as entries, min(recorded_at) as first_at, max(recorded_at) as last_at
      from screening where recorded_at >= ${from} and recorded_at < ${until} and site_id <> all(${[...probeSites]})
      group by professional_id, site_id
    ), by_name as (
      select b.professional_id, sum(b.entries)::int as entries, min(b.first_at) as first_at, max(b.last_at) as last_at,
        json_agg(json_build_object('site', b.site_id, 'name', coalesce(s.name, b.site_id), 'entries', b.entries)
          order by b.entries desc) as sites
      from by_site b left join site s on s.id = b.site_id group by b.professional_id
    )
    select n.*, at.addresses from by_name n cross join lateral (
      select coalesce((array_agg(distinct email))[1:${addressesMax}], '{}') as addresses from professional_site p
      where p.professional_id = n.professional_id and p.email is not null and p.deactivated_at is null
    ) at where cardinality(at.addresses) > 0`
  const digests = counted.map((row) => ({
    ...row,
    link_hash: Buffer.from(linkHashOf(row.professional_id, day)).toString('hex'),
  }))
  const stored = await database`
    insert into issued_digest (professional_id, day, entries, sites, first_at, last_at, addresses, link_hash, made_at, due_at)
    select given.professional_id, ${day}::text::date, given.entries, given.sites, given.first_at, given.last_at, given.addresses,
      decode(given.link_hash, 'hex'), ${now}, ${now}
    from jsonb_to_recordset(${JSON.stringify(digests)}::text::jsonb) as given (
      professional_id text, entries int, sites jsonb, first_at timestamptz, last_at timestamptz, addresses text[],
      link_hash text)
    on conflict do nothing`
  return stored.count
}

/** Whether a day was counted already, for anybody. */
export const isMade = async (database: Sql, day: string): Promise<boolean> =>
  (await database`select 1 from issued_digest where day >= ${day} limit 1`).length > 0

const columns = (sql: Sql) => sql`
  professional_id as "professionalId", to_char(day, 'YYYY-MM-DD') as day, entries, sites, first_at as "firstAt",
  last_at as "lastAt", denied_at as "deniedAt", withdrawn_at as "withdrawnAt"`

/** Takes some that are due; nobody else has them until the claim is over. */
export const claimDigests = (
  database: Sql,
  count: number,
  now: Date,
  claimedUntil: Date,
): Promise<ClaimedDigest[]> =>
  database<ClaimedDigest[]>`
    update issued_digest set due_at = ${claimedUntil}, attempts = attempts + 1
    where (professional_id, day) in (
      select professional_id, day from issued_digest
      where due_at <= ${now} and done_at is null and failed_at is null
      order by due_at limit ${count} for update skip locked)
    returning ${columns(database)}, addresses, attempts`

type Named = Pick<Digest, 'professionalId' | 'day'>

export const settleDigest = async (
  database: Sql,
  { professionalId, day }: Named,
  outcome:
    | { readonly kind: 'done'; readonly at: Date }
    | { readonly kind: 'failed'; readonly at: Date; readonly code: string }
    | { readonly kind: 'later'; readonly dueAt: Date; readonly code: string },
): Promise<void> => {
  const at = outcome.kind === 'later' ? null : outcome.at
  await database`
    update issued_digest set done_at = ${outcome.kind === 'done' ? at : null},
      failed_at = ${outcome.kind === 'failed' ? at : null},
      last_failure = ${outcome.kind === 'done' ? null : outcome.code},
      due_at = coalesce(${outcome.kind === 'later' ? outcome.dueAt : null}, due_at)
    where professional_id = ${professionalId} and day = ${day}`
}

/** Whose link it is; null when it is none, or past its time. */
export const findDigest = async (
  database: Sql,
  linkHash: Uint8Array,
  since: Date,
): Promise<Digest | null> => {
  const [row] = await database<Digest[]>`
    select ${columns(database)} from issued_digest where link_hash = ${linkHash} and made_at >= ${since}`
  return row ?? null
}

/** Heavier than whatever the rules find: who should know says that it was not them. */
export const deniedPoints = 1_000
const deniedCode = 'DENIED_BY_HOLDER'

/** Says, once, that a day was not theirs: an alert with it, and a row of the chain. @returns false: it was said before */
export const denyDigest = async (
  database: Sql,
  { professionalId, day, entries, sites, lastAt }: Digest,
  now: Date,
): Promise<boolean> => {
  const act = {
    siteId: portalChain,
    at: now,
    act: 'digest.denied',
    actor: null,
    subject: `${professionalId} of ${day}: ${entries} entries are not theirs`,
  } as const
  const denied = await withAct(database, act, async (sql) => {
    const { count } = await sql`
      update issued_digest set denied_at = ${now}
      where professional_id = ${professionalId} and day = ${day} and denied_at is null`
    if (count === 0) return 0
    const evidence = [{ code: deniedCode, value: entries, points: deniedPoints }]
    const places = sites.map(({ site }) => site)
    const known = await sql`
      update fraud_alert set points = greatest(points, ${deniedPoints}),
        evidence = ${sql.json(evidence)}::jsonb || evidence
      where professional_id = ${professionalId} and closed_at is null`
    if (known.count === 0)
      await sql`
        insert into fraud_alert (professional_id, opened_at, last_at, entries, points, evidence, sites)
        values (${professionalId}, ${now}, ${lastAt}, ${entries}, ${deniedPoints}, ${sql.json(evidence)}, ${places})
        on conflict do nothing`
    return count
  })
  return denied > 0
}

/** Those that were denied and are not all withdrawn yet. */
export const deniedDigests = (database: Sql): Promise<Digest[]> =>
  database<Digest[]>`
    select ${columns(database)} from issued_digest
    where denied_at is not null and withdrawn_at is null order by denied_at limit 100`

export const markWithdrawn = async (
  database: Sql,
  { professionalId, day }: Named,
  certificates: number,
  at: Date,
): Promise<void> => {
  await database`
    update issued_digest set withdrawn_at = ${at}, withdrawn = ${certificates}
    where professional_id = ${professionalId} and day = ${day}`
}
