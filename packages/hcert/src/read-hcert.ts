import {
  type CoseSign1,
  type CwtClaims,
  decodeBase45,
  inflate,
  parseCoseSign1,
  parseCwtClaims,
} from '@sidep/encoding'

/** Context identifier of health certificates, version 1: HCERT specification §4.2. */
export const hcertPrefix = 'HC1:'

/** Key of the EU DCC within the hcert claim: HCERT specification §3.3.1. */
export const dccClaimKey = 1

export type HcertStep = 'prefix' | 'base45' | 'zlib' | 'cbor' | 'cose' | 'cwt'

export interface Hcert {
  readonly ok: true
  readonly cose: CoseSign1
  readonly claims: CwtClaims
  /** The DCC as decoded, for `parseDcc`. */
  readonly payload: unknown
}

export interface HcertBroken {
  readonly ok: false
  readonly step: HcertStep
  readonly code: string
}

/**
 * Takes a code's text apart, layer by layer: HCERT specification §4. Trusts nothing yet: what it
 * answers says what the text claims, not that anyone signed it.
 *
 * @param text the text of the QR code, with its prefix
 * @returns the layers, or the step that failed and its code. PREFIX_OTHER: not a certificate of
 * this format at all. CWT_HCERT: no DCC in the claims.
 */
export const readHcert = (text: string): Hcert | HcertBroken => {
  if (!text.startsWith(hcertPrefix)) return brokenAt('prefix', 'PREFIX_OTHER')
  const compressed = decodeBase45(text, { from: hcertPrefix.length })
  if (!compressed.ok) return brokenAt('base45', compressed.code)
  const message = inflate(compressed.value)
  if (!message.ok) return brokenAt('zlib', message.code)
  return readHcertMessage(message.value)
}

/** The same from the COSE message on, for what comes without a code around it. */
export const readHcertMessage = (message: Uint8Array): Hcert | HcertBroken => {
  const cose = parseCoseSign1(message)
  if (!cose.ok) return brokenAt(cose.code.startsWith('CBOR_') ? 'cbor' : 'cose', cose.code)
  const claims = parseCwtClaims(cose.value.payload)
  if (!claims.ok) return brokenAt('cwt', claims.code)
  const hcert = claims.value.hcert
  const payload: unknown = hcert instanceof Map ? hcert.get(dccClaimKey) : undefined
  if (!(payload instanceof Map)) return brokenAt('cwt', 'CWT_HCERT')
  return { ok: true, cose: cose.value, claims: claims.value, payload }
}

const brokenAt = (step: HcertStep, code: string): HcertBroken => ({ ok: false, step, code })
