import { type CborCode, decodeCbor, encodeCbor } from './cbor.ts'
import { type Bytes, broken, decoded, type Layer } from './layer.ts'

/** Claim keys: RFC 8392 §4; hcert: IANA CWT claims registry, eHealth Network HCERT specification. */
export const cwtClaim = {
  iss: 1,
  sub: 2,
  aud: 3,
  exp: 4,
  nbf: 5,
  iat: 6,
  cti: 7,
  cnf: 8,
  hcert: -260,
} as const

export interface CwtClaims {
  /** Issuer; in a DCC the country, ISO 3166-1 alpha-2. */
  readonly iss?: string
  readonly sub?: string
  /** Seconds since 1970, may have a fraction. */
  readonly exp?: number
  /** Seconds since 1970, may have a fraction. */
  readonly nbf?: number
  /** Seconds since 1970, may have a fraction. */
  readonly iat?: number
  /** Health certificate claim, −260, as it came. */
  readonly hcert?: unknown
  /** Every claim by its key. */
  readonly all: ReadonlyMap<unknown, unknown>
}

export type CwtCode = 'CWT_NOT_A_MAP' | 'CWT_TEXT_CLAIM' | 'CWT_TIME_CLAIM'

/** What a Date can hold: ECMA-262 §21.4.1.1, in seconds. */
const secondsMax = 8.64e12

/**
 * Reads a CWT claims set: RFC 8392 §3.
 *
 * @param bytes the payload of the COSE message
 * Codes: those of `decodeCbor` when it is not CBOR; CWT_NOT_A_MAP; CWT_TEXT_CLAIM (iss or sub not
 * text); CWT_TIME_CLAIM (exp, nbf or iat not an untagged number, RFC 8392 §2, that a Date can hold).
 */
export const parseCwtClaims = (bytes: Uint8Array): Layer<CwtClaims, CborCode | CwtCode> => {
  const item = decodeCbor(bytes)
  if (!item.ok) return item
  const all = item.value
  if (!(all instanceof Map)) return broken('CWT_NOT_A_MAP')
  const claims: { -readonly [Key in keyof CwtClaims]: CwtClaims[Key] } = { all }
  for (const name of ['iss', 'sub'] as const) {
    const text: unknown = all.get(cwtClaim[name])
    if (text === undefined) continue
    if (typeof text !== 'string') return broken('CWT_TEXT_CLAIM')
    claims[name] = text
  }
  for (const name of ['exp', 'nbf', 'iat'] as const) {
    const seconds: unknown = all.get(cwtClaim[name])
    if (seconds === undefined) continue
    if (!isNumericDate(seconds)) return broken('CWT_TIME_CLAIM')
    claims[name] = seconds
  }
  if (all.has(cwtClaim.hcert)) claims.hcert = all.get(cwtClaim.hcert)
  return decoded(claims)
}

const isNumericDate = (value: unknown): value is number =>
  typeof value === 'number' && Math.abs(value) <= secondsMax

/** Encodes a claims set; times are seconds since 1970. */
export const encodeCwtClaims = (claims: Omit<CwtClaims, 'all'>): Bytes => {
  const map = new Map<number, unknown>()
  for (const name of ['iss', 'sub', 'exp', 'nbf', 'iat', 'hcert'] as const) {
    if (claims[name] !== undefined) map.set(cwtClaim[name], claims[name])
  }
  return encodeCbor(map)
}
