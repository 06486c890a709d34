/**
 * The one write of new screenings: a function of the database, with the site first (`record_screenings_2`, migration 0044), or of
 * several sites (`record_gathered`, 0036). It has all of each, screening, certificate, link, outbox, flags and audit, or nothing of
 * it, whatever dies in between; a screening that is there already is passed over.
 */
import type { Screening } from '@sidep/screening'
import postgres, { type Sql } from 'postgres'
import { type Act, digestOf, factsOf, genesisOf, hex } from '../audit/chain.ts'
import type { SiteActor } from '../platform/actor.ts'
import { hasCitus } from '../platform/ensure-placement.ts'
import type { Sealed } from '../platform/vault.ts'
import { certificateColumns } from './certificate-row.ts'
import type { EntryOutcome, Late } from './store.ts'

export interface NewScreening {
  readonly screening: Screening
  readonly actor: SiteActor
  readonly recordedAt: Date
  readonly requestDigest: Uint8Array
  readonly personHash: Uint8Array
  readonly person: Sealed
  /** Null: registered, waiting. */
  readonly outcome: EntryOutcome | null
  readonly late: Late
}

/** What the audit chain says of a new screening. */
const actOf = (row: NewScreening): Act => ({
  siteId: row.actor.site.id,
  at: row.recordedAt,
  act: row.outcome === null ? 'screening.registered' : 'screening.recorded',
  actor: row.actor,
  // The reason of a late entry is the screening's for as long as it is kept, and the chain's for ever.
  subject:
    row.late.reason === null ? row.screening.id : `${row.screening.id} late:${row.late.reason}`,
})

/** By the names that both functions read; what there is none of is absent. */
const entryOf = (row: NewScreening): Readonly<Record<string, unknown>> => {
  const { screening, outcome, person, late, actor } = row
  const act = factsOf(actOf(row))
  return {
    counter_id: actor.counterId,
    door: actor.door,
    extended: actor.extended ?? false,
    recorded_at: row.recordedAt,
    id: screening.id,
    professional_id: act.professionalId,
    state: outcome === null ? 'waiting' : 'final',
    kind: screening.kind.code,
    disease: screening.disease,
    device: screening.sent.device,
    sampled_at: screening.sampledAt,
    result: screening.result,
    result_at: screening.resultAt,
    final_at: outcome === null ? null : row.recordedAt,
    catch_up: screening.catchUp,
    reason: screening.reason,
    symptoms: screening.symptoms,
    symptoms_onset: screening.symptomsOnset,
    department: screening.department,
    late_reason: late.reason,
    held_by: late.heldBy,
    request_digest: hex(row.requestDigest),
    person_hash: hex(row.personHash),
    key_id: person.keyId,
    sealed: hex(person.sealed),
    ...certificateColumns(outcome?.certificate ?? null),
    ...(outcome === null
      ? {}
      : {
          retrieval_hash: hex(outcome.link.hash),
          retrieval_expires_at: outcome.link.expiresAt,
          ...(outcome.topics.length === 0 ? {} : { topics: outcome.topics }),
        }),
    ...(late.flags.length === 0 ? {} : { flags: late.flags }),
    act: act.act,
    subject: act.subject,
    operator_id: act.operatorId,
    digest: hex(digestOf(act)),
  }
}

const text = 'select record_screenings_2($1, $2, $3::text::jsonb) as stored'

/**
 * Stores screenings of one site that have different ids.
 * @returns the ids of those stored; the others were there
 */
export const insertScreenings = async (
  database: Sql,
  rows: readonly NewScreening[],
): Promise<ReadonlySet<string>> => {
  const [first] = rows
  if (first === undefined) return new Set()
  const siteId = first.actor.site.id
  const [row] = await database.unsafe<{ stored: string[] }[]>(
    text,
    [siteId, genesisOf(siteId), JSON.stringify(rows.map(entryOf))],
    { prepare: true },
  )
  return new Set(row?.stored)
}

const gatheredText = 'select record_gathered($1::text::jsonb) as stored'

const gatheredOf = (row: NewScreening): Readonly<Record<string, unknown>> => ({
  ...entryOf(row),
  site_id: row.actor.site.id,
  genesis: hex(genesisOf(row.actor.site.id)),
})

/**
 * Stores screenings of any sites and sessions in one transaction, none of them twice.
 * @returns for each whether it is new; false: it was there
 */
export const insertGathered = async (
  database: Sql,
  rows: readonly NewScreening[],
): Promise<boolean[]> => {
  // The driver gives a bigint as text.
  const [row] = await database.unsafe<{ stored: string[] }[]>(
    gatheredText,
    [JSON.stringify(rows.map(gatheredOf))],
    { prepare: true },
  )
  const places = new Set(row?.stored.map(Number))
  return rows.map((_, index) => places.has(index + 1))
}

const clusters = new WeakMap<Sql, Promise<boolean>>()

/** Whether the sites are on several machines (Citus): a call for several sites would be an act of all of them. */
export const isCluster = (database: Sql): Promise<boolean> => {
  const known = clusters.get(database)
  if (known !== undefined) return known
  const asked = hasCitus(database)
  clusters.set(database, asked)
  asked.catch(() => clusters.delete(database))
  return asked
}

/** SQLSTATE 55P03: somebody else holds what one of a call needs. */
export const isHeldByOthers = (error: unknown): boolean =>
  error instanceof postgres.PostgresError && error.code === '55P03'

/** SQLSTATE classes 22 (data) and 23 (constraints): what one row can do to a whole call, and nothing else does. */
export const isFaultOfARow = (error: unknown): boolean =>
  error instanceof postgres.PostgresError && /^2[23]/.test(error.code)
