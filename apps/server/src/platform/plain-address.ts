/**
 * A request's address in the one form that everything after it reads: routes, hosts, policies and guards must not see
 * another path than the router does, which takes an address with a host in it, and letters written as `%61`, for the same.
 */

/** Letters, digits, `-`, `.`, `_` and `~`: nobody has to encode them, and encoded they mean the same (RFC 3986 §2.3). */
const encodedPlain = /%(?:2[DE]|3[0-9]|[46][1-9A-F]|[57][0-9A]|5F|7E)/gi

/** As whoever asks a proxy writes it (RFC 9112 §3.2.2). */
const schemeAndHost = /^https?:\/\/[^/?#]*/i

const decode = (octet: string): string => String.fromCharCode(Number.parseInt(octet.slice(1), 16))

/**
 * The same address without scheme and host, with a path of which nothing is encoded that need not be. A mark (`#`), which
 * no request has (RFC 9112 §3.2.1) and where the router would end the path, becomes part of the path.
 *
 * @param address of the request line, as it came
 * @example plainAddress('/%61pi/session?a=%62') // '/api/session?a=%62'
 */
export const plainAddress = (address: string): string => {
  const local = address.replace(schemeAndHost, '')
  const end = local.indexOf('?')
  const path = end < 0 ? local : local.slice(0, end)
  const plain = path.replace(encodedPlain, decode).replaceAll('#', '%23')
  const query = end < 0 ? '' : local.slice(end)
  return `${plain.startsWith('/') || address.startsWith('*') ? '' : '/'}${plain}${query}`
}
