/** `Client-Cert` and `Client-Cert-Chain` of a TLS-terminating proxy (RFC 9440), as structured fields (RFC 9651). */
import { certificateBytesMax } from './certificate.ts'

export const clientCertHeaders = ['client-cert', 'client-cert-chain'] as const

export type HeaderReading =
  | { readonly ok: true; readonly value: Uint8Array }
  | { readonly ok: false; readonly code: 'CARD_MISSING' | 'CARD_HEADER_REFUSED' }

/** A Byte Sequence: base64 between colons (RFC 9651 §3.3.5). */
const byteSequence = /^:([A-Za-z0-9+/]+={0,2}):$/

const base64CharactersMax = Math.ceil(certificateBytesMax / 3) * 4 + 4

/** Values of a header, one for each line that a client or proxy sent. */
const valuesOf = (rawHeaders: readonly string[], name: string): string[] =>
  rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name)

/** Whether a request carries a certificate in a header, well formed or not. */
export const hasClientCertHeader = (rawHeaders: readonly string[]): boolean =>
  clientCertHeaders.some((name) => valuesOf(rawHeaders, name).length > 0)

/**
 * The certificate that the proxy saw. Its chain is not read: issuers come from the configuration alone.
 *
 * @param rawHeaders as Node has them, names and values in turn
 * @returns DER; CARD_MISSING without the header; CARD_HEADER_REFUSED when it is there twice, as a list, or malformed
 */
export const readClientCertHeader = (rawHeaders: readonly string[]): HeaderReading => {
  const values = valuesOf(rawHeaders, 'client-cert')
  const [value] = values
  if (value === undefined) return { ok: false, code: 'CARD_MISSING' }
  // A second line is what a client smuggled past the proxy: which of them is the proxy's, nobody can tell.
  if (values.length > 1 || value.length > base64CharactersMax) {
    return { ok: false, code: 'CARD_HEADER_REFUSED' }
  }
  const base64 = byteSequence.exec(value.trim())?.[1]
  const bytes = base64 === undefined ? undefined : Buffer.from(base64, 'base64')
  if (bytes === undefined || bytes.length === 0 || bytes.toString('base64') !== base64) {
    return { ok: false, code: 'CARD_HEADER_REFUSED' }
  }
  return { ok: true, value: new Uint8Array(bytes) }
}
