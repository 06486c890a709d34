/** The keys of a vendor's entry: public ones, of kinds that assertions may be signed with. */
import type { JSONWebKeySet, JWK } from 'jose'

export type KeysReading =
  | { readonly ok: true; readonly value: JSONWebKeySet }
  | { readonly ok: false; readonly fault: string }

const keysMax = 10
/** Characters of the modulus, base64url: 2,048 bits (RFC 7518 §3.3). */
const modulusCharactersMin = 342
const modulusCharactersMax = 700

const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'] as const

const text = (value: unknown): value is string => typeof value === 'string'

/** Algorithm of a key, and the members that make it; null for one that nothing may be signed with. */
const publicPartOf = ({ kty, crv, x, y, n, e }: JWK): JWK | null => {
  if (kty === 'EC' && crv === 'P-256' && text(x) && text(y)) return { kty, crv, x, y, alg: 'ES256' }
  if (kty === 'OKP' && crv === 'Ed25519' && text(x)) return { kty, crv, x, alg: 'EdDSA' }
  if (kty === 'RSA' && text(n) && text(e)) {
    const isLong = n.length >= modulusCharactersMin && n.length <= modulusCharactersMax
    return isLong ? { kty, n, e, alg: 'PS256' } : null
  }
  return null
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const listOf = (json: string): readonly unknown[] | null => {
  try {
    const value: unknown = JSON.parse(json)
    return isObject(value) && Array.isArray(value.keys) ? value.keys : null
  } catch {
    return null
  }
}

/**
 * Reads a JWK set (RFC 7517 §5). A private key is refused: it is not for us to know.
 * @returns the public members alone, each with its one algorithm
 */
export const parseVendorKeys = (json: string): KeysReading => {
  const list = listOf(json)
  if (list === null || list.length === 0 || list.length > keysMax)
    return { ok: false, fault: `a JWK set with 1 to ${keysMax} keys is expected` }
  const keys: JWK[] = []
  for (const [index, key] of list.entries()) {
    if (!isObject(key)) return { ok: false, fault: `key ${index + 1} is no key` }
    if (privateMembers.some((member) => member in key))
      return {
        ok: false,
        fault: `key ${index + 1} is private or secret; keep it, and give the public one`,
      }
    const part = publicPartOf(key as JWK)
    if (part === null)
      return {
        ok: false,
        fault: `key ${index + 1} is none of P-256, Ed25519, RSA of 2,048 to 4,096 bits`,
      }
    if (!text(key.kid) || !/^[\w.-]{1,60}$/.test(key.kid))
      return { ok: false, fault: `key ${index + 1} has no kid of 1 to 60 letters and digits` }
    keys.push({ ...part, kid: key.kid, use: 'sig' })
  }
  if (new Set(keys.map(({ kid }) => kid)).size !== keys.length)
    return { ok: false, fault: 'two keys have the same kid' }
  return { ok: true, value: { keys } }
}
