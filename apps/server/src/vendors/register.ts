/**
 * The register of vendors: who may ask at their port, with which keys and certificates, for what, how much.
 *
 * Invariants
 * - Each change is attributable: by whom and why stand in the audit chain of the portal, by the statement that makes it.
 * - A process holds it in memory and reads it again every few seconds; what a database said before it went away still counts.
 */
import { X509Certificate } from 'node:crypto'
import { isVendorScope, type VendorScope } from '@sidep/contracts'
import type { JSONWebKeySet } from 'jose'
import { type Act, type ActName, withOneStatement } from '../audit/chain.ts'
import { portalChain } from '../audit/sign-heads.ts'
import type { Platform, Sql } from '../platform/context.ts'
import { makeReread, type Reread } from '../platform/reread.ts'

export interface Vendor {
  readonly id: string
  readonly name: string
  readonly keys: JSONWebKeySet
  /** SHA-256 of each (DER), hexadecimal, lower case. */
  readonly certificates: readonly string[]
  /** PEM; what it issues is the vendor's too. */
  readonly authority: string | null
  /** SHA-256 of those that are nobody's any more, whoever issued them. */
  readonly withdrawn: readonly string[]
  readonly scopes: readonly VendorScope[]
  readonly perSecond: number
  readonly suspended: { readonly at: Date; readonly by: string; readonly reason: string } | null
}

export interface Deciding {
  /** Why, in words. */
  readonly reason: string
  /** Who of operations, by the name that they are known by there. */
  readonly by: string
}

type NewVendor = Omit<Vendor, 'suspended' | 'withdrawn'>
/** What a change of an entry may replace; absent: stays. */
export type VendorChange = Partial<Omit<NewVendor, 'id'>>

const actOf = (
  act: Extract<ActName, `vendor.${string}`>,
  id: string,
  { by, reason }: Deciding,
  at: Date,
  what = '',
): Act => ({
  siteId: portalChain,
  at,
  act,
  actor: null,
  subject: `${id}${what === '' ? '' : ` ${what}`} by ${by}: ${reason}`,
})

/** @returns false when the id is taken */
export const addVendor = (
  database: Sql,
  vendor: NewVendor,
  deciding: Deciding,
  at: Date,
): Promise<boolean> => {
  const { id, name, keys, certificates, authority, scopes, perSecond } = vendor
  return withOneStatement(
    database,
    actOf('vendor.added', id, deciding, at),
    (sql) => sql`
      insert into vendor (id, name, keys, certificates, authority, scopes, per_second, registered_at, registered_by)
      values (${id}, ${name}, ${JSON.stringify(keys)}::text::jsonb, string_to_array(${certificates.join(',')}, ','),
        ${authority}, string_to_array(${scopes.join(',')}, ','), ${perSecond}, ${at}, ${deciding.by})
      on conflict do nothing`,
  )
}

/** @returns false when there is no such vendor */
export const changeVendor = (
  database: Sql,
  id: string,
  change: VendorChange,
  deciding: Deciding,
  at: Date,
): Promise<boolean> => {
  const { name = null, keys, certificates, authority, scopes, perSecond = null } = change
  const act = actOf('vendor.changed', id, deciding, at, Object.keys(change).sort().join(','))
  return withOneStatement(
    database,
    act,
    (sql) => sql`
      update vendor set name = coalesce(${name}, name),
        keys = coalesce(${keys === undefined ? null : JSON.stringify(keys)}::text::jsonb, keys),
        certificates = coalesce(string_to_array(${certificates?.join(',') ?? null}, ','), certificates),
        authority = case when ${authority === undefined} then authority else ${authority ?? null} end,
        scopes = coalesce(string_to_array(${scopes?.join(',') ?? null}, ','), scopes),
        per_second = coalesce(${perSecond}::int, per_second)
      where id = ${id}`,
  )
}

/** From now on no process takes its assertions or its tokens. @returns false when it was so before, or there is no such vendor */
export const suspendVendor = (
  database: Sql,
  id: string,
  deciding: Deciding,
  at: Date,
): Promise<boolean> => {
  const act = actOf('vendor.suspended', id, deciding, at)
  return withOneStatement(
    database,
    act,
    (sql) => sql`
      update vendor set suspended_at = ${at}, suspended_by = ${deciding.by}, suspension_reason = ${deciding.reason}
      where id = ${id} and suspended_at is null`,
  )
}

/** @returns false when it was not suspended */
export const reinstateVendor = (
  database: Sql,
  id: string,
  deciding: Deciding,
  at: Date,
): Promise<boolean> => {
  const act = actOf('vendor.reinstated', id, deciding, at)
  return withOneStatement(
    database,
    act,
    (sql) => sql`
      update vendor set suspended_at = null, suspended_by = null, suspension_reason = null
      where id = ${id} and suspended_at is not null`,
  )
}

/**
 * From now on no process takes it, by whatever way it was known. It does not come back: a vendor gets a new certificate.
 *
 * @param thumbprint SHA-256 of the certificate (DER), hexadecimal, lower case; the file itself need not be at hand
 * @returns false when it was so before, or there is no such vendor
 */
export const withdrawCertificate = (
  database: Sql,
  id: string,
  thumbprint: string,
  deciding: Deciding,
  at: Date,
): Promise<boolean> => {
  const act = actOf('vendor.changed', id, deciding, at, `certificate ${thumbprint} withdrawn`)
  return withOneStatement(
    database,
    act,
    (sql) => sql`
      update vendor set certificates = array_remove(certificates, ${thumbprint}),
        withdrawn_certificates = array_append(withdrawn_certificates, ${thumbprint})
      where id = ${id} and ${thumbprint} <> all (withdrawn_certificates)`,
  )
}

interface Row {
  id: string
  name: string
  keys: JSONWebKeySet
  certificates: string[]
  authority: string | null
  withdrawn_certificates: string[]
  scopes: string[]
  per_second: number
  suspended_at: Date | null
  suspended_by: string | null
  suspension_reason: string | null
}

/** Some hundred make software for pharmacies and laboratories. */
const listedMax = 5_000

export const listVendors = async (database: Sql): Promise<Vendor[]> => {
  const rows = await database<Row[]>`select * from vendor order by id limit ${listedMax}`
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    keys: row.keys,
    certificates: row.certificates,
    authority: row.authority,
    withdrawn: row.withdrawn_certificates,
    scopes: row.scopes.filter(isVendorScope),
    perSecond: row.per_second,
    suspended:
      row.suspended_at === null
        ? null
        : {
            at: row.suspended_at,
            by: row.suspended_by ?? '',
            reason: row.suspension_reason ?? '',
          },
  }))
}

/** Whom nothing is told. */
export const suspendedVendors = async (database: Sql): Promise<ReadonlySet<string>> => {
  const rows = await database<
    { id: string }[]
  >`select id from vendor where suspended_at is not null`
  return new Set(rows.map(({ id }) => id))
}

/** The register as a process holds it. */
export interface Register {
  readonly byId: ReadonlyMap<string, Vendor>
  readonly byCertificate: ReadonlyMap<string, Vendor>
  /** Thumbprints that are nobody's. */
  readonly withdrawn: ReadonlySet<string>
  readonly authorities: readonly {
    readonly certificate: X509Certificate
    readonly vendor: Vendor
  }[]
}

const registerOf = (vendors: readonly Vendor[]): Register => ({
  byId: new Map(vendors.map((vendor) => [vendor.id, vendor])),
  byCertificate: new Map(
    vendors.flatMap((vendor) =>
      vendor.certificates.map((thumbprint): [string, Vendor] => [thumbprint, vendor]),
    ),
  ),
  withdrawn: new Set(vendors.flatMap(({ withdrawn }) => withdrawn)),
  authorities: vendors.flatMap((vendor) =>
    vendor.authority === null
      ? []
      : [{ certificate: new X509Certificate(vendor.authority), vendor }],
  ),
})

export const openRegister = ({
  database,
  log,
}: Pick<Platform, 'database' | 'log'>): Reread<Register> =>
  makeReread(log, 'the register of vendors', async () => registerOf(await listVendors(database)))
