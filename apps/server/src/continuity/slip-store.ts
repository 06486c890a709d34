import type { SlipSerial } from '@sidep/continuity'
import type { Sql } from 'postgres'
import { auditExpressions, auditParameters } from '../audit/chain.ts'
import type { SiteActor } from '../platform/actor.ts'
import { runStatement } from './run-statement.ts'

interface Bounds {
  readonly outMax: number
  readonly numberMax: number
  readonly at: Date
}

/**
 * Takes the next numbers of a site.
 * @returns the last of them, or null when a bound would be passed
 */
export const takeSlipNumbers = async (
  database: Sql,
  siteId: string,
  count: number,
  { outMax, numberMax, at }: Bounds,
): Promise<number | null> => {
  const [row] = await database<{ last_number: number }[]>`
    insert into slip_head as head (site_id, last_number)
    select ${siteId}, ${count}::int where (
      select count(*) from slip where site_id = ${siteId} and screening_id is null
        and cancelled_at is null and expires_at > ${at}
    ) + ${count}::int <= ${outMax}::int
    on conflict (site_id) do update set last_number = head.last_number + ${count}::int
      where head.last_number + ${count}::int <= ${numberMax}::int
    returning last_number`
  return row?.last_number ?? null
}

const insertText = `with printed as (
  insert into slip (site_id, serial, number, printed_by, issued_at, expires_at)
  select $1, v.serial, v.number, $3, $4, $5
  from jsonb_to_recordset($2::text::jsonb) as v(serial text, number int)
  returning 1
), cause as (select 1 where exists (select from printed)),
${auditExpressions('cause', 6)}
select count(*)::int as done from printed`

/** Stores a sheet's slips. */
export const insertSlips = async (
  database: Sql,
  {
    serials,
    issuedAt,
    expiresAt,
    actor,
  }: {
    readonly serials: readonly SlipSerial[]
    readonly issuedAt: Date
    readonly expiresAt: Date
    readonly actor: SiteActor
  },
): Promise<void> => {
  const siteId = actor.site.id
  const subject = serials[0]?.text ?? null
  await runStatement(database, insertText, [
    siteId,
    JSON.stringify(serials.map(({ text, number }) => ({ serial: text, number }))),
    actor.professionalId,
    issuedAt,
    expiresAt,
    ...auditParameters({ siteId, at: issuedAt, act: 'slips.printed', actor, subject }),
  ])
}

export interface SlipOut {
  readonly serial: string
  readonly number: number
  readonly issued_at: Date
  readonly expires_at: Date
}

export const listSlipsOut = (database: Sql, siteId: string, limit: number): Promise<SlipOut[]> =>
  database<SlipOut[]>`
    select serial, number, issued_at, expires_at from slip
    where site_id = ${siteId} and screening_id is null and cancelled_at is null
    order by number limit ${limit}`
