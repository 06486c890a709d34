/** Whom an address stands for, wherever shares are given by address or a network is named; one reading for all. */

/** An IPv4 peer of a socket that listens on both families, `::ffff:192.0.2.7`, is `192.0.2.7`; anything else stays. */
export const plainAddress = (address: string): string =>
  /^::ffff:(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})$/i.exec(address)?.[1] ?? address

/**
 * Whose share somebody without a session takes from: the IPv4 address, of IPv6 the /64 that one line is given (RFC 6177).
 *
 * @param text as a socket says it, IPv4 in IPv6 too (`::ffff:192.0.2.7`)
 * @example addressKey('2001:db8:1:2::9') // '2001:db8:1:2'
 */
export const addressKey = (text: string): string => {
  const address = plainAddress(text)
  if (!address.includes(':')) return address
  const [head = '', tail] = address.toLowerCase().split('::')
  const start = head === '' ? [] : head.split(':')
  const end = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = Array.from({ length: Math.max(0, 8 - start.length - end.length) }, () => '0')
  return [...start, ...zeros, ...end].slice(0, 4).join(':')
}

/** Loopback and private addresses (RFC 1918, RFC 4193): our own machines, behind which there is everybody. */
export const isOwnNetwork = (key: string): boolean =>
  /^(?:127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|0:0:0:0$|f[cd][0-9a-f]{2}:)/.test(key)

/** The network that an address (`addressKey`) is part of: the /24 of IPv4, the /48 of IPv6, what one customer is given (RFC 6177). */
export const networkOf = (key: string): string =>
  key.includes(':') ? key.split(':').slice(0, 3).join(':') : key.split('.').slice(0, 3).join('.')

/** The network of an address as a log names it: enough to see where many come from, too little to see who. */
export const networkName = (address: string): string => {
  const network = networkOf(addressKey(address))
  if (network === '') return 'unknown'
  return network.includes(':') ? `${network}::/48` : `${network}.0/24`
}
