/**
 * Intake's reads, and its statements besides the recording of new screenings (store-entries.ts). Each write is one
 * statement for one site: PostgreSQL either has all of it or nothing, whatever dies in between.
 */

import type { CorrectionReason, ScreeningWithdrawalReason } from '@sidep/contracts'
import type { Sql } from 'postgres'
import { auditExpressions, auditParameterCount, auditParameters } from '../audit/chain.ts'
import type { SiteActor } from '../platform/actor.ts'
import type { CertificateRow } from './certificate-row.ts'

/** What a final result brings with it. */
export interface Outcome {
  /** Null for an inconclusive result. */
  readonly certificate: CertificateRow | null
  readonly link: { readonly hash: Uint8Array; readonly expiresAt: Date }
  /** Outbox topics. */
  readonly topics: readonly string[]
}

/** What operations look into: codes of `continuity_flag` that an entry itself can have. */
export type LateFlag = 'ENTERED_LATE' | 'POSITIVE_LATE'

export interface Late {
  /** Why it came more than a day after its sample; null: it did not. */
  readonly reason: string | null
  /** Ids of those who cannot confirm it; null: nothing waits for a confirmation. */
  readonly heldBy: string | null
  readonly flags: readonly LateFlag[]
}

type Parameter = string | number | boolean | Date | Uint8Array | null

const outcomeParameterCount = 10

/** Expressions that store an outcome once `cause` has a row; the parameters `outcomeParameters` gives start at `first`. */
const outcomeExpressions = (cause: string, first: number): string => {
  const [at, number, uvci, issuedAt, expiresAt, keyId, sealed, hash, linkExpiresAt, topics] =
    Array.from({ length: outcomeParameterCount }, (_, index) => `$${first + index}`)
  return `certified as (
  insert into certificate (site_id, screening_id, number, uvci, issued_at, expires_at, key_id, sealed)
  select $1::text, $2::uuid, ${number}::smallint, ${uvci}::text, ${issuedAt}::timestamptz, ${expiresAt}::timestamptz, ${keyId}::integer, ${sealed}::bytea
  from ${cause} where ${uvci}::text is not null
), linked as (
  insert into retrieval (site_id, retrieval_hash, screening_id, generation, created_at, expires_at)
  select $1::text, ${hash}::bytea, $2::uuid, 1, ${at}::timestamptz, ${linkExpiresAt}::timestamptz
  from ${cause} where ${hash}::bytea is not null
), told as (
  insert into outbox (site_id, screening_id, topic, number, created_at, due_at)
  select $1::text, $2::uuid, topic, 1, ${at}::timestamptz, ${at}::timestamptz
  from ${cause}, unnest(string_to_array(${topics}::text, ',')) as topic
)`
}

const outcomeParameters = (at: Date, outcome: Outcome | null): Parameter[] => {
  const certificate = outcome?.certificate ?? null
  return [
    at,
    certificate?.number ?? null,
    certificate?.uvci ?? null,
    certificate?.issuedAt ?? null,
    certificate?.expiresAt ?? null,
    certificate?.texts.keyId ?? null,
    certificate?.texts.sealed ?? null,
    outcome?.link.hash ?? null,
    outcome?.link.expiresAt ?? null,
    outcome?.topics.join(',') ?? '',
  ]
}

const run = async (database: Sql, text: string, parameters: Parameter[]): Promise<boolean> => {
  const [row] = await database.unsafe<{ done: number }[]>(text, parameters, { prepare: true })
  return row !== undefined && row.done > 0
}

const setResultHeld = 6 + outcomeParameterCount + auditParameterCount
const setResultText = `with settled as (
  update screening set state = 'final', result = $3, result_at = $4, final_at = $5,
    held_by = $${setResultHeld}
  where site_id = $1 and id = $2 and state = 'waiting' and corrections = $${setResultHeld + 3}
    and not exists (select from screening_withdrawal w where w.site_id = $1 and w.screening_id = $2)
  returning site_id
), ${outcomeExpressions('settled', 6)},
held as (
  insert into continuity_flag (site_id, screening_id, code, professional_id, counter_id, flagged_at)
  select $1, $2, 'POSITIVE_LATE', $${setResultHeld + 1}, $${setResultHeld + 2}, $5::timestamptz
  from settled where $${setResultHeld}::text is not null on conflict do nothing
), ${auditExpressions('settled', 6 + outcomeParameterCount)}
select count(*)::int as done from settled`

export interface NewResult {
  readonly screeningId: string
  readonly actor: SiteActor
  readonly result: string
  readonly resultAt: Date
  readonly at: Date
  readonly outcome: Outcome
  readonly heldBy: string | null
  /** Of which the result's certificate is made. */
  readonly corrections: number
}

/** Settles a waiting screening. @returns false, and changes nothing, when it waits no more, or not as it did */
export const setResult = (database: Sql, row: NewResult): Promise<boolean> => {
  const { actor, screeningId, result, resultAt, at, outcome, heldBy } = row
  const siteId = actor.site.id
  return run(database, setResultText, [
    siteId,
    screeningId,
    result,
    resultAt,
    at,
    ...outcomeParameters(at, outcome),
    ...auditParameters({ siteId, at, act: 'screening.result-set', actor, subject: screeningId }),
    heldBy,
    actor.professionalId,
    actor.counterId,
    row.corrections,
  ])
}

/** A stored screening with its newest certificate. */
export interface StoredScreening {
  readonly id: string
  readonly state: 'waiting' | 'final'
  readonly kind: string
  readonly disease: string
  readonly device: string
  readonly sampled_at: Date
  readonly recorded_at: Date
  readonly result: 'negative' | 'positive' | 'inconclusive' | null
  readonly request_digest: Uint8Array
  readonly retrieval_generation: number
  /** Ids of those who cannot confirm it; null: nothing waits for a confirmation. */
  readonly held_by: string | null
  readonly confirmed_at: Date | null
  readonly key_id: number
  readonly sealed: Uint8Array
  readonly corrections: number
  readonly corrected_at: Date | null
  readonly correction_reason: CorrectionReason | null
  readonly withdrawn_at: Date | null
  readonly withdrawal_id: string | null
  readonly withdrawal_reason: ScreeningWithdrawalReason | null
  readonly certificate_number: number | null
  readonly uvci: string | null
  readonly certificate_key_id: number | null
  readonly certificate_sealed: Uint8Array | null
}

const selectText = `select s.id, s.state, s.kind, s.disease, s.device, s.sampled_at, s.recorded_at, s.result,
  s.request_digest, s.retrieval_generation, s.held_by, s.confirmed_at, s.key_id, s.sealed, s.corrections, s.corrected_at,
  s.correction_reason, s.withdrawn_at, s.withdrawal_id, s.withdrawal_reason, c.number as certificate_number, c.uvci,
  c.key_id as certificate_key_id, c.sealed as certificate_sealed
from current_screening s left join lateral (
  select number, uvci, key_id, sealed from certificate
  where certificate.site_id = s.site_id and screening_id = s.id and number = s.corrections + 1
) c on true`

/** One screening of a site; undefined when that site has none by this id. */
export const findScreening = async (
  database: Sql,
  siteId: string,
  id: string,
): Promise<StoredScreening | undefined> => {
  const [row] = await database.unsafe<StoredScreening[]>(
    `${selectText} where s.site_id = $1 and s.id = $2`,
    [siteId, id],
    { prepare: true },
  )
  return row
}

/** Which of these screenings the site has, by their ids. */
export const findScreenings = async (
  database: Sql,
  siteId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, StoredScreening>> => {
  if (ids.length === 0) return new Map()
  const rows = await database.unsafe<StoredScreening[]>(
    `${selectText} where s.site_id = $1 and s.id = any(string_to_array($2, ',')::uuid[])`,
    [siteId, ids.join(',')],
    { prepare: true },
  )
  return new Map(rows.map((row) => [row.id, row]))
}

/** Screenings recorded at a site on one day of its own, newest first. */
export const listDay = (
  database: Sql,
  siteId: string,
  day: string,
  timeZone: string,
  limit: number,
): Promise<StoredScreening[]> =>
  database.unsafe<StoredScreening[]>(
    `${selectText} where s.site_id = $1
      and s.recorded_at >= ($2::date)::timestamp at time zone $3
      and s.recorded_at < ($2::date + 1)::timestamp at time zone $3
    order by s.recorded_at desc, s.id desc limit $4`,
    [siteId, day, timeZone, limit],
    { prepare: true },
  )

/** Screenings of a site that wait for their result, oldest first. */
export const listWaiting = (
  database: Sql,
  siteId: string,
  limit: number,
): Promise<StoredScreening[]> =>
  database.unsafe<StoredScreening[]>(
    `${selectText} where s.site_id = $1 and s.state = 'waiting' and s.withdrawn_at is null
    order by s.recorded_at, s.id limit $2`,
    [siteId, limit],
    { prepare: true },
  )

const sendAgainText = `with sent as (
  insert into outbox (site_id, screening_id, topic, number, created_at, due_at)
  select $1::text, $2::uuid, topic, 1 + coalesce((
    select max(number) from outbox o where o.site_id = $1 and o.screening_id = $2 and o.topic = wanted.topic), 0),
    $3::timestamptz, $3::timestamptz
  from unnest(string_to_array($4::text, ',')) as wanted (topic)
  where (select count(*) from outbox o where o.site_id = $1 and o.screening_id = $2
    and o.created_at > $3::timestamptz - interval '1 hour') < $5::int
  on conflict do nothing
  returning topic
), cause as (select 1 where exists (select from sent)),
${auditExpressions('cause', 6)}
select count(*)::int as done from sent`

/** Puts the notifications of a screening in the outbox again. @returns false when too many were in the last hour */
export const sendAgain = (
  database: Sql,
  {
    screeningId,
    actor,
    at,
    topics,
    perHourMax,
  }: {
    readonly screeningId: string
    readonly actor: SiteActor
    readonly at: Date
    readonly topics: readonly string[]
    readonly perHourMax: number
  },
): Promise<boolean> => {
  const siteId = actor.site.id
  return run(database, sendAgainText, [
    siteId,
    screeningId,
    at,
    topics.join(','),
    perHourMax,
    ...auditParameters({
      siteId,
      at,
      act: 'screening.link-sent-again',
      actor,
      subject: screeningId,
    }),
  ])
}
