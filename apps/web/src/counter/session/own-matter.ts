import { type ProblemCode, refusedPlacesCookie } from '@sidep/contracts'

/** Refusals for what is the person's or a register's: another door would say the same. */
const ownMatters = [
  'PROFESSION_NOT_PERMITTED',
  'PROFESSIONAL_UNKNOWN',
  'PROFESSIONAL_SUSPENDED',
  'ACTIVITY_MISSING',
  'SITE_WITHOUT_FINESS',
  'DELEGATION_MISSING',
  'EMPLOYEE_SITE_UNKNOWN',
  'LOGIN_REFUSED',
  'LOGIN_NOT_PROVED',
] as const satisfies readonly ProblemCode[]

export type OwnMatter = (typeof ownMatters)[number]

/** The code itself when no door is at fault; null otherwise. */
export const ownMatterOf = (code: ProblemCode | null): OwnMatter | null =>
  ownMatters.find((one) => one === code) ?? null

const placesMax = 5
const nameCharactersMax = 80

/** Reads a list of names out of a cookie header; anything else is none. */
export const placesIn = (cookies: string): readonly string[] => {
  const start = `${refusedPlacesCookie}=`
  const found = cookies.split('; ').find((one) => one.startsWith(start))
  if (found === undefined) return []
  try {
    const names: unknown = JSON.parse(decodeURIComponent(found.slice(start.length)))
    if (!Array.isArray(names)) return []
    return names
      .filter((name) => typeof name === 'string')
      .slice(0, placesMax)
      .map((name) => name.slice(0, nameCharactersMax))
  } catch {
    // Not ours.
    return []
  }
}

/** The places that a door told this page of, once: they are forgotten with the reading. */
export const takeRefusedPlaces = (): readonly string[] => {
  const places = placesIn(document.cookie)
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store interface is not in every browser that is used here
  document.cookie = `${refusedPlacesCookie}=; path=/pro/; max-age=0`
  return places
}
