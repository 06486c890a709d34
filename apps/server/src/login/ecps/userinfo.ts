/** Userinfo of Pro Santé Connect, as far as the portal believes it. */
import { type ProfessionalId, parseProfessionalId } from '@sidep/identifiers'

export interface Activity {
  /** As sent; may be empty or wrong. */
  readonly finess: string
  readonly companyName: string
  readonly postalCode: string | null
}

export interface Practice {
  /** Profession, nomenclature TRE_G15. */
  readonly profession: string
  /** C civil, M military, E student (TRE_R09); empty when not said. */
  readonly category: string
  readonly activities: readonly Activity[]
}

export interface ProviderIdentity {
  readonly professionalId: ProfessionalId
  readonly familyName: string
  readonly firstNames: string
  readonly practices: readonly Practice[]
}

export type UserinfoReading =
  | { readonly ok: true; readonly value: ProviderIdentity }
  | { readonly ok: false; readonly code: 'PROFESSIONAL_UNKNOWN' }

const practicesMax = 20
const activitiesMax = 100
const nameCharactersMax = 80

type Json = Readonly<Record<string, unknown>>

const objectOf = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}

const textOf = (value: unknown, charactersMax: number): string =>
  typeof value === 'string' ? value.trim().slice(0, charactersMax) : ''

const listOf = (value: unknown, lengthMax: number): Json[] =>
  Array.isArray(value) ? value.slice(0, lengthMax).map(objectOf) : []

const readActivity = (activity: Json): Activity => {
  const postalCode = textOf(activity.codePostal, 5)
  return {
    finess: textOf(activity.numeroFinessSite, 20),
    companyName:
      textOf(activity.enseigneCommercialeSite, 200) || textOf(activity.raisonSocialeSite, 200),
    postalCode: /^\d{5}$/.test(postalCode) ? postalCode : null,
  }
}

const readPractice = (practice: Json): Practice => ({
  profession: textOf(practice.codeProfession, 4),
  category: textOf(practice.codeCategorieProfessionnelle, 2),
  activities: listOf(practice.activities, activitiesMax).map(readActivity),
})

/**
 * Reads userinfo. The person is `SubjectNameID`, `8` + RPPS; `sub` is the provider's own business
 * and changes with the means of sign-in, so it is never a key.
 *
 * @param userinfo the JSON as received, of any shape
 * @returns the identity, or PROFESSIONAL_UNKNOWN when there is no valid national id or no name
 */
export const readUserinfo = (userinfo: unknown): UserinfoReading => {
  const claims = objectOf(userinfo)
  const id = parseProfessionalId(textOf(claims.SubjectNameID, 40))
  // Somebody of one name may have it in either place.
  const [first = '', second = ''] = [claims.family_name, claims.given_name]
    .map((name) => textOf(name, nameCharactersMax))
    .sort((a, b) => Number(a === '') - Number(b === ''))
  const familyName = first
  if (!id.ok || familyName === '') return { ok: false, code: 'PROFESSIONAL_UNKNOWN' }
  const practices = listOf(objectOf(claims.SubjectRefPro).exercices, practicesMax)
  return {
    ok: true,
    value: {
      professionalId: id.value,
      familyName,
      firstNames: second,
      practices: practices.map(readPractice),
    },
  }
}
