/**
 * Cuts the beginning off an audit chain when its time is over, and leaves a signed checkpoint from which the rest can
 * be checked.
 *
 * Invariants
 * - Checkpoint and removal are one transaction: the chain hangs from its genesis or from its checkpoint, always.
 * - Only the beginning is cut: a row before one that is not due stays with it.
 * - What is cut is checked first, links and signed heads. A chain that is not as it was written is not cut: a
 *   checkpoint must not bless what somebody changed.
 */
import type { Sql, TransactionSql } from 'postgres'
import type { Signer } from '../../platform/signer.ts'
import {
  type BrokenChain,
  type ChainRow,
  checkRow,
  passHeads,
  readSignedHeads,
  readStart,
} from '../check.ts'
import { checkpointText, type Position, signStatement } from '../statement.ts'
import type { StatementVerifier } from '../statement-signers.ts'
import { addRemoved } from './run-store.ts'

const rowsAtOnce = 1_000

export interface PruneDependencies {
  readonly database: Sql
  readonly clock: { now(): Date }
  readonly signer: Signer
  readonly verifies: StatementVerifier
}

type Cut = { readonly ok: true; readonly rows: number }

/** The last row that goes: of the first rows those that are due, as far as they hold. */
const findCut = (
  start: Position,
  heads: Position[],
  rows: readonly ChainRow[],
  before: Date,
): Position | BrokenChain => {
  let { sequence, hash } = start
  for (const row of rows) {
    if (row.at >= before) break
    const code = checkRow(row, sequence + 1n, hash)
    if (code !== null) return { ok: false, code, sequence: sequence + 1n }
    sequence += 1n
    hash = row.hash
    if (passHeads(heads, sequence, hash) !== null) {
      return { ok: false, code: 'SIGNED_HEAD_DIFFERS', sequence }
    }
  }
  return { siteId: start.siteId, sequence, hash }
}

const storeCut = async (
  sql: TransactionSql,
  { signer, clock }: PruneDependencies,
  cut: Position,
): Promise<number> => {
  const at = clock.now()
  const signed = await signStatement(signer, checkpointText(cut, at), at)
  const sequence = cut.sequence.toString()
  // The owner's function: the role that the portal works as may not remove an act.
  const [gone] = await sql<{ acts: number }[]>`
    select audit_cut(${cut.siteId}, ${sequence}::bigint, ${cut.hash}, ${at}, ${signed.keyId},
      ${signed.signature}) as acts`
  return gone?.acts ?? 0
}

const pruneBatch = async (
  sql: TransactionSql,
  dependencies: PruneDependencies,
  runId: string,
  siteId: string,
  before: Date,
): Promise<Cut | BrokenChain> => {
  // Also keeps two runs, should there ever be two, from cutting the same rows.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`audit cut ${siteId}`}, 0))`
  const start = await readStart(sql, siteId, dependencies.verifies)
  if ('ok' in start) return start
  const heads = await readSignedHeads(
    sql,
    siteId,
    dependencies.verifies,
    start.sequence + BigInt(rowsAtOnce),
  )
  if ('ok' in heads) return heads
  const rows = await sql<ChainRow[]>`
    select sequence, at, act, professional_id, counter_id, door, subject, operator_id, extended, hash
    from audit where site_id = ${siteId} order by sequence limit ${rowsAtOnce}`
  const cut = findCut(start, heads, rows, before)
  if ('ok' in cut) return cut
  if (cut.sequence === start.sequence) return { ok: true, rows: 0 }
  const removed = await storeCut(sql, dependencies, cut)
  await addRemoved(sql, runId, { act: removed })
  return { ok: true, rows: removed }
}

/** Cuts all that is due from one chain. @returns what is wrong with it when that forbids cutting, else null */
export const pruneChain = async (
  dependencies: PruneDependencies,
  runId: string,
  siteId: string,
  before: Date,
  stopping: AbortSignal,
): Promise<BrokenChain | null> => {
  while (!stopping.aborted) {
    const cut: Cut | BrokenChain = await dependencies.database.begin((sql) =>
      pruneBatch(sql, dependencies, runId, siteId, before),
    )
    if (!cut.ok) return cut
    if (cut.rows < rowsAtOnce) return null
  }
  return null
}
