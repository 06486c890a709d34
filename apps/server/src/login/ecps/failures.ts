/** What a failure of the OpenID client means to the person signing in. */
import type { ProblemCode } from '@sidep/contracts'
import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client'
import { Problem } from '../../platform/problems.ts'
import { isUnreachable } from './provider-fetch.ts'

// OAuth 2.0 (RFC 6749) §4.1.2.1: the provider says that it is the one in trouble.
const providerTrouble = new Set(['server_error', 'temporarily_unavailable'])

// The same, and OpenID Connect Core §3.1.2.6: the person said no, or was not asked. All else is how this portal is registered.
const personsAnswer = new Set([
  'access_denied',
  'login_required',
  'interaction_required',
  'consent_required',
  'account_selection_required',
  'unmet_authentication_requirements',
])

const refusalOf = (error: string): ProblemCode => {
  if (providerTrouble.has(error)) return 'PROVIDER_UNAVAILABLE'
  return personsAnswer.has(error) ? 'LOGIN_REFUSED' : 'PROVIDER_REFUSES_PORTAL'
}

const codeOf = (error: unknown): ProblemCode => {
  if (isUnreachable(error)) return 'PROVIDER_UNAVAILABLE'
  if (error instanceof AuthorizationResponseError) return refusalOf(error.error)
  if (error instanceof ResponseBodyError) {
    // RFC 6749 §5.2: the code is used, expired or another's.
    return error.error === 'invalid_grant' ? 'LOGIN_STATE_INVALID' : refusalOf(error.error)
  }
  // Wrong signature, issuer, audience, nonce, time or shape of what came back.
  if (error instanceof ClientError) return 'LOGIN_ANSWER_INVALID'
  return 'INTERNAL'
}

/** A failed sign-in as the problem to tell. */
export const toLoginProblem = (error: unknown): Problem =>
  error instanceof Problem ? error : new Problem(codeOf(error), { cause: error })
