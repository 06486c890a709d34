/** The authorization server of vendors: tokens (RFC 6749), pairings (RFC 8628), giving back (RFC 7009), metadata (RFC 8414). */
import {
  assertionAlgorithms,
  delegatedScopes,
  deviceCodeGrant,
  isVendorScope,
  routes,
  type VendorKeys,
  type VendorMetadata,
  type VendorPairingAnswer,
  type VendorPairingInput,
  type VendorRevocationInput,
  type VendorScope,
  type VendorTokenAnswer,
  type VendorTokenInput,
  vendorGrants,
  vendorScopes,
} from '@sidep/contracts'
import * as endpoints from '@sidep/contracts/endpoints'
import { parseFiness, parseUuidV7 } from '@sidep/identifiers'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { exportJWK } from 'jose'
import type { Platform } from '../platform/context.ts'
import { schemaOf } from '../platform/contract.ts'
import { keyIdText } from '../platform/jws.ts'
import { Problem } from '../platform/problems.ts'
import type { SignerRing } from '../platform/signer.ts'
import { type AccessTokens, accessTokenSeconds } from './access-token.ts'
import { checkAssertion, sweepAssertions, takeAssertion } from './assertion.ts'
import { actorOf, delegationView, type IsOver, type VendorDelegation } from './delegation.ts'
import {
  endDelegation,
  findDelegation,
  hasRefresh,
  keepRefresh,
  type StoredDelegation,
} from './delegation-store.ts'
import type { Vendor } from './register.ts'
import { hashOf, openRequest, pollRequest, pollSeconds, requestSeconds } from './requests.ts'
import { refuseAsStandard } from './token-refusal.ts'
import { showUserCode } from './user-code.ts'
import { callerOf, type VendorCaller } from './vendor-request.ts'

export interface TokenRouteDependencies {
  readonly tokens: AccessTokens
  /** As clients reach the port. */
  readonly issuer: string
  readonly signer: SignerRing
  readonly isOver: IsOver
  /** Whether a professional may answer for what is done at a site now: not suspended, not gone. */
  readonly standsAt: (professionalId: string, siteId: string) => Promise<boolean>
  readonly revoke: (delegation: VendorDelegation, at: Date, by: string) => Promise<void>
}

type TokenPlatform = Pick<Platform, 'database' | 'clock' | 'randomBytes' | 'metrics' | 'publicUrl'>

const form = 'application/x-www-form-urlencoded'
const formBytesMax = 16 * 1024
/** Old assertions are removed by every so many new ones. */
const assertionsPerSweep = 500

/** Parameters by name. @throws Problem VENDOR_REQUEST_INVALID for one that is there twice (RFC 6749 §3.2) */
const readForm = (text: string): Record<string, string> => {
  const given = new URLSearchParams(text)
  const names = [...given.keys()]
  if (new Set(names).size !== names.length) throw new Problem('VENDOR_REQUEST_INVALID')
  // RFC 6749 §3.2: one without a value counts as absent.
  return Object.fromEntries([...given].filter(([, value]) => value !== ''))
}

/** What is asked for, of what is permitted; all of that when nothing is. @throws Problem VENDOR_SCOPE_REFUSED */
const scopesOf = (asked: string | undefined, permitted: readonly VendorScope[]): VendorScope[] => {
  const wanted = asked?.split(' ').filter((name) => name !== '') ?? [...permitted]
  const scopes = wanted.filter(isVendorScope)
  const isPermitted = scopes.every((scope) => permitted.includes(scope))
  if (scopes.length !== wanted.length || !isPermitted || scopes.length === 0)
    throw new Problem('VENDOR_SCOPE_REFUSED')
  return [...new Set(scopes)]
}

const isThumbprint = (text: string): boolean => /^[A-Za-z0-9_-]{43}$/.test(text)

/** Its site, its id, and what only its holder knows. */
const refreshTokenOf = ({ site, id }: VendorDelegation, secret: string): string =>
  `${site.id}.${id}.${secret}`

const readRefreshToken = (text: string): { siteId: string; id: string } | null => {
  const [siteId = '', id = '', secret = '', ...more] = text.split('.')
  const isSound = parseFiness(siteId).ok && parseUuidV7(id).ok && secret !== '' && more.length === 0
  return isSound ? { siteId, id } : null
}

const refusalOf = {
  pending: 'VENDOR_REQUEST_PENDING',
  refused: 'VENDOR_REQUEST_REFUSED',
  expired: 'VENDOR_REQUEST_EXPIRED',
  unknown: 'VENDOR_GRANT_INVALID',
} as const

export const registerTokenRoutes = (
  app: FastifyInstance,
  platform: TokenPlatform,
  dependencies: TokenRouteDependencies,
): void => {
  const { database, clock, randomBytes, metrics, publicUrl } = platform
  const { tokens, issuer, signer, isOver, standsAt, revoke } = dependencies
  const given = metrics.counter('sidep_vendor_tokens_total', 'Tokens given to vendors, by grant.')
  const secret = (): string => Buffer.from(randomBytes(32)).toString('base64url')
  let assertions = 0

  /** Who asks, by certificate and assertion. @throws Problem */
  const clientOf = async (
    request: FastifyRequest,
    input: VendorTokenInput,
  ): Promise<VendorCaller> => {
    const caller = callerOf(request)
    // RFC 7523 §3: the token endpoint is a name of ours, too, at each endpoint (as RFC 9126 §2 says of one more).
    const asked = request.routeOptions.url ?? ''
    const audiences = [issuer, `${issuer}${asked}`, `${issuer}${routes.vendorToken}`]
    const check = await checkAssertion(input, caller.vendor, audiences, clock.now())
    if (!check.ok) throw new Problem(check.code)
    if (!(await takeAssertion(database, caller.vendor.id, check)))
      throw new Problem('VENDOR_ASSERTION_REPLAYED')
    assertions += 1
    if (assertions % assertionsPerSweep === 0) await sweepAssertions(database, clock.now())
    return caller
  }

  const answer = async (
    { vendor, x5t }: VendorCaller,
    scopes: readonly VendorScope[],
    delegation: VendorDelegation | null,
    refreshToken: string | null,
  ): Promise<VendorTokenAnswer> => {
    const now = clock.now()
    const latest = now.getTime() + accessTokenSeconds * 1_000
    const expiresAt = new Date(Math.min(latest, delegation?.endsAt.getTime() ?? latest))
    const token = { vendorId: vendor.id, x5t, scopes, expiresAt, delegation }
    return {
      access_token: await tokens.issue(token, secret()),
      token_type: 'Bearer',
      expires_in: Math.max(0, Math.floor((expiresAt.getTime() - now.getTime()) / 1_000)),
      scope: scopes.join(' '),
      ...(refreshToken === null ? {} : { refresh_token: refreshToken }),
      ...(delegation === null ? {} : { delegation: delegationView(delegation, vendor) }),
    }
  }

  /** In force, of this vendor, of somebody who still stands. @throws Problem VENDOR_GRANT_INVALID, DELEGATION_ENDED */
  const inForce = async (
    found: StoredDelegation | undefined,
    vendor: Vendor,
  ): Promise<StoredDelegation> => {
    if (found === undefined || found.vendorId !== vendor.id)
      throw new Problem('VENDOR_GRANT_INVALID')
    const isGone =
      found.revokedAt !== null ||
      isOver(found) ||
      !(await standsAt(found.professional.id, found.site.id))
    if (isGone) throw new Problem('VENDOR_GRANT_INVALID')
    return found
  }

  /** What is left of a delegation's scopes. */
  const stillPermitted = (
    { scopes }: VendorDelegation,
    { scopes: permitted }: Vendor,
  ): VendorScope[] => scopes.filter((scope) => permitted.includes(scope))

  const byPairing = async (
    caller: VendorCaller,
    { device_code, scope }: VendorTokenInput,
  ): Promise<VendorTokenAnswer> => {
    if (device_code === undefined) throw new Problem('VENDOR_REQUEST_INVALID')
    const polling = await pollRequest(database, caller.vendor.id, device_code, clock.now())
    if (polling.state === 'too-soon') {
      const { intervalSeconds: retryAfterSeconds } = polling
      throw new Problem('VENDOR_REQUEST_TOO_SOON', { retryAfterSeconds })
    }
    if (polling.state === 'pending')
      throw new Problem('VENDOR_REQUEST_PENDING', { retryAfterSeconds: pollSeconds })
    if (polling.state !== 'accepted') throw new Problem(refusalOf[polling.state])
    const found = await findDelegation(database, polling.siteId, polling.delegationId)
    const delegation = await inForce(found, caller.vendor)
    const scopes = scopesOf(scope, stillPermitted(delegation, caller.vendor))
    const refreshToken = refreshTokenOf(delegation, secret())
    await keepRefresh(database, delegation, hashOf(refreshToken))
    return answer(caller, scopes, delegation, refreshToken)
  }

  /** The delegation of a refresh token. @throws Problem VENDOR_GRANT_INVALID */
  const delegationOf = async (text: string, vendor: Vendor): Promise<StoredDelegation> => {
    const named = readRefreshToken(text)
    const found =
      named === null ? undefined : await findDelegation(database, named.siteId, named.id)
    if (found === undefined || found.vendorId !== vendor.id || !hasRefresh(found, hashOf(text)))
      throw new Problem('VENDOR_GRANT_INVALID')
    return found
  }

  const byRefresh = async (
    caller: VendorCaller,
    { refresh_token, scope }: VendorTokenInput,
  ): Promise<VendorTokenAnswer> => {
    if (refresh_token === undefined) throw new Problem('VENDOR_REQUEST_INVALID')
    const delegation = await inForce(
      await delegationOf(refresh_token, caller.vendor),
      caller.vendor,
    )
    const scopes = scopesOf(scope, stillPermitted(delegation, caller.vendor))
    // RFC 9700 §4.14.2: bound to its client and its certificate, it need not change; a lost answer costs nothing so.
    return answer(caller, scopes, delegation, refresh_token)
  }

  app.get(routes.vendorMetadata, async (_request, reply): Promise<VendorMetadata> => {
    reply.header('cache-control', 'public, max-age=300')
    const at = (path: string): string => `${issuer}${path}`
    return {
      issuer,
      token_endpoint: at(routes.vendorToken),
      device_authorization_endpoint: at(routes.vendorPairings),
      revocation_endpoint: at(routes.vendorRevocation),
      jwks_uri: at(routes.vendorKeys),
      scopes_supported: [...vendorScopes],
      response_types_supported: [],
      grant_types_supported: [...vendorGrants],
      token_endpoint_auth_methods_supported: ['private_key_jwt'],
      token_endpoint_auth_signing_alg_values_supported: [...assertionAlgorithms],
      revocation_endpoint_auth_methods_supported: ['private_key_jwt'],
      revocation_endpoint_auth_signing_alg_values_supported: [...assertionAlgorithms],
      tls_client_certificate_bound_access_tokens: true,
      service_documentation: `${publicUrl}${routes.apiPage}`,
    }
  })

  app.get(routes.vendorKeys, async (_request, reply): Promise<VendorKeys> => {
    reply.header('cache-control', 'public, max-age=300')
    const keys = await Promise.all(
      signer.keys().map(async (key) => {
        const { x = '', y = '' } = await exportJWK(key.publicKey)
        const kid = keyIdText(key)
        return { kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig', kid, x, y } as const
      }),
    )
    return { keys }
  })

  app.register(async (scope) => {
    refuseAsStandard(scope)
    scope.addContentTypeParser(
      form,
      { parseAs: 'string', bodyLimit: formBytesMax },
      async (_request: FastifyRequest, body: string) => readForm(body),
    )

    scope.post<{ Body: VendorTokenInput }>(
      routes.vendorToken,
      { schema: schemaOf(endpoints.giveVendorToken) },
      async (request, reply): Promise<VendorTokenAnswer> => {
        reply.header('cache-control', 'no-store')
        const { body } = request
        const caller = await clientOf(request, body)
        const grant = body.grant_type
        if (grant === undefined) throw new Problem('VENDOR_REQUEST_INVALID')
        given.increment({ grant: vendorGrants.find((known) => known === grant) ?? 'other' })
        if (grant === deviceCodeGrant) return byPairing(caller, body)
        if (grant === 'refresh_token') return byRefresh(caller, body)
        if (grant !== 'client_credentials') throw new Problem('VENDOR_GRANT_UNSUPPORTED')
        const own = caller.vendor.scopes.filter((name) => !delegatedScopes.includes(name))
        return answer(caller, scopesOf(body.scope, own), null, null)
      },
    )

    scope.post<{ Body: VendorPairingInput }>(
      routes.vendorPairings,
      { schema: schemaOf(endpoints.pairVendor) },
      async (request, reply): Promise<VendorPairingAnswer> => {
        reply.header('cache-control', 'no-store')
        const { body } = request
        const { vendor } = await clientOf(request, body)
        const site = parseFiness(body.site ?? '')
        const device = body.device ?? null
        if (!site.ok || (device !== null && !isThumbprint(device)))
          throw new Problem('VENDOR_REQUEST_INVALID')
        const permitted = vendor.scopes.filter((name) => delegatedScopes.includes(name))
        const scopes = scopesOf(body.scope, permitted)
        const asked = {
          vendorId: vendor.id,
          siteId: site.value,
          scopes,
          device,
          askedAt: clock.now(),
        }
        const opened = await openRequest(database, randomBytes, asked)
        if (opened === null)
          throw new Problem('VENDOR_REQUESTS_TOO_MANY', { retryAfterSeconds: requestSeconds })
        const userCode = showUserCode(opened.userCode)
        return {
          device_code: opened.deviceCode,
          user_code: userCode,
          verification_uri: `${publicUrl}/pro/#sessions`,
          verification_uri_complete: `${publicUrl}/pro/?logiciel=${userCode}#sessions`,
          expires_in: requestSeconds,
          interval: pollSeconds,
        }
      },
    )

    scope.post<{ Body: VendorRevocationInput }>(
      routes.vendorRevocation,
      { schema: schemaOf(endpoints.giveBackVendorToken) },
      async (request, reply) => {
        reply.header('cache-control', 'no-store')
        const { vendor } = await clientOf(request, request.body)
        const { token } = request.body
        if (token === undefined) throw new Problem('VENDOR_REQUEST_INVALID')
        // RFC 7009 §2.2: what is no token of theirs is as good as given back.
        const found = await delegationOf(token, vendor).catch((error: unknown) => {
          if (error instanceof Problem) return undefined
          throw error
        })
        if (found !== undefined) {
          const now = clock.now()
          await endDelegation(database, found, now, actorOf(found, vendor))
          await revoke(found, now, vendor.id)
        }
        return reply.code(200).send()
      },
    )
  })
}
