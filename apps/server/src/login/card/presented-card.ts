/** Where a request's certificate comes from: its own TLS connection, or the header of the proxy that ended it. */
import type { IncomingMessage } from 'node:http'
import { BlockList, isIPv6 } from 'node:net'
import { TLSSocket } from 'node:tls'
import { plainAddress } from '../../platform/network-address.ts'
import { hasClientCertHeader, readClientCertHeader } from './client-cert-header.ts'

export type Presented =
  | { readonly ok: true; readonly certificate: Uint8Array }
  | {
      readonly ok: false
      readonly code: 'CARD_MISSING' | 'CARD_HEADER_REFUSED' | 'CARD_PROXY_UNKNOWN'
    }

export type PresentedOf = (request: IncomingMessage) => Presented

const missing = { ok: false, code: 'CARD_MISSING' } as const

/**
 * The certificate of a request's own connection. The handshake has proved that the client holds its key, whoever
 * issued it; a header that claims another is refused, not passed over, so that a mistaken set-up shows.
 */
export const presentedByConnection: PresentedOf = ({ rawHeaders, socket }) => {
  if (hasClientCertHeader(rawHeaders)) return { ok: false, code: 'CARD_HEADER_REFUSED' }
  // A resumed session carries the certificate of an earlier handshake: the card may have left the reader since.
  if (!(socket instanceof TLSSocket) || socket.isSessionReused()) return missing
  const certificate = socket.getPeerX509Certificate()?.raw
  return certificate === undefined
    ? missing
    : { ok: true, certificate: new Uint8Array(certificate) }
}

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIPv6(address) ? 'ipv6' : 'ipv4')

const listOf = (addresses: readonly string[]): BlockList => {
  const list = new BlockList()
  for (const entry of addresses) {
    const [address = '', bits] = entry.split('/')
    if (bits === undefined) list.addAddress(address, familyOf(address))
    else list.addSubnet(address, Number(bits), familyOf(address))
  }
  return list
}

/** The certificate that the proxy names in its header. @param addresses of the proxy; nobody else is believed */
export const presentedByProxy = (addresses: readonly string[]): PresentedOf => {
  const proxies = listOf(addresses)
  return ({ rawHeaders, socket }) => {
    const address = plainAddress(socket.remoteAddress ?? '')
    if (address === '' || !proxies.check(address, familyOf(address))) {
      return { ok: false, code: 'CARD_PROXY_UNKNOWN' }
    }
    const reading = readClientCertHeader(rawHeaders)
    return reading.ok ? { ok: true, certificate: reading.value } : { ok: false, code: reading.code }
  }
}
