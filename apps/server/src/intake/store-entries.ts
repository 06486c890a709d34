/**
 * Intake's statement for a backlog: many screenings of one site with all that belongs to them, in one statement.
 * PostgreSQL has all of each or nothing of it, as for one (store.ts); a screening that is there already is passed over.
 */
import { bytesToHex } from '@sidep/encoding'
import postgres, { type Sql } from 'postgres'
import { auditManyColumns, auditManyExpressions, auditManyParameters } from '../audit/chain.ts'
import { actOf, type NewScreening } from './store.ts'

/** `[name as in `rowOf`, column of the screening, type]`. */
const columns = [
  ['id', 'id', 'uuid'],
  ['professionalId', 'professional_id', 'text'],
  ['state', 'state', 'text'],
  ['kind', 'kind', 'text'],
  ['disease', 'disease', 'text'],
  ['device', 'device', 'text'],
  ['sampledAt', 'sampled_at', 'timestamptz'],
  ['result', 'result', 'text'],
  ['resultAt', 'result_at', 'timestamptz'],
  ['finalAt', 'final_at', 'timestamptz'],
  ['catchUp', 'catch_up', 'boolean'],
  ['reason', 'reason', 'text'],
  ['symptoms', 'symptoms', 'text'],
  ['symptomsOnset', 'symptoms_onset', 'date'],
  ['department', 'department', 'text'],
  ['lateReason', 'late_reason', 'text'],
  ['heldBy', 'held_by', 'text'],
  ['requestDigest', 'request_digest', 'bytea'],
  ['personHash', 'person_hash', 'bytea'],
  ['keyId', 'key_id', 'integer'],
  ['sealed', 'sealed', 'bytea'],
] as const
/** What is not in the screening's row, and its type. */
const besides = [
  ['place', 'integer'],
  ['uvci', 'text'],
  ['issuedAt', 'timestamptz'],
  ['expiresAt', 'timestamptz'],
  ['certificateKeyId', 'integer'],
  ['certificateSealed', 'bytea'],
  ['linkHash', 'bytea'],
  ['linkExpiresAt', 'timestamptz'],
  ['topics', 'text'],
  ['flags', 'text'],
  ['digest', 'bytea'],
  ['act', 'text'],
  ['subject', 'text'],
  ['operatorId', 'text'],
] as const

const recordSet = [
  ...columns.map(([name, , type]) => `"${name}" ${type}`),
  ...besides.map(([name, type]) => `"${name}" ${type}`),
].join(', ')

const text = `with recursive given as materialized (
  select * from jsonb_to_recordset($2::text::jsonb) as v(${recordSet})
), recorded as (
  insert into screening (site_id, counter_id, door, recorded_at, ${columns.map(([, column]) => column).join(', ')})
  select $1::text, $4::text, $5::text, $3::timestamptz, ${columns.map(([name]) => `"${name}"`).join(', ')}
  from given order by id
  on conflict (site_id, id) do nothing returning id
), stored as materialized (
  select given.*, row_number() over (order by given.place) as turn from given join recorded using (id)
), certified as (
  insert into certificate (site_id, screening_id, number, uvci, issued_at, expires_at, key_id, sealed)
  select $1::text, id, 1, uvci, "issuedAt", "expiresAt", "certificateKeyId", "certificateSealed"
  from stored where uvci is not null
), linked as (
  insert into retrieval (site_id, retrieval_hash, screening_id, generation, created_at, expires_at)
  select $1::text, "linkHash", id, 1, $3::timestamptz, "linkExpiresAt" from stored where "linkHash" is not null
), told as (
  insert into outbox (site_id, screening_id, topic, number, created_at, due_at)
  select $1::text, id, topic, 1, $3::timestamptz, $3::timestamptz
  from stored, unnest(string_to_array(topics, ',')) as topic
), flagged as (
  insert into continuity_flag (site_id, screening_id, code, professional_id, counter_id, flagged_at, reason)
  select $1::text, id, code, "professionalId", $4::text, $3::timestamptz, "lateReason"
  from stored, unnest(string_to_array(flags, ',')) as code
  on conflict do nothing
), acts as materialized (
  select turn as place, digest, act, "professionalId", subject, "operatorId" from stored
), ${auditManyExpressions('acts', 6)}
select id from recorded`

/** As `jsonb` gives it to a column of type bytea. */
const hex = (bytes: Uint8Array): string => `\\x${bytesToHex(bytes)}`

const rowOf = (row: NewScreening, place: number): Record<string, unknown> => {
  const { screening, outcome, person } = row
  const certificate = outcome?.certificate ?? null
  const { digest, ...act } = auditManyColumns(actOf(row))
  return {
    id: screening.id,
    state: outcome === null ? 'waiting' : 'final',
    kind: screening.kind.code,
    disease: screening.disease,
    device: screening.sent.device,
    sampledAt: screening.sampledAt,
    result: screening.result,
    resultAt: screening.resultAt,
    finalAt: outcome === null ? null : row.recordedAt,
    catchUp: screening.catchUp,
    reason: screening.reason,
    symptoms: screening.symptoms,
    symptomsOnset: screening.symptomsOnset,
    department: screening.department,
    lateReason: row.late.reason,
    heldBy: row.late.heldBy,
    requestDigest: hex(row.requestDigest),
    personHash: hex(row.personHash),
    keyId: person.keyId,
    sealed: hex(person.sealed),
    place,
    uvci: certificate?.uvci ?? null,
    issuedAt: certificate?.issuedAt ?? null,
    expiresAt: certificate?.expiresAt ?? null,
    certificateKeyId: certificate?.texts.keyId ?? null,
    certificateSealed: certificate === null ? null : hex(certificate.texts.sealed),
    linkHash: outcome === null ? null : hex(outcome.link.hash),
    linkExpiresAt: outcome?.link.expiresAt ?? null,
    topics: outcome?.topics.join(',') ?? '',
    flags: row.late.flags.join(','),
    digest: hex(digest),
    ...act,
  }
}

/**
 * Stores screenings of one site that have different ids, one counter and one moment.
 * @returns the ids of those stored; the others were there
 */
export const insertScreenings = async (
  database: Sql,
  rows: readonly NewScreening[],
): Promise<ReadonlySet<string>> => {
  const [first] = rows
  if (first === undefined) return new Set()
  const { actor, recordedAt } = first
  const siteId = actor.site.id
  const stored = await database.unsafe<{ id: string }[]>(
    text,
    [
      siteId,
      JSON.stringify(rows.map(rowOf)),
      recordedAt,
      actor.counterId,
      actor.door,
      ...auditManyParameters({ siteId, at: recordedAt, actor }),
    ],
    { prepare: true },
  )
  return new Set(stored.map(({ id }) => id))
}

/** SQLSTATE classes 22 (data) and 23 (constraints): what one row can do to a whole statement, and nothing else does. */
export const isFaultOfARow = (error: unknown): boolean =>
  error instanceof postgres.PostgresError && /^2[23]/.test(error.code)

export interface KnownScreening {
  readonly id: string
  readonly state: 'waiting' | 'final'
  readonly isHeld: boolean
  readonly requestDigest: Uint8Array
  readonly keyId: number
}

/** Which of these screenings the site has. */
export const findKnown = async (
  database: Sql,
  siteId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, KnownScreening>> => {
  const rows = await database<KnownScreening[]>`
    select id, state, held_by is not null and confirmed_at is null as "isHeld", request_digest as "requestDigest",
      key_id as "keyId"
    from screening
    where site_id = ${siteId} and id = any(string_to_array(${ids.join(',')}, ',')::uuid[])`
  return new Map(rows.map((row) => [row.id, row]))
}
