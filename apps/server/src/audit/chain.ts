/**
 * The audit chain: append-only, one a site, each row linked to the one before.
 *
 * Invariants
 * - hash(n) = SHA-256(hash(n−1) ‖ n as 8 bytes ‖ digest(n)); hash(0) names the site. `audit_head` holds the last.
 * - A row is written in the transaction of the act it tells of, mostly by the function that does it: neither is ever there
 *   without the other.
 * - It names professionals, counters and screenings, never a person tested.
 */
import { createHash, hash } from 'node:crypto'
import type { Sql, TransactionSql } from 'postgres'
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
  /** Software of a vendor may work for a professional at the site; the subject is the delegation, and which vendor. */
  | 'vendor-delegation.granted'
  | 'vendor-delegation.ended'
  /** By operations, in the chain `portal`; the subject says which vendor, what, by whom and why. */
  | 'vendor.added'
  | 'vendor.changed'
  | 'vendor.suspended'
  | 'vendor.reinstated'
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
  /** Likewise, of a tolerance notice; the subject says which, when signed its digest, by whom and why. */
  | 'notice.drafted'
  | 'notice.signed'
  | 'notice.withdrawn'
  /** By the link of a digest; the subject says whose, of which day, and how many entries. */
  | 'digest.denied'
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
  /** Likewise; the subject is the second that the database was set back to. */
  | 'portal.restored'

export interface Act {
  readonly siteId: string
  readonly at: Date
  readonly act: ActName
  /** Null for what the portal does by itself. */
  readonly actor: Pick<
    SiteActor,
    'professionalId' | 'counterId' | 'door' | 'operator' | 'vendor' | 'extended'
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
  /** Who, or `vendor:` and which software, was at the keyboard for the professional; null: the professional. */
  readonly operatorId: string | null
  /** In a session past its normal life. */
  readonly extended: boolean
}

/**
 * SHA-256 of the facts as a JSON array, in this order. Operator and extension are there only when there is one
 * of them to tell: an array of six is a professional in an ordinary session.
 */
export const digestOf = (facts: Facts): Uint8Array =>
  hash(
    'sha256',
    JSON.stringify([
      facts.at.toISOString(),
      facts.act,
      facts.professionalId,
      facts.counterId,
      facts.door,
      facts.subject,
      ...(facts.operatorId === null && !facts.extended ? [] : [facts.operatorId, facts.extended]),
    ]),
    'buffer',
  )

/** hash(0) of a site. */
export const genesisOf = (siteId: string): Uint8Array =>
  hash('sha256', `sidep audit|${siteId}`, 'buffer')

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

/** How the chain names software that acts for a professional. */
export const vendorOperatorId = (vendorId: string): string => `vendor:${vendorId}`

/** What a row of the chain says of an act. */
export const factsOf = ({ at, act, actor, subject }: Act): Facts => ({
  at,
  act,
  professionalId: actor?.professionalId ?? null,
  counterId: actor?.counterId ?? null,
  door: actor?.door ?? null,
  subject,
  operatorId: actor?.operator?.id ?? (actor?.vendor ? vendorOperatorId(actor.vendor.id) : null),
  extended: actor?.extended ?? false,
})

/** As JSON gives it to a column of type bytea. */
export const hex = ({ buffer, byteOffset, byteLength }: Uint8Array): string =>
  `\\x${Buffer.from(buffer, byteOffset, byteLength).toString('hex')}`

/** By the names that the functions of the database read. */
export const factColumns = (facts: Facts): Readonly<Record<string, unknown>> => ({
  act: facts.act,
  professional_id: facts.professionalId,
  counter_id: facts.counterId,
  door: facts.door,
  subject: facts.subject,
  operator_id: facts.operatorId,
  extended: facts.extended,
  digest: hex(digestOf(facts)),
})

/** Functions of the database that do an act and append it (from migration 0038 on). */
export type ActFunction =
  | 'audit_append_1'
  | 'set_result_1'
  | 'confirm_screening_1'
  | 'send_again_1'
  | 'refuse_link_1'
  | 'open_link_1'
  | 'renew_link_1'
  | 'give_booklet_1'
  | 'print_slips_1'
  | 'reconcile_items_1'
  | 'store_recovery_1'

/**
 * Does an act by its function, in one call that a cluster runs where the site is.
 *
 * @param given what the function reads besides the facts, by names of columns
 * @returns what it returns
 */
export const callAct = async <Answer>(
  database: Pick<Sql, 'unsafe'>,
  name: ActFunction,
  act: Act,
  given: Readonly<Record<string, unknown>> = {},
): Promise<Answer> => {
  const [row] = await database.unsafe<{ answer: Answer }[]>(
    `select ${name}($1, $2, $3, $4::text::jsonb) as answer`,
    [
      act.siteId,
      act.at,
      genesisOf(act.siteId),
      JSON.stringify({ ...given, ...factColumns(factsOf(act)) }),
    ],
    { prepare: true },
  )
  return row?.answer as Answer
}

/** Appends an act that has no function of its own. */
export const recordAct = (database: Pick<Sql, 'unsafe'>, act: Act): Promise<void> =>
  callAct(database, 'audit_append_1', act)

/**
 * Does a rare act and appends it, both or neither.
 *
 * @param work answers how many rows the act changed; with none, nothing is appended
 * @returns what `work` did
 */
export const withAct = async (
  database: Sql,
  act: Act,
  work: (sql: TransactionSql) => Promise<number>,
): Promise<number> => {
  const kept = { done: 0 }
  await database.begin(async (sql) => {
    kept.done = await work(sql)
    if (kept.done > 0) await recordAct(sql, act)
  })
  return kept.done
}

/** The same for an act that is one statement. @returns whether it changed anything */
export const withOneStatement = async (
  database: Sql,
  act: Act,
  statement: (sql: TransactionSql) => PromiseLike<{ readonly count: number }>,
): Promise<boolean> =>
  (await withAct(database, act, async (sql) => (await statement(sql)).count)) > 0
