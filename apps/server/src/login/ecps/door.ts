/** Door `ecps`: OpenID Connect code flow with Pro Santé Connect (OpenID Connect Core §3.1). */
import { routes } from '@sidep/contracts'
import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  fetchUserInfo,
} from 'openid-client'
import type { Clock, RandomBytes } from '../../platform/context.ts'
import { Problem } from '../../platform/problems.ts'
import type { Transaction } from '../transaction.ts'
import { toLoginProblem } from './failures.ts'
import type { ProviderConnection } from './provider-connection.ts'
import { type ProviderIdentity, readUserinfo } from './userinfo.ts'

export interface EcpsDoor {
  /** Where to send the browser, and what to remember until it is back. */
  begin(returnPath: string): Promise<{ readonly url: URL; readonly transaction: Transaction }>
  /**
   * Takes the browser back in.
   * @param query the query of the callback as received, without `?`
   * @throws Problem with the code to tell
   */
  finish(query: string, transaction: Transaction): Promise<ProviderIdentity>
}

interface EcpsDoorOptions {
  readonly connection: ProviderConnection
  readonly publicUrl: string
  readonly clock: Clock
  readonly randomBytes: RandomBytes
}

const assuranceLevel = 'eidas1'
const assuranceLevels = new Set([assuranceLevel, 'eidas2', 'eidas3'])

export const createEcpsDoor = ({
  connection,
  publicUrl,
  clock,
  randomBytes,
}: EcpsDoorOptions): EcpsDoor => {
  const redirectUri = `${publicUrl}${routes.loginEcpsCallback}`
  // 256 bits; also the least length of a PKCE verifier, 43 characters (RFC 7636 §4.1).
  const randomText = (): string => Buffer.from(randomBytes(32)).toString('base64url')

  const fetchIdentity = async (
    configuration: Configuration,
    query: string,
    { state, nonce, codeVerifier }: Transaction,
  ): Promise<unknown> => {
    // The address is ours by configuration, never by the Host header. The library checks state,
    // `iss` (RFC 9207), and of the ID token signature, issuer, audience, nonce and times.
    const tokens = await authorizationCodeGrant(configuration, new URL(`${redirectUri}?${query}`), {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: codeVerifier,
      idTokenExpected: true,
    })
    const claims = tokens.claims()
    if (claims === undefined) throw new Problem('LOGIN_ANSWER_INVALID')
    // Voluntary when asked for by `acr_values` (OpenID Connect Core §5.5.1.1): checked when it is said.
    const level = claims.acr
    if (level !== undefined && !(typeof level === 'string' && assuranceLevels.has(level))) {
      throw new Problem('LOGIN_ANSWER_INVALID')
    }
    return fetchUserInfo(configuration, tokens.access_token, claims.sub)
  }

  return {
    begin: async (returnPath) => {
      const configuration = await connection.configuration()
      const transaction: Transaction = {
        state: randomText(),
        nonce: randomText(),
        codeVerifier: randomText(),
        returnPath,
        startedAtSeconds: Math.floor(clock.now().getTime() / 1000),
      }
      const url = buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: 'openid scope_all',
        acr_values: assuranceLevel,
        // A counter is shared: whoever signs in must show who they are, or acts would be put down
        // to the colleague who signed in before on the same computer (invariant 9).
        prompt: 'login',
        state: transaction.state,
        nonce: transaction.nonce,
        code_challenge: await calculatePKCECodeChallenge(transaction.codeVerifier),
        code_challenge_method: 'S256',
      })
      return { url, transaction }
    },
    finish: async (query, transaction) => {
      const state = new URLSearchParams(query).getAll('state')
      if (state.length !== 1 || state[0] !== transaction.state) {
        throw new Problem('LOGIN_STATE_INVALID')
      }
      try {
        const configuration = await connection.lastConfiguration()
        const reading = readUserinfo(await fetchIdentity(configuration, query, transaction))
        if (!reading.ok) throw new Problem(reading.code)
        return reading.value
      } catch (error) {
        const problem = toLoginProblem(error)
        if (problem.code === 'PROVIDER_UNAVAILABLE') connection.suspect()
        throw problem
      }
    },
  }
}
