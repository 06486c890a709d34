/**
 * A device's statement that it renews its session: a JWS by the key the session is bound to, made without asking
 * the server for a challenge first (after RFC 9449 §4).
 *
 * Invariants
 * - Only ES256 by the public key in the header counts, and only if that key is the one of the session's `cnf`.
 * - It names this portal, this session and a time close to ours; it is taken once by a process.
 * - What is renewed ends by the time in the statement, not by the time it is heard: said again elsewhere, it
 *   gives nothing that the first time did not give.
 */
import { calculateJwkThumbprint, EmbeddedJWK, errors, type JWK, jwtVerify } from 'jose'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { createBoundedCache } from './bounded-cache.ts'

export const proofType = 'sidep-renewal+jwt'

/** How far a statement's time may be from ours, seconds: a slow line, not a wrong clock. */
export const proofSecondsMax = 60

/** Statements remembered until they are too old anyway; about 120 bytes each. */
const rememberedMax = 50_000

const Claims = Type.Object({
  sid: Type.String({ minLength: 1, maxLength: 60 }),
  iat: Type.Integer(),
  jti: Type.String({ minLength: 16, maxLength: 64 }),
})
export type Statement = Static<typeof Claims>

export type ProofCheck =
  | { readonly ok: true; readonly at: Date }
  | { readonly ok: false; readonly code: 'SESSION_PROOF_INVALID' | 'SESSION_PROOF_STALE' }

export interface DeviceProofs {
  /**
   * @param proof as sent
   * @param session the session and the thumbprint of its key
   * @returns the statement's own time
   */
  check(
    proof: string,
    session: { readonly sessionId: string; readonly device: string },
  ): Promise<ProofCheck>
}

/** Header members of a public P-256 key, and no others: a private one or one to be fetched is refused. */
const isPlainPublicKey = (jwk: JWK | undefined): jwk is JWK =>
  jwk !== undefined &&
  jwk.kty === 'EC' &&
  jwk.crv === 'P-256' &&
  typeof jwk.x === 'string' &&
  typeof jwk.y === 'string' &&
  jwk.d === undefined

const invalid = { ok: false, code: 'SESSION_PROOF_INVALID' } as const
const stale = { ok: false, code: 'SESSION_PROOF_STALE' } as const

/** @param audience origin of the portal: a statement made for another one is worth nothing here */
export const createDeviceProofs = (audience: string, now: () => Date): DeviceProofs => {
  const heard = createBoundedCache<true>(rememberedMax)
  return {
    check: async (proof, { sessionId, device }) => {
      try {
        const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
          algorithms: ['ES256'],
          typ: proofType,
          audience,
          currentDate: now(),
        })
        const { jwk } = protectedHeader
        if (!isPlainPublicKey(jwk) || (await calculateJwkThumbprint(jwk)) !== device) return invalid
        if (!Value.Check(Claims, payload) || payload.sid !== sessionId) return invalid
        if (Math.abs(now().getTime() / 1000 - payload.iat) > proofSecondsMax) return stale
        const name = `${sessionId} ${payload.jti}`
        if (heard.get(name) === true) return invalid
        heard.set(name, true)
        return { ok: true, at: new Date(payload.iat * 1000) }
      } catch (error) {
        if (error instanceof errors.JOSEError || error instanceof TypeError) return invalid
        // WebCrypto on coordinates that are no point of the curve.
        if (error instanceof DOMException) return invalid
        throw error
      }
    },
  }
}
