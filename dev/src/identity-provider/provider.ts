/** oidc-provider, set up to speak as Pro Santé Connect does. */
import { type KeyObject, randomBytes } from 'node:crypto'
import {
  type Account,
  type BackchannelAuthenticationRequest,
  type Context,
  errors,
  Provider,
} from 'oidc-provider'
import { claimsOf, scopeAllClaims, subjectOf } from './claims.ts'
import type { Faults } from './faults.ts'
import { assuranceLevel, type People, pageHeaders } from './interactions.ts'
import { makeMemoryAdapters } from './memory-adapter.ts'
import { renderLoggedOut, renderLogout, renderRequestError } from './pages.ts'
import type { Telephone } from './telephone.ts'

/** A client of the stand-in: a portal under test. */
export interface ProviderClient {
  readonly id: string
  readonly secret: string
  readonly redirectUris: readonly string[]
  /** Where it hears that a session has ended (OpenID Connect Back-Channel Logout 1.0). */
  readonly backchannelLogoutUri?: string
  /** Where it lets browsers be sent after the end of a session. */
  readonly postLogoutRedirectUris?: readonly string[]
}

const clientMetadata = (client: ProviderClient): Record<string, unknown> => ({
  client_id: client.id,
  client_secret: client.secret,
  redirect_uris: [...client.redirectUris],
  grant_types: ['authorization_code', 'urn:openid:params:grant-type:ciba'],
  response_types: ['code'],
  token_endpoint_auth_method: 'client_secret_basic',
  backchannel_token_delivery_mode: 'poll',
  post_logout_redirect_uris: [...(client.postLogoutRedirectUris ?? [])],
  ...(client.backchannelLogoutUri === undefined
    ? {}
    : {
        backchannel_logout_uri: client.backchannelLogoutUri,
        backchannel_logout_session_required: true,
      }),
})

/** CIBA by polling: who is meant is said by national id, and their telephone is told. */
const cibaFeature = (people: People, telephone: Telephone) => ({
  enabled: true,
  deliveryModes: ['poll'],
  processLoginHint: async (_: Context, hint: string): Promise<string | undefined> => {
    const person = people.byNationalId(hint)
    return person === undefined ? undefined : subjectOf(person.nationalId)
  },
  processLoginHintToken: async (): Promise<undefined> => undefined,
  verifyUserCode: async (): Promise<void> => {},
  validateRequestContext: async (): Promise<void> => {},
  validateBindingMessage: async (_: Context, message: string | undefined): Promise<void> => {
    // As the application shows it: two digits.
    if (message !== undefined && !/^[0-9]{2}$/.test(message)) {
      throw new errors.InvalidRequest('invalid_binding_message')
    }
  },
  triggerAuthenticationDevice: async (
    _: Context,
    request: BackchannelAuthenticationRequest,
  ): Promise<void> => telephone.ring(request),
})

const show = (context: Context, html: string): void => {
  for (const [name, value] of Object.entries(pageHeaders)) context.set(name, value)
  context.body = html
}

const logoutFeature = {
  enabled: true,
  logoutSource: (context: Context, form: string): void => show(context, renderLogout(form)),
  postLogoutSuccessSource: (context: Context): void => show(context, renderLoggedOut()),
}

/**
 * @param issuer the address that clients discover it at, without a trailing slash
 * @param now milliseconds since the epoch
 * @param takesPushedRequests whether it has RFC 9126, as the original has
 */
export const makeProvider = (
  issuer: string,
  clients: readonly ProviderClient[],
  people: People,
  telephone: Telephone,
  signingKey: KeyObject,
  faults: Faults,
  now: () => number,
  takesPushedRequests: boolean,
): Provider => {
  const provider: Provider = new Provider(issuer, {
    adapter: makeMemoryAdapters(now),
    clients: clients.map(clientMetadata),
    // RS256, as the original signs its ID tokens.
    jwks: { keys: [{ ...signingKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' }] },
    cookies: {
      keys: [randomBytes(32).toString('base64url')],
      names: { session: 'pi_session', interaction: 'pi_interaction', resume: 'pi_resume' },
    },
    scopes: ['openid', 'scope_all'],
    claims: { openid: ['sub'], acr: null, auth_time: null, scope_all: [...scopeAllClaims] },
    acrValues: [assuranceLevel],
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: logoutFeature,
      backchannelLogout: { enabled: true },
      ciba: cibaFeature(people, telephone),
      pushedAuthorizationRequests: { enabled: takesPushedRequests },
    },
    // The portal under test is on this machine: the library's own guard against that is left out.
    fetch: (url: string, { dispatcher: _, ...options }: RequestInit & { dispatcher?: unknown }) =>
      fetch(url, options),
    ttl: {
      Interaction: 600,
      Session: 4 * 3600,
      Grant: 600,
      AuthorizationCode: 60,
      BackchannelAuthenticationRequest: 120,
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
    renderError: (context: Context, details: Record<string, unknown>) =>
      show(context, renderRequestError(details)),
  })
  provider.use((context, next) => faults.middleware(context, next))
  return provider
}
