/** The part of the configuration that opens door `card`. */
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { connectionBounds } from '@sidep/admission'
import type { Reader } from './configuration-reader.ts'

export interface CardConfiguration {
  /** Where TLS with client certificates is spoken; 0 lets the system choose. */
  readonly port: number
  /** As people reach the card port, without a slash at the end; null: the portal's host name and `port`. */
  readonly publicUrl: string | null
  /** A PEM file, or a folder of them: the root and the authority for persons. */
  readonly authority: string
  /** Null: TLS ends at the proxy, and `port` stays closed. */
  readonly tls: { readonly certificate: string; readonly key: string } | null
  /** Addresses of the lists of all authorities of the bundle. */
  readonly revocationLists: readonly string[]
  /** Between two fetches. */
  readonly revocationMinutes: number
  /** How long a list decides after its next update was due. */
  readonly revocationGraceHours: number
  /** Connections at once; more are dropped before their handshake. */
  readonly connectionsMax: number
  /** Where a proxy that ends TLS brings certificates in a header (RFC 9440). */
  readonly proxy: {
    readonly host: string
    readonly port: number
    /** Addresses or networks (`10.1.2.0/24`) of the proxy. */
    readonly addresses: readonly string[]
  } | null
}

const splitList = (text: string | null): string[] =>
  (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

const isNetwork = (text: string): boolean => {
  const [address = '', bits, ...more] = text.split('/')
  const family = isIP(address)
  if (family === 0 || more.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
}

const readProxy = (
  { text, missing, wrong, integer }: Reader,
  host: string,
): CardConfiguration['proxy'] => {
  if (text('CARD_PROXY_PORT') === null) return null
  const hint = 'addresses of the proxy that ends TLS, with commas: 10.1.2.3, 10.1.3.0/24'
  const addresses = splitList(text('CARD_PROXY_ADDRESSES'))
  if (addresses.length === 0) missing('CARD_PROXY_ADDRESSES', hint)
  if (!addresses.every(isNetwork)) wrong('CARD_PROXY_ADDRESSES', hint)
  const proxyHost = text('CARD_PROXY_HOST') ?? host
  return { host: proxyHost, port: integer('CARD_PROXY_PORT', 0, 0, 65_535), addresses }
}

const readTls = (
  { text, missing }: Reader,
  workingDirectory: string,
  isNeeded: boolean,
): CardConfiguration['tls'] => {
  const certificate = text('CARD_TLS_CERTIFICATE')
  const key = text('CARD_TLS_KEY')
  if (certificate === null && key === null && !isNeeded) return null
  if (certificate === null) missing('CARD_TLS_CERTIFICATE', 'PEM file: certificate and its chain')
  if (key === null) missing('CARD_TLS_KEY', 'PEM file of the private key')
  return {
    certificate: resolve(workingDirectory, certificate ?? ''),
    key: resolve(workingDirectory, key ?? ''),
  }
}

/**
 * Reads the settings of the card door.
 *
 * @param host where the portal itself listens
 * @returns null without CARD_AUTHORITY: then there is no such door
 */
export const readCardConfiguration = (
  read: Reader,
  workingDirectory: string,
  host: string,
): CardConfiguration | null => {
  const { text, missing, wrong, integer, url } = read
  const authority = text('CARD_AUTHORITY')
  if (authority === null) return null
  const revocationLists = splitList(text('CARD_REVOCATION_LISTS'))
  const hint = 'http addresses of the lists of every authority in CARD_AUTHORITY, with commas'
  if (revocationLists.length === 0) missing('CARD_REVOCATION_LISTS', hint)
  if (!revocationLists.every((one) => URL.canParse(one) && /^https?:/.test(one))) {
    wrong('CARD_REVOCATION_LISTS', hint)
  }
  const proxy = readProxy(read, host)
  const tls = readTls(read, workingDirectory, proxy === null)
  const publicUrl = url('CARD_PUBLIC_URL', ['https:'])
  if (tls === null && text('CARD_PUBLIC_URL') === null) {
    missing('CARD_PUBLIC_URL', 'https address at which the proxy asks for cards')
  }
  return {
    port: integer('CARD_PORT', 8443, 0, 65_535),
    publicUrl,
    authority: resolve(workingDirectory, authority),
    tls,
    revocationLists,
    revocationMinutes: integer('CARD_REVOCATION_MINUTES', 60, 1, 1_440),
    revocationGraceHours: integer('CARD_REVOCATION_GRACE_HOURS', 72, 0, 720),
    connectionsMax: integer('CARD_CONNECTIONS_MAX', connectionBounds.card, 1, 100_000),
    proxy,
  }
}
