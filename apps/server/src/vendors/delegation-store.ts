/** Delegations to software in the database; each belongs to its site. */
import { timingSafeEqual } from 'node:crypto'
import { isVendorScope } from '@sidep/contracts'
import type { TransactionSql } from 'postgres'
import { recordAct, withOneStatement } from '../audit/chain.ts'
import type { Actor, SiteActor } from '../platform/actor.ts'
import type { Sql } from '../platform/context.ts'
import type { VendorDelegation } from './delegation.ts'

export interface StoredDelegation extends VendorDelegation {
  readonly revokedAt: Date | null
  readonly refreshHash: Uint8Array | null
}

interface Row {
  site_id: string
  id: string
  vendor_id: string
  professional_id: string
  family_name: string
  first_names: string
  profession: string
  site_name: string
  postal_code: string | null
  device: string | null
  scopes: string[]
  signed_in_at: Date
  granted_at: Date
  ends_at: Date
  revoked_at: Date | null
  refresh_hash: Uint8Array | null
}

const delegationOf = (row: Row): StoredDelegation => ({
  id: row.id,
  vendorId: row.vendor_id,
  site: { id: row.site_id, name: row.site_name, postalCode: row.postal_code },
  professional: {
    id: row.professional_id,
    familyName: row.family_name,
    firstNames: row.first_names,
    profession: row.profession,
  },
  device: row.device,
  scopes: row.scopes.filter(isVendorScope),
  signedInAt: row.signed_in_at,
  grantedAt: row.granted_at,
  endsAt: row.ends_at,
  revokedAt: row.revoked_at,
  refreshHash: row.refresh_hash,
})

/** Stores one, and tells it in the chain of the site. */
export const insertDelegation = async (
  sql: TransactionSql,
  delegation: VendorDelegation,
  actor: Pick<Actor, 'professionalId' | 'counterId' | 'door' | 'operator' | 'extended'>,
): Promise<void> => {
  const { id, vendorId, site, professional, device, scopes, signedInAt, grantedAt, endsAt } =
    delegation
  await sql`
    insert into vendor_delegation (site_id, id, vendor_id, professional_id, family_name, first_names, profession,
      site_name, postal_code, device, scopes, signed_in_at, granted_at, ends_at)
    values (${site.id}, ${id}, ${vendorId}, ${professional.id}, ${professional.familyName}, ${professional.firstNames},
      ${professional.profession}, ${site.name}, ${site.postalCode}, ${device}, string_to_array(${scopes.join(',')}, ','),
      ${signedInAt}, ${grantedAt}, ${endsAt})`
  await recordAct(sql, {
    siteId: site.id,
    at: grantedAt,
    act: 'vendor-delegation.granted',
    actor,
    subject: `${id} ${vendorId}`,
  })
}

export const findDelegation = async (
  database: Sql,
  siteId: string,
  id: string,
): Promise<StoredDelegation | undefined> => {
  const [row] = await database<Row[]>`
    select * from vendor_delegation where site_id = ${siteId} and id = ${id}::uuid`
  return row === undefined ? undefined : delegationOf(row)
}

const listedMax = 100

/** Somebody's own that are in force, at whichever site: rare, and the only search across sites. */
export const delegationsOf = async (
  database: Sql,
  professionalId: string,
  now: Date,
): Promise<StoredDelegation[]> => {
  const rows = await database<Row[]>`
    select * from vendor_delegation
    where professional_id = ${professionalId} and ends_at > ${now} and revoked_at is null
    order by granted_at desc, id limit ${listedMax}`
  return rows.map(delegationOf)
}

/** One of somebody's own, over or not. */
export const findOwnDelegation = async (
  database: Sql,
  professionalId: string,
  id: string,
): Promise<StoredDelegation | undefined> => {
  const [row] = await database<Row[]>`
    select * from vendor_delegation where professional_id = ${professionalId} and id = ${id}::uuid`
  return row === undefined ? undefined : delegationOf(row)
}

/** Ends one now, by the professional or by the software itself. @returns whether it was in force */
export const endDelegation = (
  database: Sql,
  { id, site, vendorId }: VendorDelegation,
  at: Date,
  actor: Pick<
    SiteActor,
    'professionalId' | 'counterId' | 'door' | 'operator' | 'vendor' | 'extended'
  >,
): Promise<boolean> => {
  const subject = `${id} ${vendorId}`
  const act = { siteId: site.id, at, act: 'vendor-delegation.ended', actor, subject } as const
  return withOneStatement(
    database,
    act,
    (sql) => sql`
      update vendor_delegation set revoked_at = ${at}
      where site_id = ${site.id} and id = ${id}::uuid and revoked_at is null`,
  )
}

/** The refresh token of a delegation from now on. */
export const keepRefresh = async (
  database: Sql,
  { id, site }: VendorDelegation,
  hash: Uint8Array,
): Promise<void> => {
  await database`
    update vendor_delegation set refresh_hash = ${hash} where site_id = ${site.id} and id = ${id}::uuid`
}

export const hasRefresh = ({ refreshHash }: StoredDelegation, hash: Uint8Array): boolean =>
  refreshHash !== null && refreshHash.length === hash.length && timingSafeEqual(refreshHash, hash)
