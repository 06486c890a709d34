/**
 * Intake's reads, and its writes besides the recording of new screenings (store-entries.ts). Each write is one function of
 * the database for one site: PostgreSQL either has all of it or nothing, whatever dies in between.
 */

import type { CorrectionReason, ScreeningWithdrawalReason } from '@sidep/contracts'
import type { Sql } from 'postgres'
import { callAct, hex } from '../audit/chain.ts'
import type { SiteActor } from '../platform/actor.ts'
import { type CertificateRow, certificateColumns } from './certificate-row.ts'

/** What a final result brings with it. */
export interface EntryOutcome {
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

export interface NewResult {
  readonly screeningId: string
  readonly actor: SiteActor
  readonly result: string
  readonly resultAt: Date
  readonly at: Date
  readonly outcome: EntryOutcome
  readonly heldBy: string | null
  /** Of which the result's certificate is made. */
  readonly corrections: number
}

/** Settles a waiting screening. @returns false, and changes nothing, when it waits no more, or not as it did */
export const setResult = (
  database: Sql,
  { actor, screeningId, result, resultAt, at, outcome, heldBy, corrections }: NewResult,
): Promise<boolean> => {
  const act = {
    siteId: actor.site.id,
    at,
    act: 'screening.result-set',
    actor,
    subject: screeningId,
  } as const
  return callAct(database, 'set_result_1', act, {
    screening_id: screeningId,
    result,
    result_at: resultAt,
    held_by: heldBy,
    corrections,
    number: outcome.certificate?.number ?? null,
    ...certificateColumns(outcome.certificate),
    retrieval_hash: hex(outcome.link.hash),
    retrieval_expires_at: outcome.link.expiresAt,
    topics: outcome.topics,
  })
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
  const act = {
    siteId: actor.site.id,
    at,
    act: 'screening.link-sent-again',
    actor,
    subject: screeningId,
  } as const
  return callAct(database, 'send_again_1', act, {
    screening_id: screeningId,
    topics,
    per_hour_max: perHourMax,
  })
}
