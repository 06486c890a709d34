/**
 * Walks a site's audit chain and says where it is broken: its links, and, given who signs, whether it is still the
 * chain whose heads were signed and whose beginning was removed by retention and nobody else.
 */
import { equalBytes } from '@sidep/encoding'
import type { Sql, TransactionSql } from 'postgres'
import { digestOf, genesisOf, linkHash } from './chain.ts'
import { readSlowly } from './slow-read.ts'
import { checkpointText, headText, type Position } from './statement.ts'
import type { StatementVerifier } from './statement-signers.ts'

export type ChainFault =
  /** A number is skipped. */
  | 'ROW_MISSING'
  /** The link of a row does not follow from the row before and its own facts. */
  | 'ROW_CHANGED'
  /** The end was cut or moved. */
  | 'HEAD_DIFFERS'
  /** The checkpoint that the chain hangs from is not signed by the portal. */
  | 'CHECKPOINT_FORGED'
  /** A day's head is not signed by the portal. */
  | 'SIGNED_HEAD_FORGED'
  /** The chain is another one than when the day's head was signed: rewritten, or cut. */
  | 'SIGNED_HEAD_DIFFERS'

export type ChainCheck =
  | {
      readonly ok: true
      readonly rows: number
      /** Heads that the chain agrees with; absent when signatures were not asked for. */
      readonly signedHeads?: number
    }
  | BrokenChain

export interface BrokenChain {
  readonly ok: false
  readonly code: ChainFault
  /** Where. */
  readonly sequence: bigint
}

/** A row as the chain covers it. */
export interface ChainRow {
  sequence: string
  at: Date
  act: string
  professional_id: string | null
  counter_id: string | null
  door: string | null
  subject: string | null
  operator_id: string | null
  extended: boolean
  hash: Uint8Array
}

interface SignedRow {
  sequence: string
  hash: Uint8Array
  signed_at: Date
  key_id: Uint8Array
  signature: Uint8Array
}

interface HeadRow extends SignedRow {
  day: string
}

const rowsAtOnce = 1_000

const fault = (code: ChainFault, sequence: bigint): BrokenChain => ({ ok: false, code, sequence })

/** Whether a row is the next of a chain and links to the one before. */
export const checkRow = (
  row: ChainRow,
  expected: bigint,
  previous: Uint8Array,
): 'ROW_MISSING' | 'ROW_CHANGED' | null => {
  if (BigInt(row.sequence) !== expected) return 'ROW_MISSING'
  const digest = digestOf({
    at: row.at,
    act: row.act,
    professionalId: row.professional_id,
    counterId: row.counter_id,
    door: row.door,
    subject: row.subject,
    operatorId: row.operator_id,
    extended: row.extended,
  })
  return equalBytes(linkHash(previous, expected, digest), row.hash) ? null : 'ROW_CHANGED'
}

const positionOf = (siteId: string, { sequence, hash }: SignedRow): Position => ({
  siteId,
  sequence: BigInt(sequence),
  hash,
})

const signedOf = ({ signed_at, key_id, signature }: SignedRow) => ({
  signedAt: signed_at,
  keyId: key_id,
  signature,
})

/** The row before the first that is left: a checkpoint, or the genesis. */
export const readStart = async (
  sql: TransactionSql,
  siteId: string,
  verifies: StatementVerifier | null,
): Promise<Position | BrokenChain> => {
  const [row] = await sql<SignedRow[]>`
    select sequence, hash, signed_at, key_id, signature from audit_checkpoint where site_id = ${siteId}`
  if (row === undefined) return { siteId, sequence: 0n, hash: genesisOf(siteId) }
  const position = positionOf(siteId, row)
  if (verifies?.(checkpointText(position, row.signed_at), signedOf(row)) === false) {
    return fault('CHECKPOINT_FORGED', position.sequence)
  }
  return position
}

/** Signed heads of the chain up to a number (null: all), in order; the first that is forged instead. */
export const readSignedHeads = async (
  sql: TransactionSql,
  siteId: string,
  verifies: StatementVerifier,
  upTo: bigint | null = null,
): Promise<Position[] | BrokenChain> => {
  const heads: Position[] = []
  for (const row of await sql<HeadRow[]>`
    select day::text, sequence, hash, signed_at, key_id, signature from audit_signed_head
    where site_id = ${siteId} and (${upTo === null} or sequence <= ${(upTo ?? 0n).toString()})
    order by sequence, day`) {
    const position = positionOf(siteId, row)
    if (!verifies(headText(row.day, position, row.signed_at), signedOf(row))) {
      return fault('SIGNED_HEAD_FORGED', position.sequence)
    }
    heads.push(position)
  }
  return heads
}

/** Takes signed heads off the front up to where the walk is; the first that says otherwise. */
export const passHeads = (heads: Position[], sequence: bigint, hash: Uint8Array): bigint | null => {
  for (let [next] = heads; next !== undefined && next.sequence <= sequence; [next] = heads) {
    // What lies before the checkpoint cannot be compared any more; its own signature was checked.
    if (next.sequence === sequence && !equalBytes(next.hash, hash)) return next.sequence
    heads.shift()
  }
  return null
}

const walk = async (
  sql: TransactionSql,
  start: Position,
  heads: Position[],
): Promise<Position | BrokenChain> => {
  const { siteId } = start
  let { sequence, hash } = start
  const differs = passHeads(heads, sequence, hash)
  if (differs !== null) return fault('SIGNED_HEAD_DIFFERS', differs)
  for await (const rows of sql<ChainRow[]>`
    select sequence, at, act, professional_id, counter_id, door, subject, operator_id, extended, hash
    from audit where site_id = ${siteId} order by sequence`.cursor(rowsAtOnce)) {
    for (const row of rows) {
      const code = checkRow(row, sequence + 1n, hash)
      if (code !== null) return fault(code, sequence + 1n)
      hash = row.hash
      sequence += 1n
      if (passHeads(heads, sequence, hash) !== null) return fault('SIGNED_HEAD_DIFFERS', sequence)
    }
  }
  const [left] = heads
  return left === undefined
    ? { siteId, sequence, hash }
    : fault('SIGNED_HEAD_DIFFERS', left.sequence)
}

const checkHead = async (sql: TransactionSql, end: Position): Promise<boolean> => {
  const [head] = await sql<{ sequence: string; hash: Uint8Array }[]>`
    select sequence, hash from audit_head where site_id = ${end.siteId}`
  if (head === undefined) return end.sequence === 0n
  return BigInt(head.sequence) === end.sequence && equalBytes(head.hash, end.hash)
}

const checkWithin = async (
  sql: TransactionSql,
  siteId: string,
  verifies: StatementVerifier | null,
): Promise<ChainCheck> => {
  const start = await readStart(sql, siteId, verifies)
  if ('ok' in start) return start
  const heads = verifies === null ? [] : await readSignedHeads(sql, siteId, verifies)
  if ('ok' in heads) return heads
  const signedHeads = heads.length
  const end = await walk(sql, start, heads)
  if ('ok' in end) return end
  if (!(await checkHead(sql, end))) return fault('HEAD_DIFFERS', end.sequence)
  const rows = Number(end.sequence - start.sequence)
  return verifies === null ? { ok: true, rows } : { ok: true, rows, signedHeads }
}

/**
 * Checks a whole chain, a thousand rows at a time, in one snapshot so that appends meanwhile do not disturb it.
 *
 * @param verifies with it, checkpoint and signed heads count too: links alone cannot tell a chain that was
 *   rewritten from its beginning
 */
export const checkChain = (
  database: Sql,
  siteId: string,
  verifies: StatementVerifier | null = null,
): Promise<ChainCheck> => readSlowly(database, (sql) => checkWithin(sql, siteId, verifies))
