/**
 * Access tokens of software: JWTs (RFC 9068) signed with the keys of sessions, of a type of their own, bound to a certificate
 * (RFC 8705 §3.1). One is checked without the database; what ended it since is the guard's to ask.
 *
 * Invariants
 * - A session's cookie is no access token, nor the other way round: types and audiences differ, and a cookie carries a MAC besides.
 * - It works on connections that show the certificate it was asked for with, and on no other.
 */
import { isVendorScope, type VendorScope } from '@sidep/contracts'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { makeBoundedCache } from '../platform/bounded-cache.ts'
import { checkJws, makeKeysByName, signJws } from '../platform/jws.ts'
import type { SignerRing } from '../platform/signer.ts'
import type { VendorDelegation } from './delegation.ts'

export interface AccessToken {
  readonly vendorId: string
  /** `x5t#S256` of the certificate that it is bound to. */
  readonly x5t: string
  readonly scopes: readonly VendorScope[]
  readonly expiresAt: Date
  /** Null: of the software alone. */
  readonly delegation: Omit<VendorDelegation, 'scopes' | 'vendorId'> | null
}

export type AccessTokenCheck =
  | { readonly ok: true; readonly token: AccessToken }
  | { readonly ok: false; readonly code: 'VENDOR_TOKEN_INVALID' | 'VENDOR_TOKEN_EXPIRED' }

export interface AccessTokens {
  issue(token: AccessToken, tokenId: string): Promise<string>
  /** Whether it was checked before: then it costs nothing to check it again. */
  isKnown(text: string): boolean
  check(text: string, x5t: string): Promise<AccessTokenCheck>
}

// RFC 9068 §2.1.
const tokenType = 'at+jwt'
export const accessTokenSeconds = 600
/** With the longest names and every scope some 1,300 characters. */
const charactersMax = 4_000
/** Tokens remembered as checked; about 3 kB each. */
const rememberedMax = 20_000

const Claims = Type.Object({
  sub: Type.String(),
  client_id: Type.String(),
  scope: Type.String(),
  jti: Type.String(),
  iat: Type.Integer(),
  exp: Type.Integer(),
  cnf: Type.Object({ 'x5t#S256': Type.String() }),
  /** Delegation: id, granted, strong sign-in, end; key of the software; then site, then professional. */
  dlg: Type.Optional(
    Type.Tuple([
      Type.String(),
      Type.Integer(),
      Type.Integer(),
      Type.Integer(),
      Type.Union([Type.String(), Type.Null()]),
      Type.Tuple([Type.String(), Type.String(), Type.Union([Type.String(), Type.Null()])]),
      Type.Tuple([Type.String(), Type.String(), Type.String(), Type.String()]),
    ]),
  ),
})
type Claims = Static<typeof Claims>

const secondsOf = (at: Date): number => Math.floor(at.getTime() / 1_000)
const dateOf = (seconds: number): Date => new Date(seconds * 1_000)

const claimOf = (
  delegation: NonNullable<AccessToken['delegation']>,
): NonNullable<Claims['dlg']> => {
  const { id, grantedAt, signedInAt, endsAt, device, site, professional } = delegation
  return [
    id,
    secondsOf(grantedAt),
    secondsOf(signedInAt),
    secondsOf(endsAt),
    device,
    [site.id, site.name, site.postalCode],
    [professional.id, professional.familyName, professional.firstNames, professional.profession],
  ]
}

const delegationOf = (claim: Claims['dlg']): AccessToken['delegation'] => {
  if (claim === undefined) return null
  const [id, grantedAt, signedInAt, endsAt, device, site, person] = claim
  return {
    id,
    grantedAt: dateOf(grantedAt),
    signedInAt: dateOf(signedInAt),
    endsAt: dateOf(endsAt),
    device,
    site: { id: site[0], name: site[1], postalCode: site[2] },
    professional: {
      id: person[0],
      familyName: person[1],
      firstNames: person[2],
      profession: person[3],
    },
  }
}

interface AccessTokenOptions {
  readonly signer: SignerRing
  /** As clients reach the port. */
  readonly issuer: string
  readonly now: () => Date
}

export const makeAccessTokens = ({ signer, issuer, now }: AccessTokenOptions): AccessTokens => {
  if (signer.scope !== 'session') throw new TypeError('access tokens need a signer of sessions')
  const remembered = makeBoundedCache<{
    readonly token: AccessToken
    readonly kid: string | undefined
  }>(rememberedMax)
  const keyNamed = makeKeysByName(signer)

  const verify = async (text: string): Promise<AccessTokenCheck> => {
    const options = { typ: tokenType, issuer, audience: issuer, currentDate: now() }
    const check = await checkJws(text, keyNamed, options)
    if (!check.ok) {
      const code = check.reason === 'expired' ? 'VENDOR_TOKEN_EXPIRED' : 'VENDOR_TOKEN_INVALID'
      return { ok: false, code }
    }
    const { payload, kid } = check
    if (!Value.Check(Claims, payload)) return { ok: false, code: 'VENDOR_TOKEN_INVALID' }
    const token = {
      vendorId: payload.client_id,
      x5t: payload.cnf['x5t#S256'],
      scopes: payload.scope.split(' ').filter(isVendorScope),
      expiresAt: dateOf(payload.exp),
      delegation: delegationOf(payload.dlg),
    }
    remembered.set(text, { token, kid })
    return { ok: true, token }
  }

  return {
    async issue({ vendorId, x5t, scopes, expiresAt, delegation }, tokenId) {
      const claims: Claims & { iss: string; aud: string } = {
        iss: issuer,
        aud: issuer,
        sub: delegation?.professional.id ?? vendorId,
        client_id: vendorId,
        scope: scopes.join(' '),
        jti: tokenId,
        iat: secondsOf(now()),
        exp: secondsOf(expiresAt),
        cnf: { 'x5t#S256': x5t },
        ...(delegation === null ? {} : { dlg: claimOf(delegation) }),
      }
      return signJws(signer.current(), tokenType, claims)
    },
    isKnown: (text) => remembered.get(text) !== undefined,
    async check(text, x5t) {
      if (text.length > charactersMax) return { ok: false, code: 'VENDOR_TOKEN_INVALID' }
      const known = remembered.get(text)
      const checked =
        known === undefined || keyNamed(known.kid) === undefined
          ? await verify(text)
          : ({ ok: true, token: known.token } as const)
      if (!checked.ok) return checked
      const { token } = checked
      if (token.expiresAt <= now()) return { ok: false, code: 'VENDOR_TOKEN_EXPIRED' }
      // RFC 8705 §3: another certificate, though it be one of the same vendor's, has no use of it.
      return token.x5t === x5t ? checked : { ok: false, code: 'VENDOR_TOKEN_INVALID' }
    },
  }
}
