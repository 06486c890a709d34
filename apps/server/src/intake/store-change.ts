/**
 * The two writes that change what is said of a screening: functions of the database, with the site first (migration
 * 0027). Each has the change, the revocation of the old certificate, link, outbox, flags and audit, or nothing of it.
 */
import type { CorrectionReason, ScreeningWithdrawalReason } from '@sidep/contracts'
import type { Sql } from 'postgres'
import { type Act, type Facts, factColumns, factsOf, genesisOf, hex } from '../audit/chain.ts'
import type { SiteActor } from '../platform/actor.ts'
import type { Sealed } from '../platform/vault.ts'
import { type CertificateRow, certificateColumns } from './certificate-row.ts'

/** The certificate that no longer counts, by what verifiers compare. */
export interface Revoked {
  readonly number: number
  /** SHA-256, 32 bytes; null where there is no EU certificate. */
  readonly hcertHash: Uint8Array | null
  /** SHA-256, 32 bytes; null where the certificate in its place says the same. */
  readonly twoddocHash: Uint8Array | null
  /** What the French code of the certificate in its place says; null: nothing comes in its place. */
  readonly saidAgain: Uint8Array | null
}

/** What operations look into: codes of `continuity_flag` that a change can have. */
export type ChangeFlag = 'RESULT_CORRECTED' | 'PERSON_REPLACED' | 'POSITIVE_LATE'

interface Change {
  readonly screeningId: string
  /** Of the change itself. */
  readonly id: string
  readonly actor: SiteActor
  readonly at: Date
  /** Version that its author saw, from 1. */
  readonly replaces: number
  readonly state: 'waiting' | 'final'
  readonly revoked: Revoked | null
  /** Outbox topics. */
  readonly topics: readonly string[]
}

export interface NewCorrection extends Change {
  readonly reason: CorrectionReason
  readonly requestDigest: Uint8Array
  readonly device: string
  readonly sampledAt: Date
  readonly result: 'negative' | 'positive' | 'inconclusive' | null
  readonly personHash: Uint8Array
  readonly person: Sealed
  readonly heldBy: string | null
  readonly certificate: CertificateRow | null
  /** Another link than before, where the old one went to somebody else; null: it stays. */
  readonly link: {
    readonly hash: Uint8Array
    readonly expiresAt: Date
    readonly generation: number
  } | null
  readonly flags: readonly ChangeFlag[]
}

export interface NewWithdrawal extends Change {
  readonly reason: ScreeningWithdrawalReason
}

const actOf = ({ actor, at, screeningId }: Change, act: Act['act'], said: string): Act => ({
  siteId: actor.site.id,
  at,
  act,
  actor,
  subject: `${screeningId} ${said}`,
})

/** By the names that the functions read. */
const commonOf = (
  { id, replaces, state, revoked, topics }: Omit<Change, 'actor' | 'at' | 'screeningId'>,
  facts: Facts,
  reason: string,
): Readonly<Record<string, unknown>> => ({
  id,
  reason,
  replaces,
  state,
  topics,
  flags: [],
  ...(revoked === null
    ? {}
    : {
        revoked_number: revoked.number,
        hcert_hash: revoked.hcertHash === null ? null : hex(revoked.hcertHash),
        twoddoc_hash: revoked.twoddocHash === null ? null : hex(revoked.twoddocHash),
        ...(revoked.saidAgain === null ? {} : { twoddoc_said_again: hex(revoked.saidAgain) }),
      }),
  ...factColumns(facts),
})

const changeBy = async (
  database: Sql,
  name: 'correct_screening' | 'withdraw_screening',
  siteId: string,
  { screeningId, at }: Pick<Change, 'screeningId' | 'at'>,
  change: Readonly<Record<string, unknown>>,
): Promise<boolean> => {
  const [row] = await database.unsafe<{ done: boolean }[]>(
    `select ${name}($1, $2, $3, $4, $5::text::jsonb) as done`,
    [siteId, screeningId, at, genesisOf(siteId), JSON.stringify(change)],
    { prepare: true },
  )
  return row?.done ?? false
}

/** @returns false, and changes nothing, when the screening is not as the author of the correction saw it */
export const insertCorrection = (database: Sql, row: NewCorrection): Promise<boolean> => {
  const { certificate, link, reason, person } = row
  const version = row.replaces + 1
  const act = actOf(row, 'screening.corrected', `version:${version} reason:${reason}`)
  return changeBy(database, 'correct_screening', row.actor.site.id, row, {
    ...commonOf(row, factsOf(act), reason),
    revocation_reason: 'corrected',
    request_digest: hex(row.requestDigest),
    device: row.device,
    sampled_at: row.sampledAt,
    result: row.result,
    person_hash: hex(row.personHash),
    key_id: person.keyId,
    sealed: hex(person.sealed),
    held_by: row.heldBy,
    flags: row.flags,
    ...certificateColumns(certificate),
    ...(link === null
      ? {}
      : {
          retrieval_hash: hex(link.hash),
          retrieval_expires_at: link.expiresAt,
          retrieval_generation: link.generation,
        }),
  })
}

/** @returns as `insertCorrection` */
export const insertWithdrawal = (database: Sql, row: NewWithdrawal): Promise<boolean> => {
  const act = actOf(row, 'screening.withdrawn', `reason:${row.reason}`)
  return changeBy(database, 'withdraw_screening', row.actor.site.id, row, {
    ...commonOf(row, factsOf(act), row.reason),
    revocation_reason: 'withdrawn',
  })
}

/** By the authority's person on duty, whom operations know by a name, and not by the site. */
export interface AuthorityWithdrawal extends Omit<Change, 'actor'> {
  readonly siteId: string
  readonly name: string
  readonly words: string
}

/** Stands in the chain and in the record in the place of a professional. */
const authority = 'authority'

/** @returns as `insertCorrection` */
export const insertAuthorityWithdrawal = (
  database: Sql,
  row: AuthorityWithdrawal,
): Promise<boolean> => {
  const facts: Facts = {
    at: row.at,
    act: 'screening.withdrawn',
    professionalId: authority,
    counterId: null,
    door: authority,
    subject: `${row.screeningId} ${row.name}: ${row.words}`,
    operatorId: null,
    extended: false,
  }
  return changeBy(database, 'withdraw_screening', row.siteId, row, {
    ...commonOf(row, facts, 'other'),
    revocation_reason: authority,
  })
}

/** A correction that is stored, to tell a replay from another one under its id. */
export interface KnownCorrection {
  readonly request_digest: Uint8Array
  readonly key_id: number
}

/** The correction of a screening by its own id. */
export const findCorrection = async (
  database: Sql,
  siteId: string,
  screeningId: string,
  id: string,
): Promise<KnownCorrection | undefined> => {
  const [row] = await database<KnownCorrection[]>`
    select request_digest, key_id from correction
    where site_id = ${siteId} and screening_id = ${screeningId} and id = ${id}`
  return row
}
