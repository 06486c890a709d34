/**
 * Whether a professional may answer for what is done: not suspended, and, where they work, not gone from the directory.
 *
 * Invariants
 * - Asked at sign-in, when work for them is taken up, and at each renewal; what ends in between ends by the list of
 *   revoked sessions, within one reading of it.
 * - One whom only the identity provider knows stands as long as nobody suspends them.
 */
import type { Sql } from '../platform/context.ts'

export type ProfessionalStanding = 'good' | 'suspended' | 'deactivated'

/**
 * SQL: whether whom `professional` names stands at the site that `site` names.
 * @param professional an expression, as `site` is
 */
export const standsAt = (professional: string, site: string): string => `(
  not exists (select from professional_suspension s where s.professional_id = ${professional})
  and not exists (select from professional_site a where a.professional_id = ${professional}
    and a.site_id = ${site} and a.deactivated_at is not null))`

interface Row {
  readonly suspended: boolean
  readonly deactivated: boolean
}

/**
 * @param siteId the site that matters; null for none in particular @param since ends in the directory before this
 * moment were judged at that time
 */
export const standingOf = async (
  database: Sql,
  professionalId: string,
  siteId: string | null,
  since: Date = new Date(0),
): Promise<ProfessionalStanding> => {
  const [row] = await database<Row[]>`
    select exists (select from professional_suspension where professional_id = ${professionalId}) as suspended,
      exists (select from professional_site where professional_id = ${professionalId}
        and site_id = ${siteId} and deactivated_at > ${since}) as deactivated`
  if (row?.suspended === true) return 'suspended'
  return row?.deactivated === true ? 'deactivated' : 'good'
}
