/**
 * Signed tokens of our own (JWS, RFC 7515) by keys of a ring. They are put together here and not by jose because a key may be
 * in a hardware module: the port signs bytes and shows no key.
 */
import { errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose'
import type { PublicSigner, RingKey, Signer, SignerRing } from './signer.ts'

/** Clocks of our own servers may differ by this much, seconds. */
export const clockToleranceSeconds = 5

export const base64url = (value: string | Uint8Array): string =>
  Buffer.from(value).toString('base64url')

/** How a key is named in what it signs. */
export const keyIdText = ({ keyId }: Pick<PublicSigner, 'keyId'>): string => base64url(keyId)

/** Compact form (RFC 7515 §3.1), ES256 as r‖s (RFC 7518 §3.4). @param typ an explicit type, RFC 8725 §3.11 */
export const signJws = async (
  key: Pick<Signer, 'keyId' | 'sign'>,
  typ: string,
  claims: object,
): Promise<string> => {
  const header = { alg: 'ES256', typ, kid: keyIdText(key) }
  const toBeSigned = `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(claims))}`
  return `${toBeSigned}.${base64url(await key.sign(Buffer.from(toBeSigned)))}`
}

/** Looks the keys of a ring up by name; their names are worked out once for each change of the ring. */
export const makeKeysByName = (
  ring: Pick<SignerRing, 'keys'>,
): ((kid: string | undefined) => RingKey | undefined) => {
  let named = { of: ring.keys(), byName: new Map<string | undefined, RingKey>() }
  return (kid) => {
    const of = ring.keys()
    if (of !== named.of || named.byName.size === 0)
      named = { of, byName: new Map(of.map((key) => [keyIdText(key), key])) }
    return named.byName.get(kid)
  }
}

export type JwsCheck =
  | { readonly ok: true; readonly payload: JWTPayload; readonly kid: string | undefined }
  | { readonly ok: false; readonly reason: 'expired' | 'invalid' }

/** Checks signature, type and times; what the claims say is the caller's. */
export const checkJws = async (
  text: string,
  keyNamed: (kid: string | undefined) => Pick<PublicSigner, 'publicKey'> | undefined,
  options: Required<Pick<JWTVerifyOptions, 'typ' | 'audience' | 'currentDate'>> &
    Pick<JWTVerifyOptions, 'issuer' | 'maxTokenAge'>,
): Promise<JwsCheck> => {
  try {
    const { payload, protectedHeader } = await jwtVerify(
      text,
      ({ kid }) => {
        const key = keyNamed(kid)
        if (key === undefined) throw new errors.JWKSNoMatchingKey()
        return key.publicKey
      },
      { ...options, algorithms: ['ES256'], clockTolerance: clockToleranceSeconds },
    )
    return { ok: true, payload, kid: protectedHeader.kid }
  } catch (error) {
    if (error instanceof errors.JWTExpired) return { ok: false, reason: 'expired' }
    if (error instanceof errors.JOSEError) return { ok: false, reason: 'invalid' }
    throw error
  }
}
