/** The index in force and its parts, as every process reads them. Local tables, asked every few seconds. */
import type { Sql, TransactionSql } from 'postgres'
import { underLocks } from '../platform/under-locks.ts'

export interface StoredIndex {
  readonly number: number
  readonly issuedAt: Date
  readonly digest: Uint8Array
  readonly signed: Uint8Array
}

interface Row {
  readonly number: string
  readonly issued_at: Date
  readonly content_digest: Uint8Array
  readonly signed: Uint8Array
}

/** The newest; null when none was ever signed. */
export const readNewest = async (database: Sql | TransactionSql): Promise<StoredIndex | null> => {
  const [row] = await database<Row[]>`
    select number, issued_at, content_digest, signed from trust_index order by number desc limit 1`
  if (row === undefined) return null
  const { issued_at: issuedAt, content_digest: digest, signed } = row
  return { number: Number(row.number), issuedAt, digest, signed }
}

/** Under this name one process at a time says what is next. */
export const indexLock = 'trust-index'

/** Older indexes are of no use to anybody; some are kept for who must find out what was said. */
const indexesKept = 500

export const insertIndex = async (
  transaction: TransactionSql,
  { number, issuedAt, digest, signed }: StoredIndex,
  parts: ReadonlyMap<string, Uint8Array>,
): Promise<void> => {
  for (const [sha256, bytes] of parts) {
    await transaction`
      insert into trust_part (sha256, bytes, named_at)
      values (${Buffer.from(sha256, 'hex')}, ${bytes}, ${issuedAt})
      on conflict (sha256) do update set named_at = excluded.named_at`
  }
  await transaction`
    insert into trust_index (number, issued_at, content_digest, signed)
    values (${number}, ${issuedAt}, ${digest}, ${signed})`
  await transaction`delete from trust_index where number <= ${number - indexesKept}`
}

export const deletePartsBefore = async (
  transaction: TransactionSql,
  before: Date,
): Promise<void> => {
  await transaction`delete from trust_part where named_at < ${before}`
}

/** Hashes of all parts that are served: those of the index in force, and of others for a day. */
export const readPartNames = async (database: Sql): Promise<ReadonlySet<string>> => {
  const rows = await database<{ sha256: Uint8Array }[]>`select sha256 from trust_part`
  return new Set(rows.map(({ sha256 }) => Buffer.from(sha256).toString('hex')))
}

export const readPart = async (database: Sql, sha256: string): Promise<Uint8Array | null> => {
  const [row] = await database<{ bytes: Uint8Array }[]>`
    select bytes from trust_part where sha256 = ${Buffer.from(sha256, 'hex')}`
  return row?.bytes ?? null
}

/** A part of others, with when it was so. */
export interface CarriedPart {
  readonly name: string
  readonly asOf: Date
  readonly bytes: Uint8Array
}

/** What tells one state of all carried parts from another. */
export const readCarriedWording = async (database: Sql): Promise<string> => {
  const rows = await database<{ name: string; carried_at: Date }[]>`
    select name, carried_at from trust_carried order by name`
  return rows.map(({ name, carried_at: at }) => `${name} ${at.toISOString()}`).join('\n')
}

export const readCarried = async (database: Sql): Promise<readonly CarriedPart[]> => {
  const rows = await database<{ name: string; as_of: Date; bytes: Uint8Array }[]>`
    select name, as_of, bytes from trust_carried order by name`
  return rows.map(({ name, as_of: asOf, bytes }) => ({ name, asOf, bytes }))
}

/** Puts all that others publish in the place of what was carried before. */
export const replaceCarried = (
  database: Sql,
  parts: readonly CarriedPart[],
  at: Date,
): Promise<void> =>
  underLocks(database, [indexLock], async (transaction) => {
    await transaction`delete from trust_carried`
    for (const { name, asOf, bytes } of parts) {
      await transaction`
        insert into trust_carried (name, as_of, bytes, carried_at)
        values (${name}, ${asOf}, ${bytes}, ${at})`
    }
  })
