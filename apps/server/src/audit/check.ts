/** Walks a site's audit chain and says where it is broken. */
import type { Sql } from 'postgres'
import { digestOf, genesisOf, linkHash } from './chain.ts'

export type ChainCheck =
  | { readonly ok: true; readonly rows: number }
  | {
      readonly ok: false
      /** ROW_MISSING: a number is skipped; ROW_CHANGED: its link does not follow; HEAD_DIFFERS: the end was cut or moved. */
      readonly code: 'ROW_MISSING' | 'ROW_CHANGED' | 'HEAD_DIFFERS'
      readonly sequence: bigint
    }

interface Row {
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

const rowsAtOnce = 1_000

const equal = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

const checkRow = (
  row: Row,
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
  return equal(linkHash(previous, expected, digest), row.hash) ? null : 'ROW_CHANGED'
}

/** Checks a whole chain, a thousand rows at a time, in one snapshot so that appends meanwhile do not disturb it. */
export const checkChain = (database: Sql, siteId: string): Promise<ChainCheck> =>
  database.begin('isolation level repeatable read read only', async (transaction) => {
    let hash = genesisOf(siteId)
    let sequence = 0n
    for await (const rows of transaction<Row[]>`
      select sequence, at, act, professional_id, counter_id, door, subject,
        operator_id, extended, hash
      from audit where site_id = ${siteId} order by sequence`.cursor(rowsAtOnce)) {
      for (const row of rows) {
        const code = checkRow(row, sequence + 1n, hash)
        if (code !== null) return { ok: false, code, sequence: sequence + 1n } as const
        hash = row.hash
        sequence += 1n
      }
    }
    const [head] = await transaction<{ sequence: string; hash: Uint8Array }[]>`
      select sequence, hash from audit_head where site_id = ${siteId}`
    const atHead =
      head === undefined
        ? sequence === 0n
        : BigInt(head.sequence) === sequence && equal(head.hash, hash)
    return atHead
      ? { ok: true, rows: Number(sequence) }
      : { ok: false, code: 'HEAD_DIFFERS', sequence }
  }) as Promise<ChainCheck>
