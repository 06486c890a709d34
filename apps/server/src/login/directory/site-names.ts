/** Names of sites: the directory's before the identity provider's. */
import type { SiteView } from '@sidep/contracts'
import type { Sql } from '../../platform/context.ts'
import type { ProviderIdentity } from '../ecps/userinfo.ts'

interface SiteRow {
  id: string
  name: string
  postal_code: string | null
  source: string
}

const sameSite = (row: SiteRow | undefined, site: SiteView): boolean =>
  row !== undefined &&
  (row.source === 'directory' || (row.name === site.name && row.postal_code === site.postalCode))

/**
 * Sites under the name and postal code that the directory has for them. One that the directory does
 * not know is kept as the identity provider named it, so that a person's page can name it later.
 *
 * @param sites as the identity provider sent them
 * @returns the same sites in the same order
 */
export const nameSites = async (
  database: Sql,
  sites: readonly SiteView[],
  now: Date,
): Promise<SiteView[]> => {
  const ids = sites.map(({ id }) => id)
  const rows = await database<SiteRow[]>`
    select id, name, postal_code, source from site where id = any(${ids})`
  const known = new Map(rows.map((row) => [row.id, row]))
  const fresh = sites.filter((site) => !sameSite(known.get(site.id), site))
  if (fresh.length > 0) {
    await database`
      insert into site ${database(
        fresh.map(({ id, name, postalCode }) => ({
          id,
          name,
          postal_code: postalCode,
          source: 'ecps',
          updated_at: now,
        })),
      )}
      on conflict (id) do update set name = excluded.name, postal_code = excluded.postal_code,
        updated_at = excluded.updated_at where site.source = 'ecps'`
  }
  return sites.map((site) => {
    const row = known.get(site.id)
    return row?.source === 'directory'
      ? { id: site.id, name: row.name, postalCode: row.postal_code ?? site.postalCode }
      : site
  })
}

/** Keeps who a national id is, for those whom the directory does not know. */
export const rememberProfessional = async (
  database: Sql,
  { professionalId, familyName, firstNames }: ProviderIdentity,
  profession: string,
  now: Date,
): Promise<void> => {
  const [known] = await database`select 1 from professional where id = ${professionalId}`
  if (known !== undefined) return
  await database`
    insert into professional (id, family_name, first_names, profession, source, updated_at)
    values (${professionalId}, ${familyName}, ${firstNames}, ${profession}, 'ecps', ${now})
    on conflict (id) do nothing`
}
