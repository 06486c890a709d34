/**
 * What a device states under its key: that it renews its session, or that it wants this one act done. A JWS by the
 * key the session is bound to, made without asking the server for a challenge first (after RFC 9449 §4).
 *
 * Invariants
 * - Only ES256 by the public key in the header counts, and only if that key is the one of the session's `cnf`.
 * - It names this portal, this session and a time close to ours; it is taken once by a process.
 * - A statement of one kind is none of the other: their types differ.
 * - What is renewed ends by the time in the statement, not by the time it is heard: said again elsewhere, it
 *   gives nothing that the first time did not give.
 * - An act's statement names method, path and the very bytes of the body: it does nothing else. That it is taken
 *   once by all processes together is `proof-store.ts`'s.
 */
import { deviceActType } from '@sidep/contracts'
import { calculateJwkThumbprint, EmbeddedJWK, errors, type JWK, jwtVerify } from 'jose'
import { type Static, type TSchema, Type } from 'typebox'
import { Value } from 'typebox/value'
import { makeBoundedCache } from '../platform/bounded-cache.ts'

export const renewalProofType = 'sidep-renewal+jwt'

/** How far a statement's time may be from ours, seconds: a slow line, not a wrong clock. */
export const proofSecondsMax = 60

/** Longer ones are not looked at. */
export const proofCharactersMax = 1_500

/** Statements remembered until they are too old anyway; about 120 bytes each. */
const rememberedMax = 50_000

const statement = {
  sid: Type.String({ minLength: 1, maxLength: 60 }),
  iat: Type.Integer(),
  jti: Type.String({ minLength: 16, maxLength: 64 }),
} as const
const Statement = Type.Object(statement)
const ActStatement = Type.Object({
  ...statement,
  /** Method and path, without a query (RFC 9449 §4.2); the host is the audience. */
  htm: Type.String({ maxLength: 10 }),
  htu: Type.String({ maxLength: 200 }),
  /** SHA-256 of the body as sent, base64url; of no bytes when there is none. */
  bod: Type.String({ maxLength: 60 }),
})

type ProofCode = 'SESSION_PROOF_INVALID' | 'SESSION_PROOF_STALE'

export type ProofCheck =
  | { readonly ok: true; readonly at: Date; readonly nonce: string }
  | { readonly ok: false; readonly code: ProofCode }

/** A session, and the thumbprint of its key. */
export interface BoundSession {
  readonly sessionId: string
  readonly device: string
}

/** What is asked for, as the request has it. */
export interface StatedAct {
  readonly method: string
  readonly path: string
  /** SHA-256 of the body, base64url. */
  readonly bodyDigest: string
}

export interface DeviceProofs {
  /** @returns the statement's own time */
  checkRenewal(proof: string, session: BoundSession): Promise<ProofCheck>
  checkAct(proof: string, session: BoundSession, act: StatedAct): Promise<ProofCheck>
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
export const makeDeviceProofs = (audience: string, now: () => Date): DeviceProofs => {
  const heard = makeBoundedCache<true>(rememberedMax)

  const check = async <S extends TSchema>(
    proof: string,
    { sessionId, device }: BoundSession,
    typ: string,
    schema: S,
    isMeant: (claims: Static<S>) => boolean,
  ): Promise<ProofCheck> => {
    if (proof.length > proofCharactersMax) return invalid
    try {
      const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
        algorithms: ['ES256'],
        typ,
        audience,
        currentDate: now(),
      })
      const { jwk } = protectedHeader
      if (!isPlainPublicKey(jwk) || (await calculateJwkThumbprint(jwk)) !== device) return invalid
      if (!Value.Check(Statement, payload) || payload.sid !== sessionId) return invalid
      if (!Value.Check(schema, payload) || !isMeant(payload)) return invalid
      if (Math.abs(now().getTime() / 1000 - payload.iat) > proofSecondsMax) return stale
      const name = `${sessionId} ${payload.jti}`
      if (heard.get(name) === true) return invalid
      heard.set(name, true)
      return { ok: true, at: new Date(payload.iat * 1000), nonce: payload.jti }
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError) return invalid
      // WebCrypto on coordinates that are no point of the curve.
      if (error instanceof DOMException) return invalid
      throw error
    }
  }

  return {
    checkRenewal: (proof, session) =>
      check(proof, session, renewalProofType, Statement, () => true),
    checkAct: (proof, session, { method, path, bodyDigest }) =>
      check(
        proof,
        session,
        deviceActType,
        ActStatement,
        ({ htm, htu, bod }) => htm === method && htu === path && bod === bodyDigest,
      ),
  }
}
