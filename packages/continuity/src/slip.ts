/** The slip: a pre-printed, pre-signed, numbered sheet. Its code is the address of its own result. */

import {
  broken,
  type CoseSign1,
  cwtClaim,
  decodeBase32,
  decoded,
  encodeBase32,
  type Layer,
  parseCoseSign1,
  parseCwtClaims,
  utf8Bytes,
} from '@sidep/encoding'
import { dayMilliseconds } from '@sidep/time'
import { continuityClaim, isShortText, momentOf, wholeSeconds } from './claims.ts'
import type { ContinuityKeys, Sign } from './continuity-keys.ts'
import { clockSkewMilliseconds, siteNameBytesMax, slipDaysMax } from './limits.ts'
import { type ChainFault, checkChain, signClaims, signedKeyId } from './sign-cwt.ts'
import { parseSlipSerial, type SlipSerial } from './slip-serial.ts'
import type { CancelledSlips } from './withdrawn.ts'

export interface SlipGrant {
  readonly serial: SlipSerial
  /** At most 40 bytes of UTF-8 (`shortName` cuts it). */
  readonly siteName: string
  readonly issuedAt: Date
  /** At most 92 days after `issuedAt`. */
  readonly expiresAt: Date
}

export interface Slip extends SlipGrant {
  readonly keyId: Uint8Array
  readonly cose: CoseSign1
}

/** A code that is not a slip's at all, or one that is and is broken. */
export type ReadSlip =
  | { readonly ok: true; readonly slip: Slip }
  | { readonly ok: false; readonly notMine: true; readonly code: 'SLIP_OTHER' }
  | { readonly ok: false; readonly notMine: false; readonly code: string }

export type SlipCode =
  | 'SLIP_KEY_UNKNOWN'
  | 'SLIP_KEY_NOT_VALID'
  | 'SLIP_SIGNATURE'
  | 'SLIP_TOO_LONG'
  | 'SLIP_NOT_YET'
  | 'SLIP_EXPIRED'
  | 'SLIP_CANCELLED'

/** Where a portal answers; the path by which a slip is known whatever the host. */
export const slipPath = '/resultat/'

// The codes of links have 32 characters; the letter and the length tell a slip from them.
const fragmentPrefix = 'F'
const addressPattern = /^https?:\/\/[^\s/?#]+\/resultat\/?#F([A-Z2-7]+)$/i
const messageBytesMax = 400
const slipNameKey = 1

/**
 * Signs a slip and writes the address in its QR code.
 *
 * @param origin where people open it, without a path: `https://sidep.example`
 * @returns `ORIGIN/resultat/#F` and base32
 * @throws RangeError when the slip is not within the bounds that `readSlip` and `verifySlip` check
 */
export const issueSlip = async (
  grant: SlipGrant,
  keyId: Uint8Array,
  sign: Sign,
  origin: string,
): Promise<string> => {
  const message = await signClaims(
    new Map<number, unknown>([
      [cwtClaim.exp, wholeSeconds(grant.expiresAt)],
      [cwtClaim.iat, wholeSeconds(grant.issuedAt)],
      [cwtClaim.cti, utf8Bytes(grant.serial.text)],
      [continuityClaim.slip, new Map([[slipNameKey, grant.siteName]])],
    ]),
    keyId,
    sign,
  )
  const text = `${origin}${slipPath}#${fragmentPrefix}${encodeBase32(message)}`
  const read = readSlip(text)
  if (!read.ok) throw new RangeError(`this slip could not be read: ${read.code}`)
  const fault = spanFault(read.slip)
  if (fault !== null) throw new RangeError(`this slip could not be used: ${fault}`)
  return text
}

/**
 * Reads a slip's code; trusts nothing yet. Of the address only the path and the fragment count:
 * the host is not signed, and a verifier does not open it.
 *
 * @returns the slip, or `notMine` for another code, or what is broken: the codes of base32, CBOR,
 * COSE and CWT, SLIP_TOO_LARGE, SLIP_HEADER, SLIP_TIMES, SLIP_SERIAL, SLIP_CLAIMS
 */
export const readSlip = (text: string): ReadSlip => {
  const fragment = addressPattern.exec(text)?.[1]
  if (fragment === undefined || fragment.length <= 100) {
    return { ok: false, notMine: true, code: 'SLIP_OTHER' }
  }
  const slip = slipFrom(fragment)
  return slip.ok ? { ok: true, slip: slip.value } : { ok: false, notMine: false, code: slip.code }
}

const slipFrom = (fragment: string): Layer<Slip> => {
  if (fragment.length > messageBytesMax * 2) return broken('SLIP_TOO_LARGE')
  const message = decodeBase32(fragment)
  if (!message.ok) return message
  const cose = parseCoseSign1(message.value, { maxBytes: messageBytesMax })
  if (!cose.ok) return cose
  const keyId = signedKeyId(cose.value)
  if (keyId === null) return broken('SLIP_HEADER')
  const claims = parseCwtClaims(cose.value.payload)
  if (!claims.ok) return claims
  const issuedAt = momentOf(claims.value, 'iat')
  const expiresAt = momentOf(claims.value, 'exp')
  if (issuedAt === null || expiresAt === null) return broken('SLIP_TIMES')
  const serial = serialFrom(claims.value.all.get(cwtClaim.cti))
  if (serial === null) return broken('SLIP_SERIAL')
  const content: unknown = claims.value.all.get(continuityClaim.slip)
  const siteName: unknown = content instanceof Map ? content.get(slipNameKey) : undefined
  // The same key signs booklets: what names a counter's key is one, whatever else it claims.
  if (claims.value.all.has(cwtClaim.cnf)) return broken('SLIP_CLAIMS')
  if (!isShortText(siteName, siteNameBytesMax)) return broken('SLIP_CLAIMS')
  return decoded({ serial, siteName, issuedAt, expiresAt, keyId, cose: cose.value })
}

const serialFrom = (value: unknown): SlipSerial | null => {
  if (!(value instanceof Uint8Array)) return null
  const text = String.fromCharCode(...value)
  const serial = parseSlipSerial(text)
  return serial.ok && serial.value.text === text ? serial.value : null
}

const chainCodes = {
  'key-unknown': 'SLIP_KEY_UNKNOWN',
  'key-not-valid': 'SLIP_KEY_NOT_VALID',
  signature: 'SLIP_SIGNATURE',
} as const satisfies Record<ChainFault, SlipCode>

const spanFault = ({ issuedAt, expiresAt }: SlipGrant): 'SLIP_TOO_LONG' | null => {
  const span = expiresAt.getTime() - issuedAt.getTime()
  return span > 0 && span <= slipDaysMax * dayMilliseconds ? null : 'SLIP_TOO_LONG'
}

/**
 * Whether a slip is a good sheet of its site. It says nothing of what is written on it by hand:
 * whoever looks at it compares the names with an identity document.
 *
 * @param at the verifier's clock; 5 minutes of difference are forgiven
 * @returns the slip, or SLIP_KEY_UNKNOWN, SLIP_KEY_NOT_VALID, SLIP_SIGNATURE, SLIP_TOO_LONG,
 * SLIP_NOT_YET, SLIP_EXPIRED, SLIP_CANCELLED
 */
export const verifySlip = async (
  slip: Slip,
  keys: ContinuityKeys,
  at: Date,
  cancelled: CancelledSlips,
): Promise<Layer<Slip, SlipCode>> => {
  const fault = await checkChain(slip, keys)
  if (fault !== null) return broken(chainCodes[fault])
  const span = spanFault(slip)
  if (span !== null) return broken(span)
  const now = at.getTime()
  if (now < slip.issuedAt.getTime() - clockSkewMilliseconds) return broken('SLIP_NOT_YET')
  if (now > slip.expiresAt.getTime() + clockSkewMilliseconds) return broken('SLIP_EXPIRED')
  return isCancelled(slip, cancelled) ? broken('SLIP_CANCELLED') : decoded(slip)
}

const isCancelled = (slip: Slip, cancelled: CancelledSlips): boolean => {
  if (cancelled.serials.has(slip.serial.text)) return true
  const until = cancelled.sites.get(slip.serial.siteId)
  return until !== undefined && slip.issuedAt <= until
}
