/**
 * Cookies of a browser, as far as a sign-in needs them (RFC 6265 §5): by host and path, with expiry
 * and Secure. Ports do not separate cookies, as in browsers.
 */
interface Cookie {
  readonly name: string
  readonly value: string
  readonly host: string
  readonly path: string
  readonly secure: boolean
}

export interface CookieJar {
  /** Takes in the `Set-Cookie` headers of an answer. */
  take(url: URL, response: Response): void
  /** The `Cookie` header for a request, empty when there is none. */
  header(url: URL): string
  /** Value of a cookie by its name, whatever its host. */
  value(name: string): string | undefined
}

// RFC 6265 §5.1.4: a prefix that ends in or is followed by a slash.
const pathMatches = (requested: string, path: string): boolean =>
  requested === path ||
  (requested.startsWith(path) && (path.endsWith('/') || requested[path.length] === '/'))

const parse = (url: URL, line: string): { cookie: Cookie; gone: boolean } | undefined => {
  const [pair = '', ...attributes] = line.split(';').map((part) => part.trim())
  const equals = pair.indexOf('=')
  if (equals < 1) return undefined
  const options = new Map(
    attributes.map((attribute) => {
      const [key = '', ...value] = attribute.split('=')
      return [key.toLowerCase(), value.join('=')]
    }),
  )
  const maxAge = options.get('max-age')
  const expires = options.get('expires')
  const gone =
    maxAge !== undefined
      ? Number(maxAge) <= 0
      : expires !== undefined && Date.parse(expires) <= Date.now()
  const cookie = {
    name: pair.slice(0, equals),
    value: pair.slice(equals + 1),
    host: url.hostname,
    path: options.get('path') ?? '/',
    secure: options.has('secure'),
  }
  return { cookie, gone }
}

export const makeCookieJar = (): CookieJar => {
  const cookies = new Map<string, Cookie>()
  return {
    take: (url, response) => {
      for (const line of response.headers.getSetCookie()) {
        const parsed = parse(url, line)
        if (parsed === undefined) continue
        const { cookie, gone } = parsed
        const key = `${cookie.host} ${cookie.path} ${cookie.name}`
        if (gone) cookies.delete(key)
        else cookies.set(key, cookie)
      }
    },
    header: (url) =>
      [...cookies.values()]
        .filter(
          ({ host, path, secure }) =>
            host === url.hostname &&
            pathMatches(url.pathname, path) &&
            (!secure || url.protocol === 'https:'),
        )
        .map(({ name, value }) => `${name}=${value}`)
        .join('; '),
    value: (name) => [...cookies.values()].find((cookie) => cookie.name === name)?.value,
  }
}
