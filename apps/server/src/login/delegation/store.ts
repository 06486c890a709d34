/** Delegations in the database: each belongs to its site; a small table says at which sites somebody has any. */

import type { DelegationView, SiteView } from '@sidep/contracts'
import { dayMilliseconds } from '@sidep/time'
import type { Platform } from '../../platform/context.ts'
import { underLocks } from '../../platform/under-locks.ts'
import { VaultError } from '../../platform/vault.ts'
import type { Person } from '../session.ts'
import { standsAt } from '../standing.ts'

export interface Delegation {
  readonly siteId: string
  readonly id: string
  readonly responsible: Person
  readonly staffId: string
  /** How the responsible calls them; null when its key was removed. */
  readonly staffName: string | null
  readonly createdAt: Date
  readonly endsAt: Date
  readonly revokedAt: Date | null
}

interface Row {
  site_id: string
  id: string
  responsible_id: string
  responsible_family_name: string
  responsible_first_names: string
  responsible_profession: string
  staff_id: string
  key_id: number
  sealed: Uint8Array
  created_at: Date
  ends_at: Date
  revoked_at: Date | null
}

type DelegationDependencies = Pick<Platform, 'database' | 'vault'>

const contextOf = (siteId: string, id: string): string => `delegation|${siteId}|${id}`

const nameOf = ({ vault }: DelegationDependencies, row: Row): string | null => {
  try {
    const plain = vault.open(row.key_id, row.sealed, contextOf(row.site_id, row.id))
    return new TextDecoder().decode(plain)
  } catch (error) {
    // The name went with its key (retention); the delegation itself remains attributable by its ids.
    if (error instanceof VaultError) return null
    throw error
  }
}

const delegationOf = (dependencies: DelegationDependencies, row: Row): Delegation => ({
  siteId: row.site_id,
  id: row.id,
  responsible: {
    id: row.responsible_id,
    familyName: row.responsible_family_name,
    firstNames: row.responsible_first_names,
    profession: row.responsible_profession,
  },
  staffId: row.staff_id,
  staffName: nameOf(dependencies, row),
  createdAt: row.created_at,
  endsAt: row.ends_at,
  revokedAt: row.revoked_at,
})

/** How long an ended delegation stays in the list of its site, days. */
const shownDays = 31
const listedMax = 200

/** Stores one. @returns false, and stores nothing, when the site has as many open ones as permitted */
export const insertDelegation = async (
  { database, vault }: DelegationDependencies,
  delegation: Delegation & { readonly staffName: string },
  openMax: number,
): Promise<boolean> => {
  const { siteId, id, responsible, staffId, staffName, createdAt, endsAt } = delegation
  const { keyId, sealed } = vault.seal(new TextEncoder().encode(staffName), contextOf(siteId, id))
  const stored = await underLocks(
    database,
    [`delegations ${siteId}`],
    (sql) => sql`
    insert into delegation (site_id, id, responsible_id, responsible_family_name,
      responsible_first_names, responsible_profession, staff_id, key_id, sealed, created_at, ends_at)
    select ${siteId}, ${id}::uuid, ${responsible.id}, ${responsible.familyName},
      ${responsible.firstNames}, ${responsible.profession}, ${staffId}, ${keyId}::integer, ${sealed}::bytea,
      ${createdAt}::timestamptz, ${endsAt}::timestamptz
    where (select count(*) from delegation d where d.site_id = ${siteId}
      and d.revoked_at is null and d.ends_at > ${createdAt}) < ${openMax}
    returning id`,
  )
  if (stored.length === 0) return false
  // A delegation without its pointer is merely not found at the next sign-in: granting it again puts it right.
  await database`
    insert into delegation_pointer as pointer (staff_id, site_id, ends_at)
    values (${staffId}, ${siteId}, ${endsAt})
    on conflict (staff_id, site_id) do update
      set ends_at = greatest(pointer.ends_at, excluded.ends_at)`
  return true
}

/** The site's delegations, open ones first, then those of the last month. */
export const listDelegations = async (
  dependencies: DelegationDependencies,
  siteId: string,
  now: Date,
): Promise<Delegation[]> => {
  const since = new Date(now.getTime() - shownDays * dayMilliseconds)
  const rows = await dependencies.database<Row[]>`
    select * from delegation where site_id = ${siteId} and ends_at > ${since}
    order by revoked_at is not null, ends_at desc limit ${listedMax}`
  return rows.map((row) => delegationOf(dependencies, row))
}

/** One delegation of a site; undefined when there is none by this id. */
export const findDelegation = async (
  dependencies: DelegationDependencies,
  siteId: string,
  id: string,
): Promise<Delegation | undefined> => {
  const [row] = await dependencies.database<Row[]>`
    select * from delegation where site_id = ${siteId} and id = ${id}::uuid`
  return row === undefined ? undefined : delegationOf(dependencies, row)
}

/** Ends one now. @returns whether it was open */
export const endDelegation = async (
  { database }: DelegationDependencies,
  siteId: string,
  id: string,
  now: Date,
): Promise<boolean> => {
  const ended = await database`
    update delegation set revoked_at = ${now}
    where site_id = ${siteId} and id = ${id}::uuid and revoked_at is null returning id`
  return ended.length > 0
}

/**
 * What somebody of the staff may take up now, wherever, of professionals who still stand there. Searches across sites, but only those that the pointers
 * name: for nearly everybody there are none.
 */
export const openDelegationsOf = async (
  dependencies: DelegationDependencies,
  staffId: string,
  now: Date,
): Promise<Delegation[]> => {
  const { database } = dependencies
  const pointers = await database<{ site_id: string }[]>`
    select site_id from delegation_pointer where staff_id = ${staffId} and ends_at > ${now}
    order by ends_at desc limit 20`
  if (pointers.length === 0) return []
  const rows = await database<Row[]>`
    select * from delegation where site_id in ${database(pointers.map(({ site_id }) => site_id))}
      and staff_id = ${staffId} and revoked_at is null and ends_at > ${now}
      and ${database.unsafe(standsAt('delegation.responsible_id', 'delegation.site_id'))}
    order by ends_at desc limit 50`
  return rows.map((row) => delegationOf(dependencies, row))
}

/** Names of sites by their ids; a site that nobody named is its id. */
export const sitesOf = async (
  { database }: DelegationDependencies,
  ids: readonly string[],
): Promise<ReadonlyMap<string, SiteView>> => {
  const rows =
    ids.length === 0
      ? []
      : await database<{ id: string; name: string; postal_code: string | null }[]>`
          select id, name, postal_code from site where id in ${database([...ids])}`
  const known = new Map(
    rows.map(({ id, name, postal_code }) => [id, { id, name, postalCode: postal_code }]),
  )
  return new Map(ids.map((id) => [id, known.get(id) ?? { id, name: id, postalCode: null }]))
}

/** As the contract shows it. */
export const delegationView = (delegation: Delegation, site: SiteView): DelegationView => ({
  id: delegation.id,
  site,
  responsible: { ...delegation.responsible },
  staff: { id: delegation.staffId, name: delegation.staffName ?? '' },
  createdAt: delegation.createdAt.toISOString(),
  endsAt: delegation.endsAt.toISOString(),
  revokedAt: delegation.revokedAt?.toISOString() ?? null,
})
