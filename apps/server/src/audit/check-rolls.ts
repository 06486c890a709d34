/** Checks the rolls of signed heads, and all chains with them: what `sidep audit --check` runs. */
import type { Sql, TransactionSql } from 'postgres'
import { type ChainCheck, checkChain } from './check.ts'
import { gatherHeads, type RollRow } from './sign-heads.ts'
import { readSlowly } from './slow-read.ts'
import { digestOfRoll, type Roll, rollText } from './statement.ts'
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

export type RollsCheck =
  | { readonly ok: true; readonly days: number }
  | { readonly ok: false; readonly code: RollFault; readonly day: string | null }

/** A day's heads are signed on that day; one more for a process that was down. */
export const overdueHours = 48
const hourMilliseconds = 3_600_000

const checkRoll = async (
  database: TransactionSql,
  row: RollRow,
  previous: Uint8Array | null,
  verifies: StatementVerifier,
): Promise<RollFault | null> => {
  const roll: Roll = row
  const signed = { signedAt: row.signed_at, keyId: row.key_id, signature: row.signature }
  if (!verifies(rollText(roll, row.signed_at), signed)) return 'ROLL_FORGED'
  // What came before the oldest that is kept has gone with its time.
  if (previous !== null && Buffer.compare(previous, row.previous ?? new Uint8Array()) !== 0) {
    return 'ROLL_MISSING'
  }
  const { heads, digest } = await gatherHeads(database, row.day)
  return heads === row.heads && Buffer.compare(digest, row.digest) === 0 ? null : 'ROLL_DIFFERS'
}

/** Checks every roll that is kept, oldest first. @param at now, to tell whether a roll is overdue */
export const checkRolls = (
  database: Sql,
  verifies: StatementVerifier,
  at: Date,
): Promise<RollsCheck> => readSlowly(database, (sql) => checkWithin(sql, verifies, at))

const checkWithin = async (
  database: TransactionSql,
  verifies: StatementVerifier,
  at: Date,
): Promise<RollsCheck> => {
  const rows = await database<RollRow[]>`
    select day::text, heads, digest, previous, signed_at, key_id, signature
    from audit_roll order by day`
  let previous: Uint8Array | null = null
  for (const row of rows) {
    const code = await checkRoll(database, row, previous, verifies)
    if (code !== null) return { ok: false, code, day: row.day }
    previous = digestOfRoll(row, row.signed_at)
  }
  const last = rows.at(-1)
  const since = last?.signed_at ?? (await firstAct(database))
  if (since !== null && at.getTime() - since.getTime() > overdueHours * hourMilliseconds) {
    return { ok: false, code: 'ROLL_OVERDUE', day: last?.day ?? null }
  }
  return { ok: true, days: rows.length }
}

const firstAct = async (database: TransactionSql): Promise<Date | null> => {
  const [row] = await database<{ at: Date | null }[]>`select min(at) as at from audit`
  return row?.at ?? null
}

/** All chains there ever were: one whose rows or head were taken away is still named elsewhere. */
const chainNames = (database: Sql): Promise<string[]> =>
  readSlowly(database, async (sql) => {
    const rows = await sql<{ site_id: string }[]>`
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
  /** Null when one site alone was asked for. */
  readonly rolls: RollsCheck | null
  readonly broken: readonly FoundFault[]
}

/** Above this, the first ones tell enough. */
const brokenMax = 1_000

/**
 * Checks the chain of one site, or all chains and the rolls.
 *
 * @param siteId null for all
 * @param at now
 */
export const checkAudit = async (
  database: Sql,
  siteId: string | null,
  verifies: StatementVerifier,
  at: Date,
): Promise<AuditCheck> => {
  const names = siteId === null ? await chainNames(database) : [siteId]
  const broken: FoundFault[] = []
  const sums = { rows: 0, signedHeads: 0 }
  for (const name of names) {
    const check: ChainCheck = await checkChain(database, name, verifies)
    if (check.ok) {
      sums.rows += check.rows
      sums.signedHeads += check.signedHeads ?? 0
    } else if (broken.length < brokenMax) {
      broken.push({ siteId: name, code: check.code, sequence: check.sequence.toString() })
    }
  }
  const rolls = siteId === null ? await checkRolls(database, verifies, at) : null
  const ok = broken.length === 0 && rolls?.ok !== false
  return { ok, chains: names.length, ...sums, rolls, broken }
}
