/** oidc-provider, set up to speak as Pro Santé Connect does. */
import { type KeyObject, randomBytes } from 'node:crypto'
import { type Account, type Context, Provider } from 'oidc-provider'
import { claimsOf, scopeAllClaims } from './claims.ts'
import type { Faults } from './faults.ts'
import { assuranceLevel, type People } from './interactions.ts'
import { createMemoryAdapters } from './memory-adapter.ts'
import { renderRequestError } from './pages.ts'

/** A client of the stand-in: a portal under test. */
export interface ProviderClient {
  readonly id: string
  readonly secret: string
  readonly redirectUris: readonly string[]
}

/**
 * @param issuer the address that clients discover it at, without a trailing slash
 * @param now milliseconds since the epoch
 */
export const createProvider = (
  issuer: string,
  clients: readonly ProviderClient[],
  people: People,
  signingKey: KeyObject,
  faults: Faults,
  now: () => number,
): Provider => {
  const provider: Provider = new Provider(issuer, {
    adapter: createMemoryAdapters(now),
    clients: clients.map(({ id, secret, redirectUris }) => ({
      client_id: id,
      client_secret: secret,
      redirect_uris: [...redirectUris],
      grant_types: ['authorization_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_basic',
    })),
    // RS256, as the original signs its ID tokens.
    jwks: { keys: [{ ...signingKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' }] },
    cookies: {
      keys: [randomBytes(32).toString('base64url')],
      names: { session: 'pi_session', interaction: 'pi_interaction', resume: 'pi_resume' },
    },
    scopes: ['openid', 'scope_all'],
    claims: { openid: ['sub'], acr: null, auth_time: null, scope_all: [...scopeAllClaims] },
    acrValues: [assuranceLevel],
    // A later door (CIBA: confirm on the phone without a redirect) is one more feature here.
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: false } },
    ttl: {
      Interaction: 600,
      Session: 4 * 3600,
      Grant: 600,
      AuthorizationCode: 60,
      AccessToken: 120,
      IdToken: 120,
    },
    interactions: { url: (_: Context, { uid }: { uid: string }) => `/interaction/${uid}` },
    findAccount: async (_: Context, subject: string): Promise<Account | undefined> => {
      const person = people.bySubject(subject)
      if (person === undefined) return undefined
      return { accountId: subject, claims: async () => ({ sub: subject, ...claimsOf(person) }) }
    },
    // Clients of Pro Santé Connect are admitted beforehand; it asks nobody for consent.
    loadExistingGrant: async (context: Context) => {
      const grant = new provider.Grant({
        clientId: context.oidc.client.clientId,
        accountId: context.oidc.session.accountId,
      })
      grant.addOIDCScope('openid scope_all')
      await grant.save()
      return grant
    },
    renderError: (context: Context, details: Record<string, unknown>) => {
      context.type = 'html'
      context.body = renderRequestError(details)
    },
  })
  provider.use((context, next) => faults.middleware(context, next))
  return provider
}
