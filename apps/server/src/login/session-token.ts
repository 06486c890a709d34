/**
 * The session: a signed token that the browser keeps and any process checks alone.
 *
 * Invariants
 * - Checking reads neither the database nor the identity provider (invariant 4 of the house): the
 *   signature, the time and the shape decide.
 * - Only keys of scope `session` count, only ES256, only our own `typ`: a token made for something
 *   else, by any of our keys, is no session.
 * - Choosing a site makes a new token of the same session: neither its start nor its end moves.
 */
import type { Door, SiteView } from '@sidep/contracts'
import { errors, jwtVerify } from 'jose'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import type { Actor } from '../platform/actor.ts'
import type { Signer } from '../platform/signer.ts'
import { createBoundedCache } from './bounded-cache.ts'

/** An activity that cannot be used, and why, so that the person is not left to guess. */
export interface SiteLeftOut {
  readonly name: string
  readonly reason: 'FINESS_MISSING' | 'FINESS_INVALID'
}

export interface Session extends Actor {
  readonly sitesLeftOut: readonly SiteLeftOut[]
}

export type SessionCheck =
  | { readonly ok: true; readonly session: Session }
  | { readonly ok: false; readonly code: 'SESSION_INVALID' | 'SESSION_EXPIRED' }

export interface SessionTokens {
  /** The token of a session, at most `sessionTokenCharactersMax` long. */
  issue(session: Session): Promise<string>
  verify(token: string): Promise<SessionCheck>
}

type CheckingKey = Pick<Signer, 'keyId' | 'publicKey'>

interface SessionTokenOptions {
  readonly signer: Signer
  /** Other keys whose tokens still count, during a change of keys. */
  readonly alsoAccepted?: readonly CheckingKey[]
  readonly now: () => Date
  readonly sessionHours: number
}

// RFC 8725 §3.11: an explicit type keeps tokens of other kinds out.
const tokenType = 'sidep-session+jwt'
const audience = 'sidep:session'
const version = 1

/** Browsers keep 4,096 bytes a cookie with its name and attributes (RFC 6265 §6.1). */
export const sessionTokenCharactersMax = 3_900

/** Sessions remembered as checked; about 3 kB each. More counters than that are simply checked again. */
const rememberedMax = 10_000

/** Clocks of our own servers may differ by this much, seconds. */
const clockToleranceSeconds = 5

const Claims = Type.Object({
  v: Type.Literal(version),
  sub: Type.String(),
  fam: Type.String(),
  giv: Type.String(),
  pro: Type.String(),
  door: Type.Union([Type.Literal('ecps'), Type.Literal('card')]),
  site: Type.Union([Type.String(), Type.Null()]),
  /** FINESS, name, postal code. */
  sites: Type.Array(
    Type.Tuple([Type.String(), Type.String(), Type.Union([Type.String(), Type.Null()])]),
  ),
  out: Type.Array(
    Type.Tuple([
      Type.String(),
      Type.Union([Type.Literal('FINESS_MISSING'), Type.Literal('FINESS_INVALID')]),
    ]),
  ),
  sid: Type.String(),
  ctr: Type.Union([Type.String(), Type.Null()]),
  iat: Type.Integer(),
  exp: Type.Integer(),
})
type Claims = Static<typeof Claims>

const secondsOf = (date: Date): number => Math.floor(date.getTime() / 1000)
const dateOf = (seconds: number): Date => new Date(seconds * 1000)

const claimsOf = (session: Session): Claims & { aud: string } => ({
  v: version,
  aud: audience,
  sub: session.professionalId,
  fam: session.familyName,
  giv: session.firstNames,
  pro: session.profession,
  door: session.door,
  site: session.site?.id ?? null,
  sites: session.sites.map(({ id, name, postalCode }) => [id, name, postalCode]),
  out: session.sitesLeftOut.map(({ name, reason }) => [name, reason]),
  sid: session.sessionId,
  ctr: session.counterId,
  iat: secondsOf(session.signedInAt),
  exp: secondsOf(session.expiresAt),
})

const sessionOf = (claims: Claims): Session => {
  const sites = claims.sites.map(([id, name, postalCode]): SiteView => ({ id, name, postalCode }))
  const door: Door = claims.door
  return {
    professionalId: claims.sub,
    familyName: claims.fam,
    firstNames: claims.giv,
    profession: claims.pro,
    door,
    site: sites.find(({ id }) => id === claims.site) ?? null,
    sites,
    sitesLeftOut: claims.out.map(([name, reason]) => ({ name, reason })),
    sessionId: claims.sid,
    counterId: claims.ctr,
    signedInAt: dateOf(claims.iat),
    expiresAt: dateOf(claims.exp),
  }
}

const base64url = (value: string | Uint8Array): string => Buffer.from(value).toString('base64url')
const keyIdText = ({ keyId }: CheckingKey): string => base64url(keyId)

/** @throws TypeError when the signer is not one for sessions */
export const createSessionTokens = ({
  signer,
  alsoAccepted = [],
  now,
  sessionHours,
}: SessionTokenOptions): SessionTokens => {
  if (signer.scope !== 'session') throw new TypeError('sessions need a signer of scope session')
  const keys = new Map([signer, ...alsoAccepted].map((key) => [keyIdText(key), key.publicKey]))
  const header = base64url(JSON.stringify({ alg: 'ES256', typ: tokenType, kid: keyIdText(signer) }))
  const remembered = createBoundedCache<Session>(rememberedMax)

  const check = async (token: string): Promise<SessionCheck> => {
    try {
      const { payload } = await jwtVerify(
        token,
        ({ kid }) => {
          const key = kid === undefined ? undefined : keys.get(kid)
          if (key === undefined) throw new errors.JWKSNoMatchingKey()
          return key
        },
        {
          algorithms: ['ES256'],
          typ: tokenType,
          audience,
          currentDate: now(),
          clockTolerance: clockToleranceSeconds,
          maxTokenAge: `${sessionHours}h`,
        },
      )
      if (!Value.Check(Claims, payload)) return { ok: false, code: 'SESSION_INVALID' }
      const session = sessionOf(payload)
      remembered.set(token, session)
      return { ok: true, session }
    } catch (error) {
      if (error instanceof errors.JWTExpired) return { ok: false, code: 'SESSION_EXPIRED' }
      if (error instanceof errors.JOSEError) return { ok: false, code: 'SESSION_INVALID' }
      throw error
    }
  }

  return {
    issue: async (session) => {
      // The JWS is put together here and not by jose because the key may be in a hardware module:
      // the port signs bytes and shows no key. RFC 7515 §5.1; ES256 is r‖s, RFC 7518 §3.4.
      const toBeSigned = `${header}.${base64url(JSON.stringify(claimsOf(session)))}`
      const signature = await signer.sign(Buffer.from(toBeSigned))
      const token = `${toBeSigned}.${base64url(signature)}`
      if (token.length > sessionTokenCharactersMax) throw new RangeError('session token too long')
      return token
    },
    verify: async (token) => {
      if (token.length > sessionTokenCharactersMax) return { ok: false, code: 'SESSION_INVALID' }
      const known = remembered.get(token)
      const checked: SessionCheck =
        known === undefined ? await check(token) : { ok: true, session: known }
      if (checked.ok && checked.session.expiresAt <= now()) {
        remembered.delete(token)
        return { ok: false, code: 'SESSION_EXPIRED' }
      }
      return checked
    },
  }
}
