/**
 * Software that asks to work for a professional, and what they decide (RFC 8628).
 *
 * Invariants
 * - A code is decided once, by somebody who works at the very site that the software named.
 * - Deciding and what comes of it are one transaction.
 * - Who asks too often is told so and has to wait longer each time.
 */
import { createHash } from 'node:crypto'
import { isVendorScope, type VendorScope } from '@sidep/contracts'
import type { RandomBytes } from '../platform/clock.ts'
import type { Sql } from '../platform/context.ts'
import type { VendorDelegation } from './delegation.ts'
import { insertDelegation } from './delegation-store.ts'
import { makeUserCode } from './user-code.ts'

export const requestSeconds = 600
export const pollSeconds = 5
/** Undecided ones of one vendor at one site. */
const openMax = 5

export const hashOf = (secret: string): Uint8Array => createHash('sha256').update(secret).digest()

export interface VendorRequest {
  readonly userCode: string
  readonly vendorId: string
  readonly siteId: string
  readonly scopes: readonly VendorScope[]
  readonly device: string | null
  readonly askedAt: Date
}

interface Row {
  user_code: string
  vendor_id: string
  site_id: string
  scopes: string[]
  device: string | null
  asked_at: Date
}

const requestOf = (row: Row): VendorRequest => ({
  userCode: row.user_code,
  vendorId: row.vendor_id,
  siteId: row.site_id,
  scopes: row.scopes.filter(isVendorScope),
  device: row.device,
  askedAt: row.asked_at,
})

/** Stores one under codes that are new. @returns null when as many wait at the site as may */
export const openRequest = async (
  database: Sql,
  randomBytes: RandomBytes,
  asked: Omit<VendorRequest, 'userCode'>,
): Promise<{ readonly userCode: string; readonly deviceCode: string } | null> => {
  const { vendorId, siteId, scopes, device, askedAt } = asked
  const deviceCode = Buffer.from(randomBytes(32)).toString('base64url')
  const userCode = makeUserCode(randomBytes)
  const expiresAt = new Date(askedAt.getTime() + requestSeconds * 1_000)
  await database`delete from vendor_request where expires_at < ${askedAt}`
  const stored = await database`
    insert into vendor_request (user_code, device_code_hash, vendor_id, site_id, scopes, device, asked_at, expires_at,
      interval_seconds)
    select ${userCode}, ${hashOf(deviceCode)}::bytea, ${vendorId}, ${siteId}, string_to_array(${scopes.join(',')}, ','),
      ${device}, ${askedAt}::timestamptz, ${expiresAt}::timestamptz, ${pollSeconds}
    where (select count(*) from vendor_request open where open.vendor_id = ${vendorId} and open.site_id = ${siteId}
      and open.decision is null) < ${openMax}
    on conflict do nothing returning 1`
  return stored.length === 0 ? null : { userCode, deviceCode }
}

/** One that waits under a code. */
export const findRequest = async (
  database: Sql,
  userCode: string,
  now: Date,
): Promise<VendorRequest | undefined> => {
  const [row] = await database<Row[]>`
    select * from vendor_request
    where user_code = ${userCode} and expires_at > ${now} and decision is null`
  return row === undefined ? undefined : requestOf(row)
}

/** @returns false when somebody decided meanwhile, or its time is over */
export const acceptRequest = (
  database: Sql,
  { userCode }: VendorRequest,
  delegation: VendorDelegation,
  actor: Parameters<typeof insertDelegation>[2],
): Promise<boolean> =>
  database.begin(async (sql) => {
    const decided = await sql.unsafe(
      `update vendor_request set decision = 'accept', delegation_id = $2::uuid
       where user_code = $1 and decision is null and expires_at > $3 returning 1`,
      [userCode, delegation.id, delegation.grantedAt],
    )
    if (decided.length === 0) return false
    await insertDelegation(sql, delegation, actor)
    return true
  })

/** @returns as `acceptRequest` */
export const refuseRequest = async (
  database: Sql,
  { userCode }: VendorRequest,
  now: Date,
): Promise<boolean> => {
  const decided = await database`
    update vendor_request set decision = 'refuse'
    where user_code = ${userCode} and decision is null and expires_at > ${now} returning 1`
  return decided.length > 0
}

export type Polling =
  | { readonly state: 'unknown' }
  | { readonly state: 'expired' }
  | { readonly state: 'pending' }
  | { readonly state: 'refused' }
  | { readonly state: 'too-soon'; readonly intervalSeconds: number }
  | { readonly state: 'accepted'; readonly siteId: string; readonly delegationId: string }

interface PolledRow {
  site_id: string
  expires_at: Date
  before: Date | null
  interval_seconds: number
  decision: 'accept' | 'refuse' | null
  delegation_id: string | null
}

/**
 * How a request stands, for the client that made it. Until its time is over what was accepted is answered again: the answer
 * may have been lost, and a code is worth nothing without its client's key and certificate.
 */
export const pollRequest = async (
  database: Sql,
  vendorId: string,
  deviceCode: string,
  now: Date,
): Promise<Polling> => {
  const hash = hashOf(deviceCode)
  const [row] = await database<PolledRow[]>`
    update vendor_request polled set polled_at = ${now}, interval_seconds = case
      when old.polled_at > ${now}::timestamptz - make_interval(secs => old.interval_seconds)
      then least(old.interval_seconds + 5, 60) else old.interval_seconds end
    from vendor_request old
    where polled.device_code_hash = ${hash}::bytea and old.user_code = polled.user_code and polled.vendor_id = ${vendorId}
    returning polled.site_id, polled.expires_at, old.polled_at as before, old.interval_seconds, polled.decision,
      polled.delegation_id`
  if (row === undefined) return { state: 'unknown' }
  if (row.expires_at <= now) return { state: 'expired' }
  if (row.decision === 'refuse') return { state: 'refused' }
  if (row.decision === 'accept' && row.delegation_id !== null)
    return { state: 'accepted', siteId: row.site_id, delegationId: row.delegation_id }
  const dueAt = (row.before?.getTime() ?? 0) + row.interval_seconds * 1_000
  // A second for what a network makes of an interval.
  return now.getTime() + 1_000 < dueAt
    ? { state: 'too-soon', intervalSeconds: Math.min(row.interval_seconds + 5, 60) }
    : { state: 'pending' }
}
