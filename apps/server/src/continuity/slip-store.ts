import type { SlipSerial } from '@sidep/continuity'
import { bytesToHex } from '@sidep/encoding'
import type { Sql } from 'postgres'
import { auditExpressions, auditParameters } from '../audit/chain.ts'
import type { SiteActor } from '../platform/actor.ts'
import { underLocks } from '../platform/under-locks.ts'
import { runStatement } from './run-statement.ts'
import { isOut } from './slip-claims.ts'

interface Bounds {
  readonly outMax: number
  readonly numberMax: number
  readonly at: Date
}

const isRoomText = `select (
  select count(*) from slip where slip.site_id = $1 and ${isOut('$3')} and slip.expires_at > $3
) + $2::int <= $4::int as "isRoom"`

/** Whether a site may have so many more out. */
const isRoomFor = async (
  database: Pick<Sql, 'unsafe'>,
  siteId: string,
  count: number,
  { outMax, at }: Pick<Bounds, 'outMax' | 'at'>,
): Promise<boolean> => {
  const [row] = await database.unsafe<{ isRoom: boolean }[]>(
    isRoomText,
    [siteId, count, at, outMax],
    { prepare: true },
  )
  return row?.isRoom === true
}

const takeNumbersText = `insert into slip_head as head (site_id, last_number) values ($1, $2::int)
on conflict (site_id) do update set last_number = head.last_number + $2::int
  where head.last_number + $2::int <= $3::int
returning last_number`

/**
 * Takes the next numbers of a site.
 * @returns the last of them, or null when a bound would be passed
 */
export const takeSlipNumbers = async (
  database: Sql,
  siteId: string,
  count: number,
  bounds: Bounds,
): Promise<number | null> => {
  // Before anything is signed; what counts is counted again where they are stored.
  if (!(await isRoomFor(database, siteId, count, bounds))) return null
  const [row] = await database.unsafe<{ last_number: number }[]>(
    takeNumbersText,
    [siteId, count, bounds.numberMax],
    { prepare: true },
  )
  return row?.last_number ?? null
}

const insertText = `with printed as (
  insert into slip (site_id, serial, number, link_hash, printed_by, issued_at, expires_at)
  select $1, v.serial, v.number, decode(v."linkHash", 'hex'), $3, $4, $5
  from jsonb_to_recordset($2::text::jsonb) as v(serial text, number int, "linkHash" text)
  returning 1
), cause as (select 1 where exists (select from printed)),
${auditExpressions('cause', 6)}
select count(*)::int as done from printed`

/** Stores a sheet's slips. @returns false, and stores none, when the site has too many out */
export const insertSlips = async (
  database: Sql,
  {
    slips,
    issuedAt,
    expiresAt,
    outMax,
    actor,
  }: {
    /** `linkHash`: of the code that opens the result. */
    readonly slips: readonly { readonly serial: SlipSerial; readonly linkHash: Uint8Array }[]
    readonly issuedAt: Date
    readonly expiresAt: Date
    readonly outMax: number
    readonly actor: SiteActor
  },
): Promise<boolean> => {
  const siteId = actor.site.id
  const subject = slips[0]?.serial.text ?? null
  return underLocks(database, [`slips ${siteId}`], async (sql) => {
    if (!(await isRoomFor(sql, siteId, slips.length, { outMax, at: issuedAt }))) return false
    await runStatement(sql, insertText, [
      siteId,
      JSON.stringify(
        slips.map(({ serial: { text, number }, linkHash }) => ({
          serial: text,
          number,
          linkHash: bytesToHex(linkHash),
        })),
      ),
      actor.professionalId,
      issuedAt,
      expiresAt,
      ...auditParameters({ siteId, at: issuedAt, act: 'slips.printed', actor, subject }),
    ])
    return true
  })
}

export interface SlipOut {
  readonly serial: string
  readonly number: number
  readonly issued_at: Date
  readonly expires_at: Date
}

const listText = `select serial, number, issued_at, expires_at from slip
where site_id = $1 and ${isOut('$2')} order by number limit $3`

/** Oldest first. */
export const listSlipsOut = (
  database: Sql,
  siteId: string,
  at: Date,
  limit: number,
): Promise<SlipOut[]> =>
  database.unsafe<SlipOut[]>(listText, [siteId, at, limit], { prepare: true })
