/** Checks the rolls of signed heads, and all chains with them: what `sidep audit --check` runs. */

import { equalBytes } from '@sidep/encoding'
import { dayMilliseconds, hourMilliseconds } from '@sidep/time'
import type { Sql, TransactionSql } from 'postgres'
import { type ChainCheck, checkChain } from './check.ts'
import { gatherHeads, type RollRow, readStartStatement, rollColumns } from './sign-heads.ts'
import { readSlowly } from './slow-read.ts'
import { digestOfRoll, digestOfStart, rollText, startText } from './statement.ts'
import type { StatementVerifier } from './statement-signers.ts'

export type RollFault =
  /** Not signed by the portal. */
  | 'ROLL_FORGED'
  /** Names another roll before it than there is: one was taken out. */
  | 'ROLL_MISSING'
  /** The day's signed heads are others, or fewer. */
  | 'ROLL_DIFFERS'
  /** Heads were not signed for two days. */
  | 'ROLL_OVERDUE'
  /** The start of the numbered rolls is missing, or not signed by the portal. */
  | 'START_FORGED'
  /** A digest kept outside is of another roll than the one here: what came before it was rewritten. */
  | 'OUTSIDE_DIFFERS'
  /** A digest kept outside has a number that is not here yet: the database was set back. */
  | 'OUTSIDE_AHEAD'
  /** There was no digest from outside. */
  | 'OUTSIDE_NONE'

export type RollsCheck =
  /** `agreed`: the number of the newest roll that a digest from outside agrees with: all before it is as it was then. */
  | { readonly ok: true; readonly days: number; readonly agreed: number }
  | { readonly ok: false; readonly code: RollFault; readonly day: string | null }

/** A roll's digest, kept where neither the database nor the signer reaches it: in a bundle of a verifier, in a log elsewhere. */
export interface OutsideDigest {
  readonly number: number
  /** 32 bytes. */
  readonly digest: Uint8Array
}

/** A day's heads are signed on that day; one more for a process that was down. */
export const overdueHours = 48

/** What a roll must name as the one before it. */
interface Link {
  readonly number: number | null
  readonly digest: Uint8Array
}

const isEqual = (one: Uint8Array, other: Uint8Array | null): boolean =>
  equalBytes(one, other ?? new Uint8Array())

const checkRoll = async (
  database: TransactionSql,
  roll: RollRow,
  before: Link | null,
  { verifies, headsKeptSince }: Pick<RollsCheckDependencies, 'verifies' | 'headsKeptSince'>,
): Promise<RollFault | null> => {
  const signed = { signedAt: roll.signed_at, keyId: roll.key_id, signature: roll.signature }
  if (!verifies(rollText(roll, roll.signed_at), signed)) return 'ROLL_FORGED'
  if (before !== null) {
    const isNext = roll.number === null || roll.number === (before.number ?? 0) + 1
    if (!isNext || !isEqual(before.digest, roll.previous)) return 'ROLL_MISSING'
  }
  // A day's heads go with their time; its roll, in which nobody is, stays.
  if (Date.parse(roll.day) + dayMilliseconds < headsKeptSince.getTime()) return null
  const { heads, digest } = await gatherHeads(database, roll.day)
  return heads === roll.heads && isEqual(digest, roll.digest) ? null : 'ROLL_DIFFERS'
}

/** The signed start that the first numbered roll hangs from. */
const readLinkOfStart = async (
  database: TransactionSql,
  verifies: StatementVerifier,
): Promise<Link | null> => {
  const start = await readStartStatement(database)
  if (start === undefined) return null
  const signed = { signedAt: start.signed_at, keyId: start.key_id, signature: start.signature }
  return verifies(startText(start, start.signed_at), signed)
    ? { number: 0, digest: digestOfStart(start, start.signed_at) }
    : null
}

const compareOutside = (
  rows: readonly RollRow[],
  outside: readonly OutsideDigest[],
): { readonly agreed: number } | RollFault => {
  const newest = rows.at(-1)?.number ?? 0
  let agreed: number | null = null
  for (const { number, digest } of outside) {
    if (number > newest) return 'OUTSIDE_AHEAD'
    const row = rows.find((roll) => roll.number === number)
    if (row === undefined || !isEqual(digestOfRoll(row, row.signed_at), digest)) {
      return 'OUTSIDE_DIFFERS'
    }
    agreed = Math.max(agreed ?? 0, number)
  }
  return agreed === null ? 'OUTSIDE_NONE' : { agreed }
}

export interface RollsCheckDependencies {
  readonly verifies: StatementVerifier
  /** Now, to tell whether a roll is overdue. */
  readonly at: Date
  /** Heads of days before this may be gone: their time is over. */
  readonly headsKeptSince: Date
  readonly outside: readonly OutsideDigest[]
}

/**
 * Checks every roll that is kept, oldest first, and compares with what was kept outside. Without that, whoever has the
 * database and the signer could have written all of it anew.
 */
export const checkRolls = (
  database: Sql,
  dependencies: RollsCheckDependencies,
): Promise<RollsCheck> => readSlowly(database, (sql) => checkWithin(sql, dependencies))

const checkWithin = async (
  database: TransactionSql,
  dependencies: RollsCheckDependencies,
): Promise<RollsCheck> => {
  const rows = await database<RollRow[]>`
    select ${database.unsafe(rollColumns)} from audit_roll order by day`
  const { at, outside } = dependencies
  let before: Link | null = null
  for (const row of rows) {
    if (row.number !== null && (before === null || before.number === null)) {
      before = await readLinkOfStart(database, dependencies.verifies)
      if (before === null) return { ok: false, code: 'START_FORGED', day: row.day }
    }
    const code = await checkRoll(database, row, before, dependencies)
    if (code !== null) return { ok: false, code, day: row.day }
    before = { number: row.number, digest: digestOfRoll(row, row.signed_at) }
  }
  const last = rows.at(-1)
  const since = last?.signed_at ?? (await firstAct(database))
  if (since !== null && at.getTime() - since.getTime() > overdueHours * hourMilliseconds) {
    return { ok: false, code: 'ROLL_OVERDUE', day: last?.day ?? null }
  }
  const compared = compareOutside(rows, outside)
  if (typeof compared === 'string') return { ok: false, code: compared, day: null }
  return { ok: true, days: rows.length, ...compared }
}

const firstAct = async (database: TransactionSql): Promise<Date | null> => {
  const [row] = await database<{ at: Date | null }[]>`
    -- across sites: when the oldest act of all was
    select min(at) as at from audit`
  return row?.at ?? null
}

/** All chains there ever were: one whose rows or head were taken away is still named elsewhere. */
const chainNames = (database: Sql): Promise<string[]> =>
  readSlowly(database, async (sql) => {
    const rows = await sql<{ site_id: string }[]>`
      -- across sites: a check of all chains, by hand
      select site_id from audit_head union select site_id from audit_signed_head
      union select site_id from audit_checkpoint union select site_id from audit order by site_id`
    return rows.map(({ site_id }) => site_id)
  })

export interface FoundFault {
  readonly siteId: string
  readonly code: string
  readonly sequence: string
}

export interface AuditCheck {
  readonly ok: boolean
  readonly chains: number
  readonly rows: number
  readonly signedHeads: number
  readonly rolls: RollsCheck
  readonly broken: readonly FoundFault[]
}

/** Above this, the first ones tell enough. */
const brokenMax = 1_000

/**
 * Checks the chain of one site, or all chains, and the rolls that their signed heads stand in.
 *
 * @param siteId null for all
 */
export const checkAudit = async (
  database: Sql,
  siteId: string | null,
  dependencies: RollsCheckDependencies,
): Promise<AuditCheck> => {
  const names = siteId === null ? await chainNames(database) : [siteId]
  const broken: FoundFault[] = []
  const sums = { rows: 0, signedHeads: 0 }
  for (const name of names) {
    const check: ChainCheck = await checkChain(database, name, dependencies.verifies)
    if (check.ok) {
      sums.rows += check.rows
      sums.signedHeads += check.signedHeads ?? 0
    } else if (broken.length < brokenMax) {
      broken.push({ siteId: name, code: check.code, sequence: check.sequence.toString() })
    }
  }
  const rolls = await checkRolls(database, dependencies)
  const ok = broken.length === 0 && rolls.ok
  return { ok, chains: names.length, ...sums, rolls, broken }
}
