/** Cookies of the login room: names, attributes and reading, in one place. */
import { parseCookie, stringifySetCookie } from 'cookie'

export interface Cookies {
  readonly sessionName: string
  /** Name of the cookie of one sign-in under way; several tabs may sign in at once. */
  loginName(state: string): string
  /** Names of all such cookies that a request carries. */
  loginNames(header: string | undefined): string[]
  /** Name of the cookie of one sign-in by telephone. */
  phoneName(ticket: string): string
  /** Names of all those that a request carries. */
  phoneNames(header: string | undefined): string[]
  /** Who has signed in at this browser before; it travels to the ways in alone. */
  readonly knownName: string
  /** Where somebody worked at this browser last; it travels likewise. */
  readonly placeName: string
  /** What ends the session at the identity provider; it travels to `path` alone. */
  readonly logoutHintName: string
  read(header: string | undefined, name: string): string | undefined
  /** A `Set-Cookie` line: HttpOnly, SameSite=Lax, whole host, Secure under https. */
  set(name: string, value: string, maxAgeSeconds: number, path?: string): string
  clear(name: string, path?: string): string
  /** What the sign-in page reads and forgets: no link from elsewhere can put words there, as it could into an address. */
  forPage(name: string, texts: readonly string[]): string
}

const headerCharactersMax = 16_384
/** As long as a redirect takes on a slow line. */
const pageSecondsMax = 60

/**
 * @param publicUrl under https the `__Host-` prefix binds cookies to this very host
 *   (draft-ietf-httpbis-rfc6265bis §4.1.3.2), so that no sibling domain can plant one
 */
export const makeCookies = (publicUrl: string): Cookies => {
  const secure = publicUrl.startsWith('https:')
  const prefix = secure ? '__Host-' : ''
  const parse = (header: string | undefined): Record<string, string | undefined> =>
    header === undefined || header.length > headerCharactersMax ? {} : parseCookie(header)
  const attributes = { path: '/', httpOnly: true, sameSite: 'lax', secure } as const
  const namesFrom = (header: string | undefined, start: string): string[] =>
    Object.keys(parse(header)).filter((name) => name.startsWith(start))
  return {
    sessionName: `${prefix}sidep-session`,
    loginName: (state) => `${prefix}sidep-login-${state.slice(0, 8)}`,
    loginNames: (header) => namesFrom(header, `${prefix}sidep-login-`),
    phoneName: (ticket) => `${prefix}sidep-phone-${ticket.slice(0, 8)}`,
    phoneNames: (header) => namesFrom(header, `${prefix}sidep-phone-`),
    knownName: `${secure ? '__Secure-' : ''}sidep-known`,
    placeName: `${secure ? '__Secure-' : ''}sidep-place`,
    // Not `__Host-`, which wants the whole host as its path; `__Secure-` is what is left.
    logoutHintName: `${secure ? '__Secure-' : ''}sidep-logout-hint`,
    read: (header, name) => {
      const cookies = parse(header)
      return Object.hasOwn(cookies, name) ? cookies[name] : undefined
    },
    set: (name, value, maxAgeSeconds, path = '/') =>
      stringifySetCookie({ name, value, ...attributes, path, maxAge: maxAgeSeconds }),
    clear: (name, path = '/') =>
      stringifySetCookie({ name, value: '', ...attributes, path, maxAge: 0, expires: new Date(0) }),
    forPage: (name, texts) =>
      stringifySetCookie({
        name,
        value: JSON.stringify(texts),
        ...attributes,
        httpOnly: false,
        path: '/pro/',
        maxAge: pageSecondsMax,
      }),
  }
}
