/** From tokens to a person: the same whether they came by redirect or by telephone. */
import { type Configuration, fetchUserInfo, type TokenEndpointResponse } from 'openid-client'
import { Problem } from '../../platform/problems.ts'
import type { Binding } from '../session.ts'
import type { Blame } from './provider-connection.ts'
import { providerKey } from './provider-key.ts'
import { type ProviderIdentity, readUserinfo } from './userinfo.ts'

export const assuranceLevel = 'eidas1'
const assuranceLevels = new Set([assuranceLevel, 'eidas2', 'eidas3'])

/** The token answer, as far as it is used here; `claims` are of the verified ID token. */
export type Tokens = TokenEndpointResponse & {
  claims(): Readonly<Record<string, unknown> & { sub: string }> | undefined
}

export interface Identified {
  readonly identity: ProviderIdentity
  readonly provider: Pick<Binding, 'providerSession' | 'providerSubject'>
  /** For ending the provider's session later. */
  readonly idToken: string
}

/** What a person's proof is held against. */
export interface SignInAsked {
  /** Whole seconds since this sign-in began, by our clock; rounded up. */
  readonly ageSeconds: number
  /** Whether the ID token must say when the person proved who they are: `max_age` was asked for. */
  readonly isTimeRequired: boolean
}

/** Times in tokens are whole seconds, each rounded for itself. */
const leewaySeconds = 2

/**
 * Whether the person proved who they are after this sign-in began (OpenID Connect Core §3.1.2.1, `max_age`): how long
 * ago by the provider's clock alone, so that a clock that is wrong, theirs or ours, shuts nobody out and lets nobody in.
 */
const isProofNew = (
  { auth_time: provedAt, iat }: Readonly<Record<string, unknown>>,
  { ageSeconds, isTimeRequired }: SignInAsked,
): boolean => {
  if (provedAt === undefined) return !isTimeRequired
  if (typeof provedAt !== 'number' || typeof iat !== 'number') return false
  return iat - provedAt <= ageSeconds + leewaySeconds
}

/**
 * @throws Problem LOGIN_ANSWER_INVALID, LOGIN_NOT_PROVED, PROFESSIONAL_UNKNOWN, or what the client throws when userinfo fails
 */
export const identify = async (
  configuration: Configuration,
  tokens: Tokens,
  asked: SignInAsked,
): Promise<Identified> => {
  const claims = tokens.claims()
  if (claims === undefined || tokens.id_token === undefined) {
    throw new Problem('LOGIN_ANSWER_INVALID')
  }
  // What was asked for may have been taken out of the redirect on its way (OWASP ASVS 5.0 6.8.4): the answer counts.
  const level = claims.acr
  const isProved = typeof level === 'string' && assuranceLevels.has(level)
  if (!isProved || !isProofNew(claims, asked)) throw new Problem('LOGIN_NOT_PROVED')
  const reading = readUserinfo(await fetchUserInfo(configuration, tokens.access_token, claims.sub))
  if (!reading.ok) throw new Problem(reading.code)
  const { issuer } = configuration.serverMetadata()
  return {
    identity: reading.value,
    provider: {
      providerSession:
        typeof claims.sid === 'string' ? providerKey(issuer, 'sid', claims.sid) : null,
      providerSubject: providerKey(issuer, 'sub', claims.sub),
    },
    idToken: tokens.id_token,
  }
}

const isNonceMismatch = (error: unknown): boolean => {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; depth += 1) {
    const detail: unknown = cause.cause
    if (typeof detail === 'object' && detail !== null && 'claim' in detail) {
      return detail.claim === 'nonce'
    }
    cause = detail
  }
  return false
}

/**
 * Whether an answer that cannot be trusted is the provider's doing. A nonce of another sign-in may be a visitor's
 * doing, who brings somebody else's code: visitors must not be able to open the circuit for everybody.
 */
export const blameForAnswer = (problem: Problem): Blame =>
  problem.code === 'LOGIN_ANSWER_INVALID' && !isNonceMismatch(problem) ? 'provider' : 'nobody'
