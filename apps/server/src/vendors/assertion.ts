/**
 * How software says who it is: a JWT by a key of its vendor's entry (`private_key_jwt`, RFC 7523 §3).
 *
 * Invariants
 * - Asymmetric algorithms alone, from a list: a public key is no secret to check an HMAC with (RFC 8725 §3.1).
 * - It is of the vendor whose certificate the connection shows, for this server, for minutes, and counts once in all processes.
 */
import {
  assertionAlgorithms,
  assertionClockSecondsMax,
  assertionSecondsMax,
  assertionType,
} from '@sidep/contracts'
import { createLocalJWKSet, errors, type JWTPayload, jwtVerify } from 'jose'
import type { Sql } from '../platform/context.ts'
import type { Vendor } from './register.ts'

export type AssertionCheck =
  | { readonly ok: true; readonly jti: string; readonly expiresAt: Date }
  | {
      readonly ok: false
      readonly code:
        | 'VENDOR_REQUEST_INVALID'
        | 'VENDOR_ASSERTION_INVALID'
        | 'VENDOR_ASSERTION_STALE'
    }

interface Stated {
  readonly client_assertion_type?: string
  readonly client_assertion?: string
  readonly client_id?: string
}

const jtiCharactersMin = 8
const jtiCharactersMax = 128

const refuse = (code: Extract<AssertionCheck, { ok: false }>['code']): AssertionCheck => ({
  ok: false,
  code,
})

const judge = (
  { exp = 0, iat, sub, iss, jti = '' }: JWTPayload,
  vendor: Vendor,
  nowSeconds: number,
): AssertionCheck => {
  const isTheirs = iss === vendor.id && sub === vendor.id
  const isNamed = jti.length >= jtiCharactersMin && jti.length <= jtiCharactersMax
  if (!isTheirs || !isNamed || typeof iat !== 'number') return refuse('VENDOR_ASSERTION_INVALID')
  const latest = nowSeconds + assertionSecondsMax + assertionClockSecondsMax
  const isTimely =
    exp <= latest &&
    exp - iat <= assertionSecondsMax &&
    iat <= nowSeconds + assertionClockSecondsMax
  if (!isTimely) return refuse('VENDOR_ASSERTION_STALE')
  return { ok: true, jti, expiresAt: new Date((exp + assertionClockSecondsMax) * 1_000) }
}

/**
 * Checks what a client states.
 * @param vendor whose certificate the connection shows
 * @param audiences the issuer, and the address that was asked
 */
export const checkAssertion = async (
  { client_assertion_type, client_assertion, client_id }: Stated,
  vendor: Vendor,
  audiences: readonly string[],
  now: Date,
): Promise<AssertionCheck> => {
  if (client_assertion === undefined || client_assertion_type !== assertionType)
    return refuse('VENDOR_REQUEST_INVALID')
  // RFC 7521 §4.2: it may be there, and is then the same.
  if (client_id !== undefined && client_id !== vendor.id) return refuse('VENDOR_ASSERTION_INVALID')
  try {
    const { payload } = await jwtVerify(client_assertion, createLocalJWKSet(vendor.keys), {
      algorithms: [...assertionAlgorithms],
      audience: [...audiences],
      currentDate: now,
      clockTolerance: assertionClockSecondsMax,
      requiredClaims: ['iss', 'sub', 'aud', 'exp', 'iat', 'jti'],
    })
    return judge(payload, vendor, now.getTime() / 1_000)
  } catch (error) {
    if (error instanceof errors.JWTExpired) return refuse('VENDOR_ASSERTION_STALE')
    const isTooEarly =
      error instanceof errors.JWTClaimValidationFailed &&
      (error.claim === 'nbf' || error.claim === 'iat') &&
      error.reason === 'check_failed'
    if (isTooEarly) return refuse('VENDOR_ASSERTION_STALE')
    const isMalformed =
      error instanceof errors.JOSEError ||
      error instanceof TypeError ||
      error instanceof DOMException
    if (isMalformed) return refuse('VENDOR_ASSERTION_INVALID')
    throw error
  }
}

/** @returns whether nobody has taken it yet, in whichever process */
export const takeAssertion = async (
  database: Sql,
  vendorId: string,
  { jti, expiresAt }: Extract<AssertionCheck, { ok: true }>,
): Promise<boolean> => {
  const taken = await database`
    insert into vendor_assertion (vendor_id, jti, expires_at)
    values (${vendorId}, ${jti}, ${expiresAt}) on conflict do nothing returning 1`
  return taken.length > 0
}

/** Removes those that nobody would take any more. */
export const sweepAssertions = async (database: Sql, now: Date): Promise<void> => {
  await database`delete from vendor_assertion where expires_at < ${now}`
}
