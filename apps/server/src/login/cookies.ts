/** Cookies of the login room: names, attributes and reading, in one place. */
import { parseCookie, stringifySetCookie } from 'cookie'

export interface Cookies {
  readonly sessionName: string
  /** Name of the cookie of one sign-in under way; several tabs may sign in at once. */
  loginName(state: string): string
  /** Names of all such cookies that a request carries. */
  loginNames(header: string | undefined): string[]
  read(header: string | undefined, name: string): string | undefined
  /** A `Set-Cookie` line: HttpOnly, SameSite=Lax, whole host, Secure under https. */
  set(name: string, value: string, maxAgeSeconds: number): string
  clear(name: string): string
}

const headerCharactersMax = 16_384

/**
 * @param publicUrl under https the `__Host-` prefix binds cookies to this very host
 *   (draft-ietf-httpbis-rfc6265bis §4.1.3.2), so that no sibling domain can plant one
 */
export const createCookies = (publicUrl: string): Cookies => {
  const secure = publicUrl.startsWith('https:')
  const prefix = secure ? '__Host-' : ''
  const parse = (header: string | undefined): Record<string, string | undefined> =>
    header === undefined || header.length > headerCharactersMax ? {} : parseCookie(header)
  const attributes = { path: '/', httpOnly: true, sameSite: 'lax', secure } as const
  return {
    sessionName: `${prefix}sidep-session`,
    loginName: (state) => `${prefix}sidep-login-${state.slice(0, 8)}`,
    loginNames: (header) =>
      Object.keys(parse(header)).filter((name) => name.startsWith(`${prefix}sidep-login-`)),
    read: (header, name) => {
      const cookies = parse(header)
      return Object.hasOwn(cookies, name) ? cookies[name] : undefined
    },
    set: (name, value, maxAgeSeconds) =>
      stringifySetCookie({ name, value, ...attributes, maxAge: maxAgeSeconds }),
    clear: (name) =>
      stringifySetCookie({ name, value: '', ...attributes, maxAge: 0, expires: new Date(0) }),
  }
}
