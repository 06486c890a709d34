/** Door `ecps` by redirect: OpenID Connect code flow with Pro Santé Connect (OpenID Connect Core §3.1). */
import { hash } from 'node:crypto'
import { routes } from '@sidep/contracts'
import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildAuthorizationUrlWithPAR,
  buildEndSessionUrl,
  type Configuration,
} from 'openid-client'
import type { Clock, RandomBytes } from '../../platform/context.ts'
import { Problem } from '../../platform/problems.ts'
import type { Transaction } from '../transaction.ts'
import { toLoginProblem } from './failures.ts'
import { assuranceLevel, blameForAnswer, type Identified, identify } from './identify.ts'
import type { ProviderConnection } from './provider-connection.ts'

/** S256 (RFC 7636 §4.2). The client library's own takes a thread of the pool for each, a fifth of what a sign-in costs here. */
const codeChallengeOf = (codeVerifier: string): string => hash('sha256', codeVerifier, 'base64url')

export interface EcpsDoor {
  /**
   * Where to send the browser, and what to remember until it is back. What is asked for is pushed to the provider
   * beforehand where it takes that (RFC 9126): the browser carries a number, and nothing that could be taken out.
   */
  begin(
    returnPath: string,
    device: string | null,
  ): Promise<{ readonly url: URL; readonly transaction: Transaction }>
  /**
   * Takes the browser back in.
   * @param query the query of the callback as received, without `?`
   * @throws Problem with the code to tell
   */
  finish(query: string, transaction: Transaction): Promise<Identified>
  /**
   * Where the browser ends its session at the provider (OpenID Connect RP-Initiated Logout 1.0); null when the
   * provider has no such place or is away.
   * @param idToken of the session to end; null when none is at hand, and the provider asks the person
   */
  endSessionUrl(idToken: string | null, returnTo: string): Promise<URL | null>
}

interface EcpsDoorOptions {
  readonly connection: ProviderConnection
  readonly publicUrl: string
  readonly clock: Clock
  readonly randomBytes: RandomBytes
}

/** Whether this query leads to a call to the provider; if not, what is wrong is the visitor's. */
const isAnswerOfProvider = (query: URLSearchParams, configuration: Configuration): boolean => {
  const { issuer, authorization_response_iss_parameter_supported: saysIssuer } =
    configuration.serverMetadata()
  const issuers = query.getAll('iss')
  const isIssuerRight =
    issuers.length === 0 ? saysIssuer !== true : issuers.length === 1 && issuers[0] === issuer
  return (
    isIssuerRight &&
    query.getAll('code').length === 1 &&
    !query.has('error') &&
    !query.has('response') &&
    !query.has('id_token') &&
    !query.has('token')
  )
}

export const makeEcpsDoor = ({
  connection,
  publicUrl,
  clock,
  randomBytes,
}: EcpsDoorOptions): EcpsDoor => {
  const redirectUri = `${publicUrl}${routes.loginEcpsCallback}`
  // 256 bits; also the least length of a PKCE verifier, 43 characters (RFC 7636 §4.1).
  const randomText = (): string => Buffer.from(randomBytes(32)).toString('base64url')

  const seconds = (): number => clock.now().getTime() / 1000

  const addressFor = async (parameters: Record<string, string>): Promise<URL> => {
    const configuration = await connection.configuration()
    if (configuration.serverMetadata().pushed_authorization_request_endpoint === undefined) {
      return buildAuthorizationUrl(configuration, parameters)
    }
    return connection.call('begin', (current) => buildAuthorizationUrlWithPAR(current, parameters))
  }

  const exchange = async (
    configuration: Configuration,
    query: string,
    { state, nonce, codeVerifier, startedAtSeconds }: Transaction,
  ): Promise<Identified> => {
    // The address is ours by configuration, never by the Host header. The library checks state,
    // `iss` (RFC 9207), and of the ID token signature, issuer, audience, nonce and times.
    const tokens = await authorizationCodeGrant(configuration, new URL(`${redirectUri}?${query}`), {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: codeVerifier,
      idTokenExpected: true,
    })
    return identify(configuration, tokens, {
      ageSeconds: Math.ceil(seconds()) - startedAtSeconds,
      isTimeRequired: true,
    })
  }

  return {
    begin: async (returnPath, device) => {
      const started = {
        state: randomText(),
        nonce: randomText(),
        codeVerifier: randomText(),
        returnPath,
        device,
      }
      const url = await addressFor({
        redirect_uri: redirectUri,
        scope: 'openid scope_all',
        acr_values: assuranceLevel,
        // A counter is shared: whoever signs in must show who they are, or acts would be put down
        // to the colleague who signed in before on the same computer (invariant 9).
        prompt: 'login',
        max_age: '0',
        state: started.state,
        nonce: started.nonce,
        code_challenge: codeChallengeOf(started.codeVerifier),
        code_challenge_method: 'S256',
      }).catch((error: unknown) => {
        throw toLoginProblem(error)
      })
      // Not before: what was proved while the request was being pushed was proved for another.
      const transaction: Transaction = { ...started, startedAtSeconds: Math.floor(seconds()) }
      return { url, transaction }
    },
    finish: async (query, transaction) => {
      const parameters = new URLSearchParams(query)
      const state = parameters.getAll('state')
      if (state.length !== 1 || state[0] !== transaction.state) {
        throw new Problem('LOGIN_STATE_INVALID')
      }
      let isProviderAsked = false
      try {
        return await connection.call(
          'return',
          (configuration) => {
            isProviderAsked = isAnswerOfProvider(parameters, configuration)
            return exchange(configuration, query, transaction)
          },
          (error) => (isProviderAsked ? blameForAnswer(toLoginProblem(error)) : 'nobody'),
        )
      } catch (error) {
        throw toLoginProblem(error)
      }
    },
    endSessionUrl: async (idToken, returnTo) => {
      if (connection.state() === 'down') return null
      const configuration = await connection.configuration()
      if (configuration.serverMetadata().end_session_endpoint === undefined) return null
      return buildEndSessionUrl(configuration, {
        ...(idToken === null ? {} : { id_token_hint: idToken }),
        post_logout_redirect_uri: returnTo,
      })
    },
  }
}
