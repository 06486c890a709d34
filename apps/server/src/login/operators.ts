/**
 * Who of operations may do what: roles, given and taken by `sidep operators`.
 *
 * Invariants
 * - Each change is attributable: by whom and why stand beside it, and in the audit chain of the portal, both or neither.
 * - Roles are of the person who signed in, whomever they may be working for.
 */
import type { OperatorRole } from '@sidep/contracts'
import { type Act, withOneStatement } from '../audit/chain.ts'
import { portalChain } from '../audit/sign-heads.ts'
import type { Platform, Sql } from '../platform/context.ts'
import { makeReread, type Reread } from '../platform/reread.ts'

export interface RoleOrder {
  /** National id: `8` and RPPS. */
  readonly personId: string
  readonly role: OperatorRole
  /** Why, in words. */
  readonly reason: string
  /** Who says so, by the name that they are known by to operations. */
  readonly by: string
}

export interface GivenRole extends RoleOrder {
  readonly at: Date
}

const actOf = (
  act: 'operator.added' | 'operator.removed',
  { personId, role, reason, by }: RoleOrder,
  at: Date,
): Act => ({
  siteId: portalChain,
  at,
  act,
  actor: null,
  subject: `${personId} ${role} by ${by}: ${reason}`,
})

/** @returns false when they had the role already */
export const addRole = (database: Sql, order: RoleOrder, at: Date): Promise<boolean> => {
  const { personId, role, reason, by } = order
  return withOneStatement(
    database,
    actOf('operator.added', order, at),
    (sql) => sql`
      insert into operator (person_id, role, reason, added_by, added_at)
      values (${personId}, ${role}, ${reason}, ${by}, ${at}) on conflict do nothing`,
  )
}

/** @returns false when they had it not */
export const removeRole = (database: Sql, order: RoleOrder, at: Date): Promise<boolean> => {
  const { personId, role } = order
  return withOneStatement(
    database,
    actOf('operator.removed', order, at),
    (sql) => sql`
      delete from operator where person_id = ${personId} and role = ${role}`,
  )
}

interface Row {
  readonly person_id: string
  readonly role: OperatorRole
  readonly reason: string
  readonly added_by: string
  readonly added_at: Date
}

/** Operations are some hundred people. */
const listedMax = 5_000

/** Who has which role, by person. */
export const listRoles = async (database: Sql): Promise<GivenRole[]> => {
  const rows = await database<Row[]>`
    select person_id, role, reason, added_by, added_at from operator
    order by person_id, role limit ${listedMax}`
  return rows.map(({ person_id: personId, role, reason, added_by: by, added_at: at }) => ({
    personId,
    role,
    reason,
    by,
    at,
  }))
}

export const isOperator = async (database: Sql, personId: string): Promise<boolean> =>
  (await database`select 1 from operator where person_id = ${personId} limit 1`).length > 0

export type RolesByPerson = ReadonlyMap<string, readonly OperatorRole[]>

/** As a process holds them: what was known before a database went away still counts. */
export const openRoles = ({
  database,
  log,
}: Pick<Platform, 'database' | 'log'>): Reread<RolesByPerson> =>
  makeReread(log, 'roles of operations', async () => {
    const given = await listRoles(database)
    return new Map(
      [...Map.groupBy(given, ({ personId }) => personId)].map(([id, roles]) => [
        id,
        roles.map(({ role }) => role),
      ]),
    )
  })
