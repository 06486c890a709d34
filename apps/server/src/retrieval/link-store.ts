/**
 * The person's links in the database: wrong tries, pauses, renewals. Every statement stays within one site.
 *
 * Invariants
 * - A try is taken before anything is compared, in the statement that reads the row: however many arrive at once,
 *   the row's lock lets them in one after the other, and after ten without a right one nobody is let in.
 * - A pause ends by itself; no number of tries makes it longer while it runs, or lasts for ever.
 * - A pause belongs to one code: other links of the same person, or of the same phone, have rows of their own.
 */
import { auditExpressions, auditParameters } from '../audit/chain.ts'
import type { Sql } from '../platform/context.ts'
import type { SealedRow } from '../platform/sealed.ts'

/** Ten wrong tries pause a code: enough for a person who mistypes, 10 of some 36,000 birth dates for one who guesses. */
export const wrongTriesMax = 10

export interface LinkKey {
  readonly siteId: string
  /** SHA-256 of the code, 32 bytes. */
  readonly hash: Uint8Array
}

export interface LinkedScreening extends SealedRow {
  readonly id: string
  readonly state: 'waiting' | 'final'
  readonly kind: string
  readonly disease: string
  readonly device: string
  readonly listed_device_name: string | null
  readonly minutes_to_result: number | null
  readonly site_name: string | null
  readonly site_postal_code: string | null
  readonly sampled_at: Date
  readonly recorded_at: Date
  readonly result: 'negative' | 'positive' | 'inconclusive' | null
}

export interface LinkedCertificate extends SealedRow {
  readonly number: number
  readonly uvci: string
}

export type Try =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'paused'; readonly pausedUntil: Date }
  | { readonly kind: 'admitted'; readonly expiresAt: Date; readonly screening: LinkedScreening }

type TryRow = LinkedScreening & {
  readonly wrong_tries: number
  readonly paused_until: Date | null
  readonly expires_at: Date
}

/**
 * Takes one try of a code, wrong until shown right, and reads what it leads to.
 *
 * @param pauseUntil when the pause ends that this try starts, if it is the tenth
 */
export const takeTry = async (
  database: Sql,
  { siteId, hash }: LinkKey,
  now: Date,
  pauseUntil: Date,
): Promise<Try> => {
  // `wrong_tries` is one past the maximum while a try was refused in a pause: that is how this row is told from
  // the tenth, admitted try. Assignments see the row as it was, also after waiting for another try's lock.
  const [row] = await database<TryRow[]>`
    with tried as (
      update retrieval set
        wrong_tries = case
          when paused_until > ${now} then ${wrongTriesMax + 1}
          when paused_until is not null then 1
          else wrong_tries + 1 end,
        paused_until = case
          when paused_until > ${now} then paused_until
          when paused_until is null and wrong_tries + 1 >= ${wrongTriesMax} then ${pauseUntil}::timestamptz
          else null end
      where site_id = ${siteId} and retrieval_hash = ${hash}
      returning screening_id, wrong_tries, paused_until, expires_at
    )
    select tried.wrong_tries, tried.paused_until, tried.expires_at,
      screening.id, screening.state, screening.kind, screening.disease, screening.device,
      screening.sampled_at, screening.recorded_at, screening.result, screening.key_id, screening.sealed,
      device.name as listed_device_name, test_kind.minutes_to_result, site.name as site_name,
      site.postal_code as site_postal_code
    from tried
    join screening on screening.site_id = ${siteId} and screening.id = tried.screening_id
    left join device on device.id = screening.device
    left join test_kind on test_kind.code = screening.kind
    left join site on site.id = ${siteId}`
  if (row === undefined) return { kind: 'unknown' }
  if (row.wrong_tries > wrongTriesMax && row.paused_until !== null) {
    return { kind: 'paused', pausedUntil: row.paused_until }
  }
  return { kind: 'admitted', expiresAt: row.expires_at, screening: row }
}

const openedText = `with opened as (
  update retrieval set wrong_tries = 0, paused_until = null
  where site_id = $1 and retrieval_hash = $2
  returning 1
), ${auditExpressions('opened', 3)}
select 1 from opened`

/** A right birth date gives all tries back; that the link was opened goes into the audit chain with it. */
export const recordOpened = async (
  database: Sql,
  { siteId, hash }: LinkKey,
  screeningId: string,
  at: Date,
): Promise<void> => {
  const act = { siteId, at, act: 'retrieval.opened', actor: null, subject: screeningId } as const
  await database.unsafe(openedText, [siteId, hash, ...auditParameters(act)], { prepare: true })
}

/** The newest certificate of a screening, or null. */
export const readCertificate = async (
  database: Sql,
  siteId: string,
  screeningId: string,
): Promise<LinkedCertificate | null> => {
  const [row] = await database<LinkedCertificate[]>`
    select number, uvci, key_id, sealed from certificate
    where site_id = ${siteId} and screening_id = ${screeningId}
    order by number desc limit 1`
  return row ?? null
}

export interface RenewableLink extends SealedRow {
  readonly screening_id: string
  readonly state: 'waiting' | 'final'
  readonly retrieval_generation: number
  /** When the person was last written to, null for never. */
  readonly notified_at: Date | null
  /** Highest number used by any message of this screening. */
  readonly number: number
}

/** What a renewal needs to know of the screening behind a code; null for a code that is none. */
export const readRenewable = async (
  database: Sql,
  { siteId, hash }: LinkKey,
): Promise<RenewableLink | null> => {
  const [row] = await database<RenewableLink[]>`
    select retrieval.screening_id, screening.state, screening.retrieval_generation,
      screening.key_id, screening.sealed, sent.notified_at, sent.number
    from retrieval
    join screening on screening.site_id = ${siteId} and screening.id = retrieval.screening_id
    cross join lateral (
      select max(created_at) as notified_at, coalesce(max(number), 0)::integer as number
      from outbox where site_id = ${siteId} and screening_id = retrieval.screening_id
    ) as sent
    where retrieval.site_id = ${siteId} and retrieval.retrieval_hash = ${hash}`
  return row ?? null
}

export interface Renewal {
  readonly siteId: string
  readonly screeningId: string
  /** The generation this renewal started from; another renewal in between makes this one do nothing. */
  readonly generation: number
  /** SHA-256 of the new code. */
  readonly hash: Uint8Array
  readonly expiresAt: Date
  readonly topics: readonly string[]
  readonly number: number
}

const renewText = `with renewed as (
  update screening set retrieval_generation = $3::smallint + 1
  where site_id = $1 and id = $2 and retrieval_generation = $3::smallint
  returning id
), link as (
  insert into retrieval (site_id, retrieval_hash, screening_id, generation, created_at, expires_at)
  select $1, $4, id, $3::smallint + 1, $5, $6 from renewed
  on conflict do nothing
), messages as (
  insert into outbox (site_id, screening_id, topic, number, created_at, due_at)
  select $1, id, topic, $8::smallint, $5, $5
  from renewed, unnest(string_to_array($7, ',')) as topic
  on conflict do nothing
), ${auditExpressions('renewed', 9)}
select 1 from renewed`

/**
 * Makes the next link and puts its messages into the outbox, in one statement for one site.
 *
 * @returns false when another renewal of the same screening was first
 */
export const renewLink = async (database: Sql, renewal: Renewal, at: Date): Promise<boolean> => {
  const { siteId, screeningId, generation, hash, expiresAt, topics, number } = renewal
  const act = { siteId, at, act: 'retrieval.renewed', actor: null, subject: screeningId } as const
  const rows = await database.unsafe(
    renewText,
    [
      siteId,
      screeningId,
      generation,
      hash,
      at,
      expiresAt,
      topics.join(','),
      number,
      ...auditParameters(act),
    ],
    { prepare: true },
  )
  return rows.length === 1
}
