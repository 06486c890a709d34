/**
 * The audit chain: append-only, one a site, each row linked to the one before.
 *
 * Invariants
 * - hash(n) = SHA-256(hash(n−1) ‖ n as 8 bytes ‖ digest(n)); hash(0) names the site. `audit_head` holds the last.
 * - A row is written by the same statement as the act it tells of: neither is ever there without the other.
 * - It names professionals, counters and screenings, never a person tested.
 */
import { createHash } from 'node:crypto'
import type { Sql } from 'postgres'
import type { Actor } from '../platform/actor.ts'

export type ActName =
  | 'screening.registered'
  | 'screening.recorded'
  | 'screening.result-set'
  /** A positive of more than a day ago, by somebody else; the subject says who of the authority, and why. */
  | 'screening.confirmed'
  | 'screening.link-sent-again'
  /** Reading leaves a trace too (readings.ts); the subject says which list, and how many people it showed. */
  | 'screening.opened'
  | 'screenings.listed'
  | 'duplicates.looked-up'
  | 'delegations.listed'
  | 'retrieval.opened'
  /** A birth date, or the number sent to the phone, was wrong. */
  | 'retrieval.refused'
  | 'retrieval.renewed'
  | 'session.opened'
  /** Told beside it when a revocation list past its next update let a card in. */
  | 'session.opened-on-overdue-list'
  | 'session.site-chosen'
  | 'session.closed'
  /** By who had its cookie and not its device: tokens of until then work no more, the session and its booklets go on. */
  | 'session.token-ended'
  | 'session.extended'
  | 'session.revoked'
  | 'delegation.granted'
  | 'delegation.revoked'
  | 'delegation.taken-up'
  /** By operations, in the chain `portal`; the subject says who, by whom and why. */
  | 'professional.suspended'
  | 'professional.reinstated'
  /** By a person on duty, in the chain `portal`; the subject says which, how, until when, by whom and why. */
  | 'door.switched'
  | 'booklet.given'
  | 'booklet.withdrawn'
  /** With its session; the subject says why. */
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
    Actor,
    'professionalId' | 'counterId' | 'door' | 'operator' | 'extended'
  > | null
  /** Id of what was acted on, e.g. of a screening. */
  readonly subject: string | null
}

/** The facts of a row as the chain covers them. */
interface Facts {
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

/**
 * The same for many acts of one site at once, which differ in professional, operator and subject: one row of the chain
 * for each row of `acts`, in the order of its column `place` (1, 2, …). It has the columns `digest`, `act`,
 * `professionalId`, `subject`, `operatorId`; the statement begins with `with recursive`.
 *
 * The head is locked behind `acts`, as in the statement of one act, so that the two cannot wait for each other. Where
 * there is no head yet and another statement makes it meanwhile, this one fails on the key of `audit`, whole.
 *
 * @param first number of the first of the six parameters that `auditManyParameters` gives
 */
export const auditManyExpressions = (acts: string, first: number): string => {
  const [site, genesis, at, counter, door, extended] = Array.from(
    { length: auditManyParameterCount },
    (_, index) => `$${first + index}`,
  )
  return `audit_start as materialized (
  select sequence, hash from audit_head
  where site_id = ${site}::text and (select count(*) from ${acts}) > 0 for update
), audit_link (place, sequence, hash) as (
  select 0::bigint, coalesce(start.sequence, 0), coalesce(start.hash, ${genesis}::bytea)
  from (select 1) as one left join audit_start as start on true
  union all
  select link.place + 1, link.sequence + 1, sha256(link.hash || int8send(link.sequence + 1) || told.digest)
  from audit_link as link join ${acts} as told on told.place = link.place + 1
), audit_end as (
  insert into audit_head (site_id, sequence, hash)
  select ${site}::text, sequence, hash from audit_link where place > 0 order by place desc limit 1
  on conflict (site_id) do update set sequence = excluded.sequence, hash = excluded.hash
), audit_row as (
  insert into audit (site_id, sequence, at, act, professional_id, counter_id, door, subject, operator_id,
    extended, hash)
  select ${site}::text, link.sequence, ${at}::timestamptz, told.act, told."professionalId", ${counter}::text,
    ${door}::text, told.subject, told."operatorId", ${extended}::boolean, link.hash
  from audit_link as link join ${acts} as told using (place)
)`
}

const auditManyParameterCount = 6

/** Values for the parameters of `auditManyExpressions`: what the acts have in common. */
export const auditManyParameters = ({
  siteId,
  at,
  actor,
}: Omit<Act, 'act' | 'subject'>): Parameter[] => [
  siteId,
  genesisOf(siteId),
  at,
  actor?.counterId ?? null,
  actor?.door ?? null,
  actor?.extended ?? false,
]

/** The columns of one of many acts. */
export const auditManyColumns = ({ at, act, actor, subject }: Act) => {
  const professionalId = actor?.professionalId ?? null
  const operatorId = actor?.operator?.id ?? null
  const digest = digestOf({
    at,
    act,
    professionalId,
    counterId: actor?.counterId ?? null,
    door: actor?.door ?? null,
    subject,
    operatorId,
    extended: actor?.extended ?? false,
  })
  return { digest, act, professionalId, subject, operatorId }
}

type Parameter = string | boolean | Date | Uint8Array | null

/** Values for the parameters of `auditExpressions`. */
export const auditParameters = ({ siteId, at, act, actor, subject }: Act): Parameter[] => {
  const professionalId = actor?.professionalId ?? null
  const counterId = actor?.counterId ?? null
  const door = actor?.door ?? null
  const operatorId = actor?.operator?.id ?? null
  const extended = actor?.extended ?? false
  const facts: Facts = { at, act, professionalId, counterId, door, subject, operatorId, extended }
  return [
    siteId,
    genesisOf(siteId),
    digestOf(facts),
    at,
    act,
    professionalId,
    counterId,
    door,
    subject,
    operatorId,
    extended,
  ]
}

const recordText = `with cause as (select 1), ${auditExpressions('cause', 1)} select 1`

/** Appends an act that has no statement of its own. */
export const recordAct = async (database: Pick<Sql, 'unsafe'>, act: Act): Promise<void> => {
  await database.unsafe(recordText, auditParameters(act), { prepare: true })
}
