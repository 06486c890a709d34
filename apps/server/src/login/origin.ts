/** Requests that change something must come from our own pages. */
import type { IncomingHttpHeaders } from 'node:http'

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Whether a request may act with the browser's cookies (W3C Fetch Metadata §2.4; RFC 6454 §7).
 *
 * A browser says where a request comes from: `Sec-Fetch-Site`, or, in older ones, `Origin`. Without
 * either it is no browser (a load generator, `curl`), so nobody's cookies are borrowed; and our
 * cookies are SameSite=Lax besides.
 *
 * @param ownOrigin scheme, host and port of the public address
 */
export const isOwnOrigin = (
  method: string,
  headers: IncomingHttpHeaders,
  ownOrigin: string,
): boolean => {
  if (safeMethods.has(method)) return true
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin'
  return headers.origin === undefined || headers.origin === ownOrigin
}
