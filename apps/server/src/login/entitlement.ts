/** Who may enter screenings, and where. */
import type { SiteView } from '@sidep/contracts'
import { parseFiness } from '@sidep/identifiers'
import type { Activity, ProviderIdentity } from './ecps/userinfo.ts'
import type { SiteLeftOut } from './session.ts'
import { shortenName } from './site-list.ts'

export interface Entitlement {
  readonly profession: string
  readonly sites: readonly SiteView[]
  readonly sitesLeftOut: readonly SiteLeftOut[]
}

export type EntitlementReading =
  | { readonly ok: true; readonly value: Entitlement }
  | { readonly ok: false; readonly code: 'PROFESSION_NOT_PERMITTED' | 'ACTIVITY_MISSING' }
  /** There are places of work, but the register has no FINESS for any of them. */
  | { readonly ok: false; readonly code: 'SITE_WITHOUT_FINESS'; readonly places: readonly string[] }

/** Students act under somebody else's responsibility and cannot answer for a screening (TRE_R09). */
const studentCategory = 'E'
const leftOutMax = 3

const sortActivities = (
  activities: readonly Activity[],
): { sites: SiteView[]; leftOut: SiteLeftOut[] } => {
  const sites = new Map<string, SiteView>()
  const leftOut: SiteLeftOut[] = []
  for (const { finess, companyName, postalCode } of activities) {
    // A place without a name is told by what it has.
    const name = companyName || finess || postalCode || '?'
    const parsed = parseFiness(finess)
    if (parsed.ok) {
      sites.set(parsed.value, { id: parsed.value, name: companyName || parsed.value, postalCode })
    } else {
      const reason = finess === '' ? 'FINESS_MISSING' : 'FINESS_INVALID'
      leftOut.push({ name: shortenName(name, 40), reason })
    }
  }
  return { sites: [...sites.values()], leftOut: leftOut.slice(0, leftOutMax) }
}

/**
 * Decides from what the identity provider says. Only the activities of permitted professions count:
 * somebody who is pharmacist here and psychologist there enters screenings as a pharmacist.
 *
 * @param permittedProfessions codes of TRE_G15, from the configuration
 * @returns profession and sites, or why not
 */
export const entitle = (
  { practices }: Pick<ProviderIdentity, 'practices'>,
  permittedProfessions: readonly string[],
): EntitlementReading => {
  const permitted = practices.filter(
    ({ profession, category }) =>
      permittedProfessions.includes(profession) && category !== studentCategory,
  )
  const [first] = permitted
  if (first === undefined) {
    // Who is registered as nothing anywhere has no profession that could be the wrong one.
    const code = practices.length === 0 ? 'ACTIVITY_MISSING' : 'PROFESSION_NOT_PERMITTED'
    return { ok: false, code }
  }
  const { sites, leftOut } = sortActivities(permitted.flatMap(({ activities }) => activities))
  if (sites.length === 0) {
    if (leftOut.length === 0) return { ok: false, code: 'ACTIVITY_MISSING' }
    return { ok: false, code: 'SITE_WITHOUT_FINESS', places: leftOut.map(({ name }) => name) }
  }
  return { ok: true, value: { profession: first.profession, sites, sitesLeftOut: leftOut } }
}
