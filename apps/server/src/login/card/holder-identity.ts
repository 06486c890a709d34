/** From a card's holder to who that is in the imported directory, and where they work. */
import type { SiteView } from '@sidep/contracts'
import { parseProfessionalId } from '@sidep/identifiers'
import type { Sql } from '../../platform/context.ts'
import type { ProviderIdentity } from '../ecps/userinfo.ts'
import type { SeenCard } from './assertion.ts'

type Holder = SeenCard['holder']
type ProfessionalHolder = Extract<Holder, { kind: 'professional' }>
type EmployeeHolder = Extract<Holder, { kind: 'employee' }>

export interface Employee {
  /** `3` + FINESS + `/` + serial. */
  readonly id: string
  readonly familyName: string
  readonly firstNames: string
  readonly site: SiteView
}

export type IdentityReading =
  | { readonly ok: true; readonly kind: 'professional'; readonly identity: ProviderIdentity }
  | { readonly ok: true; readonly kind: 'employee'; readonly employee: Employee }
  | {
      readonly ok: false
      readonly code:
        | 'PROFESSIONAL_NOT_IN_DIRECTORY'
        | 'EMPLOYEE_SITE_UNKNOWN'
        | 'CARD_SUBJECT_UNREADABLE'
    }

interface ActivityRow {
  family_name: string
  first_names: string
  profession: string
  /** Null, with a name: a place without FINESS. */
  site_id: string | null
  site_name: string | null
  postal_code: string | null
}

/** Cards of people in training (CPF) carry their future profession; they cannot answer for a screening. */
const isInTraining = (title: string): boolean => /[eé]tudiant|en formation/i.test(title)

/** Students are category E in nomenclature TRE_R09; the directory's import does not keep it. */
const studentCategory = 'E'

const readProfessional = async (
  database: Sql,
  { professionalId, title }: ProfessionalHolder,
): Promise<IdentityReading> => {
  const id = parseProfessionalId(professionalId)
  if (!id.ok) return { ok: false, code: 'CARD_SUBJECT_UNREADABLE' }
  const rows = await database<ActivityRow[]>`
    select person.family_name, person.first_names,
      coalesce(place.profession, person.profession) as profession,
      place.site_id, place.name as site_name, place.postal_code
    from professional person
    left join (
      select activity.professional_id, activity.profession, activity.site_id, site.name, site.postal_code
      from professional_site activity join site on site.id = activity.site_id
      where activity.source = 'directory' and activity.deactivated_at is null
      union all
      select professional_id, profession, null, name, null from place_without_finess
    ) place on place.professional_id = person.id
    where person.id = ${id.value} and person.source = 'directory'
    order by place.site_id is null, place.name limit 100`
  const [first] = rows
  if (first === undefined) return { ok: false, code: 'PROFESSIONAL_NOT_IN_DIRECTORY' }
  return {
    ok: true,
    kind: 'professional',
    identity: {
      professionalId: id.value,
      familyName: first.family_name,
      firstNames: first.first_names,
      practices: rows.map((row) => ({
        profession: row.profession,
        category: isInTraining(title) ? studentCategory : '',
        activities:
          row.site_name === null
            ? []
            : [
                {
                  finess: row.site_id ?? '',
                  companyName: row.site_name,
                  postalCode: row.postal_code,
                },
              ],
      })),
    },
  }
}

/** An employee works where somebody works who may answer for a screening, and nowhere else. */
const readEmployee = async (
  database: Sql,
  holder: EmployeeHolder,
  permittedProfessions: readonly string[],
): Promise<IdentityReading> => {
  const [site] = await database<{ id: string; name: string; postal_code: string | null }[]>`
    select id, name, postal_code from site where id = ${holder.siteId} and exists (
      select 1 from professional_site activity
      where activity.site_id = site.id and activity.source = 'directory'
        and activity.deactivated_at is null
        and activity.profession = any(${[...permittedProfessions]}))`
  if (site === undefined) return { ok: false, code: 'EMPLOYEE_SITE_UNKNOWN' }
  return {
    ok: true,
    kind: 'employee',
    employee: {
      id: holder.employeeId,
      // Such a card may name nobody: then its number stands for the name.
      familyName: holder.familyName || holder.serial,
      firstNames: holder.firstNames || holder.title,
      site: { id: site.id, name: site.name, postalCode: site.postal_code },
    },
  }
}

/** Looks a card's holder up. @param permittedProfessions codes of TRE_G15, from the configuration */
export const readHolderIdentity = (
  database: Sql,
  holder: Holder,
  permittedProfessions: readonly string[],
): Promise<IdentityReading> =>
  holder.kind === 'professional'
    ? readProfessional(database, holder)
    : readEmployee(database, holder, permittedProfessions)
