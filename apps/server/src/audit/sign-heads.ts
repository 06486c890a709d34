/**
 * Once a day the heads of all chains that grew are signed, each by itself, and then the day's heads together: the roll.
 *
 * Invariants
 * - A signed head is never changed: `(site_id, day)` decides who was first. Cut off in the middle, the next run signs
 *   what is missing; the roll comes last, over what is stored, so that a day has one roll and it covers its heads.
 * - Each roll has the next number and names the one before, the first the signed start: no day can be taken out, and none
 *   put before. Its digest goes into the trust bundle, where every verifier keeps it and nobody can take it back.
 */
import type { Sql, TransactionSql } from 'postgres'
import type { Log } from '../platform/context.ts'
import type { Signer } from '../platform/signer.ts'
import { withAct } from './chain.ts'
import { locks, whenAlone } from './single-run.ts'
import {
  dayOf,
  digestOfRoll,
  digestOfStart,
  headText,
  makeRollDigest,
  type Position,
  type Roll,
  rollText,
  type Start,
  signStatement,
  startText,
} from './statement.ts'
import { publishSigner } from './statement-signers.ts'

/** Acts of the portal itself that belong to no site. */
export const portalChain = 'portal'

export interface HeadDependencies {
  readonly database: Sql
  readonly clock: { now(): Date }
  /** Of scope `continuity`. */
  readonly signer: Signer
  readonly log: Pick<Log, 'info'>
}

const chainsAtOnce = 500

interface HeadRow {
  readonly site_id: string
  readonly sequence: string
  readonly hash: Uint8Array
}

const positionOf = ({ site_id, sequence, hash }: HeadRow): Position => ({
  siteId: site_id,
  sequence: BigInt(sequence),
  hash,
})

/** Chains after `cursor` that grew since they were last signed; a look across sites, once a day. */
const grownChains = (database: Sql, cursor: string, day: string): Promise<HeadRow[]> =>
  database<HeadRow[]>`
    -- across sites: chains that grew, once a day
    select head.site_id, head.sequence, head.hash from audit_head head
    left join lateral (
      select day, sequence from audit_signed_head signed
      where signed.site_id = head.site_id order by signed.day desc limit 1
    ) last on true
    where head.site_id > ${cursor}
      and (last.day is null or (last.day < ${day}::date and last.sequence < head.sequence))
    order by head.site_id limit ${chainsAtOnce}`

/** One statement a chain: on a cluster each is its own site's. */
const storeHead = async (
  { database, clock, signer }: HeadDependencies,
  day: string,
  position: Position,
): Promise<void> => {
  const at = clock.now()
  const signed = await signStatement(signer, headText(day, position, at), at)
  await database`
    insert into audit_signed_head (site_id, day, sequence, hash, signed_at, key_id, signature)
    values (${position.siteId}, ${day}, ${position.sequence.toString()}, ${position.hash}, ${at},
      ${signed.keyId}, ${signed.signature})
    on conflict do nothing`
}

const signGrownChains = async (dependencies: HeadDependencies, day: string): Promise<void> => {
  let cursor = ''
  for (;;) {
    const rows = await grownChains(dependencies.database, cursor, day)
    for (const row of rows) await storeHead(dependencies, day, positionOf(row))
    const last = rows.at(-1)
    if (last === undefined || rows.length < chainsAtOnce) return
    cursor = last.site_id
  }
}

/** Number and digest of a day's signed heads, in the order of the bytes of their sites whatever the collation. */
export const gatherHeads = async (
  database: Sql | TransactionSql,
  day: string,
): Promise<{ heads: number; digest: Uint8Array }> => {
  const roll = makeRollDigest()
  for await (const rows of database<HeadRow[]>`
    -- across sites: the roll of a day names every chain
    select site_id, sequence, hash from audit_signed_head where day = ${day}
    order by site_id collate "C"`.cursor(chainsAtOnce)) {
    for (const row of rows) roll.add(positionOf(row))
  }
  return roll.end()
}

export interface RollRow extends Roll {
  readonly signed_at: Date
  readonly key_id: Uint8Array
  readonly signature: Uint8Array
}

/** Columns of a roll; its number is far below 2^53. */
export const rollColumns =
  'number::float8 as number, day::text, heads, digest, previous, signed_at, key_id, signature'

const lastRoll = async (database: Sql): Promise<RollRow | undefined> => {
  const [row] = await database<RollRow[]>`
    select ${database.unsafe(rollColumns)} from audit_roll order by day desc limit 1`
  return row
}

export interface StartRow extends Start {
  readonly signed_at: Date
  readonly key_id: Uint8Array
  readonly signature: Uint8Array
}

export const readStartStatement = async (
  database: Sql | TransactionSql,
): Promise<StartRow | undefined> => {
  const [row] = await database<StartRow[]>`
    select previous, signed_at, key_id, signature from audit_start where id = 1`
  return row
}

/** The start, signed once before the first numbered roll; it names the last roll that has no number. */
const ensureStart = async (
  { database, clock, signer }: HeadDependencies,
  before: RollRow | undefined,
): Promise<StartRow> => {
  const known = await readStartStatement(database)
  if (known !== undefined) return known
  const at = clock.now()
  const previous = before === undefined ? null : digestOfRoll(before, before.signed_at)
  const signed = await signStatement(signer, startText({ previous }, at), at)
  await database`
    insert into audit_start (id, previous, signed_at, key_id, signature)
    values (1, ${previous}, ${at}, ${signed.keyId}, ${signed.signature})`
  return { previous, signed_at: at, key_id: signed.keyId, signature: signed.signature }
}

const storeRoll = async (dependencies: HeadDependencies, day: string): Promise<Roll> => {
  const { database, clock, signer, log } = dependencies
  const before = await lastRoll(database)
  const start = await ensureStart(dependencies, before)
  const isFirst = before === undefined || before.number === null
  const roll = {
    number: isFirst ? 1 : (before.number ?? 0) + 1,
    day,
    ...(await gatherHeads(database, day)),
    previous: isFirst
      ? digestOfStart(start, start.signed_at)
      : digestOfRoll(before, before.signed_at),
  }
  const at = clock.now()
  const signed = await signStatement(signer, rollText(roll, at), at)
  const act = {
    siteId: portalChain,
    at,
    act: 'audit.heads-signed',
    actor: null,
    subject: day,
  } as const
  await withAct(database, act, async (sql) => {
    const { count } = await sql`
      insert into audit_roll (number, day, heads, digest, previous, signed_at, key_id, signature)
      values (${roll.number}, ${day}, ${roll.heads}, ${roll.digest}, ${roll.previous}, ${at}, ${signed.keyId},
        ${signed.signature})
      on conflict do nothing`
    return count
  })
  // Logs are kept elsewhere: whoever has this line can tell a database that was replaced as a whole.
  const digest = Buffer.from(digestOfRoll(roll, at)).toString('hex')
  log.info({ number: roll.number, day, heads: roll.heads, digest }, 'audit heads signed')
  return roll
}

/** Days that have signed heads and no roll: those of a run that was cut off, and today. */
const daysToRoll = async (database: Sql, today: string): Promise<string[]> => {
  const last = await lastRoll(database)
  const rows = await database<{ day: string }[]>`
    -- across sites: days without a roll, once a day
    select distinct day::text from audit_signed_head
    where day > ${last?.day ?? '0001-01-01'} and day < ${today} order by day`
  return [...rows.map(({ day }) => day), today]
}

/**
 * Signs the heads of the day, unless that is done.
 *
 * @returns the roll of today, or null when it was there already or another process is at it
 */
export const signHeads = async (dependencies: HeadDependencies): Promise<Roll | null> => {
  const { database, clock, signer } = dependencies
  const isDone = async (day: string): Promise<boolean> =>
    ((await lastRoll(database))?.day ?? '') >= day
  if (await isDone(dayOf(clock.now()))) return null
  return whenAlone(database, locks.heads, async () => {
    const today = dayOf(clock.now())
    if (await isDone(today)) return null
    await publishSigner(database, signer)
    await signGrownChains(dependencies, today)
    let roll: Roll | null = null
    for (const day of await daysToRoll(database, today)) roll = await storeRoll(dependencies, day)
    return roll
  })
}

/** A roll as the world outside keeps it. */
export interface PublishedRoll {
  readonly number: number
  /** UTC, `YYYY-MM-DD`. */
  readonly day: string
  /** `digestOfRoll`, 32 bytes. */
  readonly digest: Uint8Array
}

/** The last rolls, oldest first: what the trust bundle carries. @param rollsMax how many at the most */
export const readPublishedRolls = async (
  database: Sql,
  rollsMax: number,
): Promise<readonly PublishedRoll[]> => {
  const rows = await database<RollRow[]>`
    select ${database.unsafe(rollColumns)} from audit_roll where number is not null
    order by number desc limit ${rollsMax}`
  return rows
    .reverse()
    .flatMap((row) =>
      row.number === null
        ? []
        : [{ number: row.number, day: row.day, digest: digestOfRoll(row, row.signed_at) }],
    )
}
