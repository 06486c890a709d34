import type { SlipSerial } from '@sidep/continuity'
import type { Sql } from 'postgres'
import { callAct, hex } from '../audit/chain.ts'
import type { SiteActor } from '../platform/actor.ts'

interface Bounds {
  readonly outMax: number
  readonly numberMax: number
  readonly at: Date
}

const isRoomText = `select count(*) + $2::int <= $3::int as "isRoom"
from slips_unclaimed_1($1, $4) s where s.cancelled_at is null and s.expires_at > $4`

/** Whether a site may have so many more out. */
const isRoomFor = async (
  database: Sql,
  siteId: string,
  count: number,
  { outMax, at }: Pick<Bounds, 'outMax' | 'at'>,
): Promise<boolean> => {
  const [row] = await database.unsafe<{ isRoom: boolean }[]>(
    isRoomText,
    [siteId, count, outMax, at],
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
  const subject = slips[0]?.serial.text ?? null
  const act = { siteId: actor.site.id, at: issuedAt, act: 'slips.printed', actor, subject } as const
  return callAct(database, 'print_slips_1', act, {
    slips: slips.map(({ serial: { text, number }, linkHash }) => ({
      serial: text,
      number,
      link_hash: hex(linkHash),
    })),
    expires_at: expiresAt,
    out_max: outMax,
  })
}

export interface SlipOut {
  readonly serial: string
  readonly number: number
  readonly issued_at: Date
  readonly expires_at: Date
}

const listText = `select s.serial, s.number, s.issued_at, s.expires_at
from slips_unclaimed_1($1, $2) s where s.cancelled_at is null order by s.number limit $3`

/** Oldest first. */
export const listSlipsOut = (
  database: Sql,
  siteId: string,
  at: Date,
  limit: number,
): Promise<SlipOut[]> =>
  database.unsafe<SlipOut[]>(listText, [siteId, at, limit], { prepare: true })
