/**
 * The code of a person's link. It is computed, not stored: the same screening and generation always give
 * the same code, so a replayed request answers the same link while the database keeps only its SHA-256.
 *
 * Code = base32(site, 4 bytes ‖ HMAC-SHA-256(retrieval key, "site|screening|generation"), first 16 bytes):
 * 32 characters A–Z2–7 of which 128 bits cannot be guessed. The site is readable so that a look-up
 * goes to that site's rows only.
 */
import { hash } from 'node:crypto'
import { parseSlipCode, parseSlipSerial, slipCodeLength } from '@sidep/continuity'
import { decodeBase32, encodeBase32 } from '@sidep/encoding'
import { siteFromNumber, siteToNumber } from '@sidep/identifiers'
import type { Vault } from './vault.ts'

export interface RetrievalLinks {
  /** The code of a screening's link; `generation` starts at 1 and grows with each renewal. */
  codeFor(siteId: string, screeningId: string, generation: number): string
  /** The address a person opens; the code is in the fragment, so that no server or proxy log sees it. */
  urlFor(code: string): string
  /** What the database keeps of a code: 32 bytes. */
  hashOf(code: string): Uint8Array
  /** Site of a code (of a screening's link, or a slip's), or null when the text cannot be one of ours. Lower case and spaces are forgiven. */
  parse(text: string): { readonly code: string; readonly siteId: string } | null
}

const secretBytes = 16
const siteBytes = 4
const codeLength = Math.ceil(((siteBytes + secretBytes) * 8) / 5)

const slipSerialLength = 21

/** The code of a slip's link is printed before there is a screening; nothing follows from the slip's number. */
const slipCodeOf = (text: string): { readonly code: string; readonly siteId: string } | null => {
  const read = parseSlipCode(text)
  return read.ok ? { code: read.value.text, siteId: read.value.siteId } : null
}

/** On slips printed before they had a code of their own, it is their serial. */
const oldSlipOf = (text: string): { readonly code: string; readonly siteId: string } | null => {
  const serial = parseSlipSerial(text)
  return serial.ok ? { code: serial.value.text, siteId: serial.value.siteId } : null
}

/** Builds the links of a portal reached at `publicUrl` (no slash at the end). */
export const makeRetrievalLinks = (vault: Vault, publicUrl: string): RetrievalLinks => ({
  codeFor(siteId, screeningId, generation) {
    const bytes = new Uint8Array(siteBytes + secretBytes)
    new DataView(bytes.buffer).setUint32(0, siteToNumber(siteId))
    const mac = vault.searchHash('retrieval-code', `${siteId}|${screeningId}|${generation}`)
    bytes.set(mac.subarray(0, secretBytes), siteBytes)
    return encodeBase32(bytes)
  },
  urlFor: (code) => `${publicUrl}/resultat/#${code}`,
  hashOf: (code) => new Uint8Array(hash('sha256', code, 'buffer')),
  parse(text) {
    const code = text.replace(/[\s-]/g, '').toUpperCase()
    if (code.length === slipSerialLength) return oldSlipOf(code)
    if (code.length === slipCodeLength) return slipCodeOf(code)
    if (code.length !== codeLength) return null
    const decoded = decodeBase32(code)
    if (!decoded.ok || decoded.value.length !== siteBytes + secretBytes) return null
    const bytes = decoded.value
    const siteId = siteFromNumber(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0))
    return siteId === null ? null : { code, siteId }
  },
})
