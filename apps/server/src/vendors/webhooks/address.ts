/**
 * Where a webhook may go: https, to a public address. A vendor names the address, and it is this network that calls it: what is
 * reachable from here alone must not be reached by it (CWE-918).
 *
 * Invariants
 * - What is judged is the address that is connected to, not the name: a name that answers otherwise the second time gains
 *   nothing, because the connection is made to what was judged.
 * - Redirects are not followed.
 */
import { lookup as systemLookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'

/** IANA's special-purpose registries: nothing of these is somebody's server on the internet. */
const special4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const
/** Of 2000::/3, what is given to the internet: ways into IPv4, and documentation. */
const special6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const

const refused = new BlockList()
for (const [net, prefix] of special4) refused.addSubnet(net, prefix, 'ipv4')
for (const [net, prefix] of special6) refused.addSubnet(net, prefix, 'ipv6')
const global6 = new BlockList()
global6.addSubnet('2000::', 3, 'ipv6')

/** Whether an address is of the internet. */
export const isPublicAddress = (address: string): boolean => {
  const family = isIP(address)
  if (family === 4) return !refused.check(address, 'ipv4')
  // What carries an IPv4 address in it is none of 2000::/3.
  return family === 6 && global6.check(address, 'ipv6') && !refused.check(address, 'ipv6')
}

const urlCharactersMax = 500

/** Reads what a vendor names. @param anywhere development: any address, http too @returns null when it may not be called */
export const readWebhookUrl = (text: string, anywhere: boolean): URL | null => {
  if (text.length > urlCharactersMax || !URL.canParse(text)) return null
  const url = new URL(text)
  const isPlain = url.username === '' && url.password === '' && url.hash === ''
  if (!isPlain || url.href !== text.trim()) return null
  if (anywhere) return url.protocol === 'https:' || url.protocol === 'http:' ? url : null
  if (url.protocol !== 'https:') return null
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) !== 0) return isPublicAddress(host) ? url : null
  // A name without a dot, or with one at its end only, is of this network.
  return /^[^.]+(?:\.[^.]+)+$/.test(host) && !host.endsWith('.localhost') ? url : null
}

/** Says of a name that it led to an address that is not called. */
export class PrivateAddress extends Error {
  readonly code = 'ADDRESS_PRIVATE'
}

/** Looks names up, and lets connections be made to public addresses alone. */
export const publicLookup =
  (lookup: typeof systemLookup = systemLookup): LookupFunction =>
  (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, '', 0)
      const [first] = addresses
      // One that is not is reason enough: who answers with both wants one of them tried.
      if (first === undefined || !addresses.every(({ address }) => isPublicAddress(address)))
        return callback(new PrivateAddress('not a public address'), '', 0)
      if (options.all === true) return callback(null, addresses)
      return callback(null, first.address, first.family)
    })
  }
