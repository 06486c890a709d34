/**
 * The audit chain: append-only, one a site, each row linked to the one before.
 *
 * Invariants
 * - hash(n) = SHA-256(hash(n−1) ‖ n as 8 bytes ‖ digest(n)); hash(0) names the site. `audit_head` holds the last.
 * - A row is written by the same statement as the act it tells of: neither is ever there without the other. Screenings
 *   append theirs in the function that stores them (migration 0023), other acts by the expressions below.
 * - It names professionals, counters and screenings, never a person tested.
 */
import { createHash } from 'node:crypto'
import type { Sql } from 'postgres'
import type { SiteActor } from '../platform/actor.ts'

export type ActName =
  | 'screening.registered'
  | 'screening.recorded'
  | 'screening.result-set'
  /**
   * A positive of more than a day ago was confirmed by somebody else; the subject says who of the authority, and why.
   */
  | 'screening.confirmed'
  /** The subject is the screening, its new version, and what was wrong. */
  | 'screening.corrected'
  /** The subject is the screening, and why. */
  | 'screening.withdrawn'
  | 'screening.link-sent-again'
  /** Reading leaves a trace too (readings.ts); the subject says which list, and how many people it showed. */
  | 'screening.opened'
  | 'screenings.listed'
  | 'screenings.searched'
  | 'duplicates.looked-up'
  | 'delegations.listed'
  | 'retrieval.opened'
  /** A birth date, or the number sent to the phone, was wrong. */
  | 'retrieval.refused'
  | 'retrieval.renewed'
  /** The person's certificate of recovery; the subject is the screening, and which version of it. */
  | 'recovery.issued'
  | 'session.opened'
  /** Added beside a sign-in when a revocation list that was past its next update let the card in. */
  | 'session.opened-on-overdue-list'
  | 'session.site-chosen'
  | 'session.closed'
  /**
   * Ended by somebody who had its cookie and not its device: its tokens made until then work no more, the session and
   * its booklets go on.
   */
  | 'session.token-ended'
  | 'session.extended'
  | 'session.revoked'
  | 'delegation.granted'
  | 'delegation.revoked'
  | 'delegation.taken-up'
  /** By operations, in the chain `portal`; the subject says who, by whom and why. */
  | 'professional.suspended'
  | 'fraud-alert.closed'
  | 'professional.reinstated'
  /** Likewise; the subject says who, which role, by whom and why. */
  | 'operator.added'
  | 'operator.removed'
  /** By somebody of operations, from their screen; the subject says what was asked for, and why. */
  | 'operations.acted'
  /** By a person on duty, in the chain `portal`; the subject says which, how, until when, by whom and why. */
  | 'door.switched'
  /** Likewise; the subject says which feed, by whom and why. */
  | 'feed.paused'
  | 'feed.resumed'
  | 'feed.replayed'
  | 'booklet.given'
  | 'booklet.withdrawn'
  /** The booklet ended with its session; the subject says why. */
  | 'booklet.ended'
  | 'booklets.withdrawn'
  | 'slips.printed'
  | 'slips.cancelled'
  /** The subject is the notice of the act on a whole site that was taken back. */
  | 'site-act.undone'
  | 'backlog.reconciled'
  /** The subject is a screening that has another result, and why. */
  | 'result.set-aside'
  /** Of the portal itself, in the chain `portal`: the subject is the day. */
  | 'audit.heads-signed'
  /** Likewise; the subject says how many of each kind were removed. */
  | 'retention.run'
  /** Likewise; the subject is scope and id of a signing key, and from when it signs. */
  | 'key.published'
  | 'key.revoked'
  /** Likewise; the subject says how many data keys are wrapped by which key-encryption key now. */
  | 'data-keys.rewrapped'

export interface Act {
  readonly siteId: string
  readonly at: Date
  readonly act: ActName
  /** Null for what the portal does by itself. */
  readonly actor: Pick<
    SiteActor,
    'professionalId' | 'counterId' | 'door' | 'operator' | 'extended'
  > | null
  /** Id of what was acted on, e.g. of a screening. */
  readonly subject: string | null
}

/** The facts of a row as the chain covers them. */
export interface Facts {
  readonly at: Date
  readonly act: string
  readonly professionalId: string | null
  readonly counterId: string | null
  readonly door: string | null
  readonly subject: string | null
  /** Who was at the keyboard for the professional; null: the professional. */
  readonly operatorId: string | null
  /** In a session past its normal life. */
  readonly extended: boolean
}

/**
 * SHA-256 of the facts as a JSON array, in this order. Operator and extension are there only when there is one
 * of them to tell: an array of six is a professional in an ordinary session.
 */
export const digestOf = (facts: Facts): Uint8Array =>
  createHash('sha256')
    .update(
      JSON.stringify([
        facts.at.toISOString(),
        facts.act,
        facts.professionalId,
        facts.counterId,
        facts.door,
        facts.subject,
        ...(facts.operatorId === null && !facts.extended ? [] : [facts.operatorId, facts.extended]),
      ]),
    )
    .digest()

/** hash(0) of a site. */
export const genesisOf = (siteId: string): Uint8Array =>
  createHash('sha256').update(`sidep audit|${siteId}`).digest()

/** The next link of a chain. */
export const linkHash = (
  previous: Uint8Array,
  sequence: bigint,
  digest: Uint8Array,
): Uint8Array => {
  const number = new Uint8Array(8)
  new DataView(number.buffer).setBigInt64(0, sequence)
  return createHash('sha256').update(previous).update(number).update(digest).digest()
}

export const auditParameterCount = 11

/**
 * Common table expressions that append one row for each row of the expression `cause` (at most one), to be put
 * in the statement of the act itself.
 *
 * @param cause name of an earlier expression of the statement, with a row when the act happened
 * @param first number of the first of the eleven parameters that `auditParameters` gives
 */
export const auditExpressions = (cause: string, first: number): string => {
  const [site, genesis, digest, at, act, professional, counter, door, subject, operator, extended] =
    Array.from({ length: auditParameterCount }, (_, index) => `$${first + index}`)
  return `audit_link as (
  insert into audit_head as head (site_id, sequence, hash)
  select ${site}::text, 1, sha256(${genesis}::bytea || int8send(1) || ${digest}::bytea) from ${cause}
  on conflict (site_id) do update set sequence = head.sequence + 1,
    hash = sha256(head.hash || int8send(head.sequence + 1) || ${digest}::bytea)
  returning sequence, hash
), audit_row as (
  insert into audit (site_id, sequence, at, act, professional_id, counter_id, door, subject, operator_id,
    extended, hash)
  select ${site}::text, sequence, ${at}::timestamptz, ${act}::text, ${professional}::text, ${counter}::text,
    ${door}::text, ${subject}::text, ${operator}::text, ${extended}::boolean, hash from audit_link
)`
}

type Parameter = string | boolean | Date | Uint8Array | null

/** What a row of the chain says of an act. */
export const factsOf = ({ at, act, actor, subject }: Act): Facts => ({
  at,
  act,
  professionalId: actor?.professionalId ?? null,
  counterId: actor?.counterId ?? null,
  door: actor?.door ?? null,
  subject,
  operatorId: actor?.operator?.id ?? null,
  extended: actor?.extended ?? false,
})

/** Values for the parameters of `auditExpressions`. */
export const auditParameters = (act: Act): Parameter[] => {
  const facts = factsOf(act)
  return [
    act.siteId,
    genesisOf(act.siteId),
    digestOf(facts),
    facts.at,
    facts.act,
    facts.professionalId,
    facts.counterId,
    facts.door,
    facts.subject,
    facts.operatorId,
    facts.extended,
  ]
}

const recordText = `with cause as (select 1), ${auditExpressions('cause', 1)} select 1`

/** Appends an act that has no statement of its own. */
export const recordAct = async (database: Pick<Sql, 'unsafe'>, act: Act): Promise<void> => {
  await database.unsafe(recordText, auditParameters(act), { prepare: true })
}
