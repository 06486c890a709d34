/**
 * Logout tokens of the provider (OpenID Connect Back-Channel Logout 1.0 §2.4 and §2.6): it says that a session,
 * or all of a person, has ended there.
 */
import { createLocalJWKSet, errors, type JWTPayload, jwtVerify } from 'jose'
import { makeBoundedCache } from '../../platform/bounded-cache.ts'
import type { Clock } from '../../platform/context.ts'
import type { ProviderConnection } from './provider-connection.ts'
import { providerKey } from './provider-key.ts'

export type LogoutReading =
  | {
      readonly ok: true
      /** Which of our sessions it ends: those of the provider's session, or else all of its subject. */
      readonly kind: 'provider-session' | 'provider-subject'
      readonly subject: string
      readonly issuedAt: Date
    }
  | { readonly ok: false; readonly code: 'LOGOUT_TOKEN_INVALID' | 'PROVIDER_UNAVAILABLE' }

export interface LogoutTokens {
  read(token: unknown): Promise<LogoutReading>
}

interface Options {
  readonly issuer: string
  readonly clientId: string
  readonly connection: Pick<ProviderConnection, 'keys' | 'look'>
  readonly clock: Clock
}

const event = 'http://schemas.openid.net/event/backchannel-logout'
const charactersMax = 8_192
/** §2.4 recommends two minutes at most between issue and expiry; whatever it says, older ones are not taken. */
const ageSecondsMax = 300
const clockToleranceSeconds = 30
const rememberedMax = 10_000
/** Keys are looked for anew this often at most when an unknown one is named, seconds. */
const lookAgainSeconds = 30

const invalid = { ok: false, code: 'LOGOUT_TOKEN_INVALID' } as const

const hasEvent = (payload: JWTPayload): boolean => {
  const { events } = payload
  if (typeof events !== 'object' || events === null) return false
  const value: unknown = Object.hasOwn(events, event) ? Reflect.get(events, event) : undefined
  return typeof value === 'object' && value !== null
}

export const makeLogoutTokens = ({
  issuer,
  clientId,
  connection,
  clock,
}: Options): LogoutTokens => {
  const heard = makeBoundedCache<true>(rememberedMax)
  let lookedAt = Number.NEGATIVE_INFINITY

  const verify = async (token: string): Promise<JWTPayload> => {
    const keys = connection.keys()
    if (keys === null) throw new errors.JWKSNoMatchingKey()
    const { payload } = await jwtVerify(token, createLocalJWKSet(keys), {
      issuer,
      audience: clientId,
      // §2.4 and RFC 8725 §3.11: the type keeps ID tokens and access tokens out.
      typ: 'logout+jwt',
      // Signed by the provider's published keys: neither `none` nor a shared secret.
      algorithms: ['RS256', 'PS256', 'ES256'],
      currentDate: clock.now(),
      clockTolerance: clockToleranceSeconds,
      maxTokenAge: ageSecondsMax,
      requiredClaims: ['iat', 'exp', 'jti'],
    })
    return payload
  }

  /** A key we do not know may be new: looked for once, with whoever else looks. */
  const verifyWithNewKeys = async (token: string): Promise<JWTPayload> => {
    try {
      return await verify(token)
    } catch (error) {
      const now = clock.now().getTime() / 1000
      const mayLook =
        error instanceof errors.JWKSNoMatchingKey && now - lookedAt >= lookAgainSeconds
      if (!mayLook) throw error
      lookedAt = now
      await connection.look()
      return verify(token)
    }
  }

  return {
    read: async (token) => {
      if (typeof token !== 'string' || token === '' || token.length > charactersMax) return invalid
      try {
        const payload = await verifyWithNewKeys(token)
        const { sid, sub, jti, iat = 0, nonce } = payload
        // §2.4: a nonce is prohibited, so that no ID token passes for one.
        if (!hasEvent(payload) || nonce !== undefined) return invalid
        if (typeof jti !== 'string' || heard.get(jti) === true) return invalid
        heard.set(jti, true)
        const issuedAt = new Date(iat * 1000)
        if (typeof sid === 'string' && sid !== '') {
          const subject = providerKey(issuer, 'sid', sid)
          return { ok: true, kind: 'provider-session', subject, issuedAt }
        }
        if (typeof sub !== 'string' || sub === '') return invalid
        const subject = providerKey(issuer, 'sub', sub)
        return { ok: true, kind: 'provider-subject', subject, issuedAt }
      } catch (error) {
        if (error instanceof errors.JWKSNoMatchingKey && connection.keys() === null) {
          return { ok: false, code: 'PROVIDER_UNAVAILABLE' }
        }
        if (error instanceof errors.JOSEError || error instanceof TypeError) return invalid
        throw error
      }
    },
  }
}
