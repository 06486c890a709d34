/** The token endpoint and its neighbours, as the contract has them (RFC 6749, 7009, 7523, 8414, 8628). */
import {
  assertionAlgorithms,
  assertionType,
  deviceCodeGrant,
  problemRegistry,
  routes,
  type VendorMetadata,
  vendorGrants,
  vendorScopes,
} from '@sidep/contracts'
import type { PortalReply } from '../portal/requests.ts'
import { type GivenToken, Refused } from './client.ts'
import type { Clients } from './register.ts'

const json = { 'content-type': 'application/json' }
const pairingSeconds = 600
const pollSeconds = 2

const metadata = (url: string): VendorMetadata => ({
  issuer: url,
  token_endpoint: `${url}${routes.vendorToken}`,
  device_authorization_endpoint: `${url}${routes.vendorPairings}`,
  revocation_endpoint: `${url}${routes.vendorRevocation}`,
  jwks_uri: `${url}${routes.vendorKeys}`,
  scopes_supported: [...vendorScopes],
  response_types_supported: [],
  grant_types_supported: [...vendorGrants],
  token_endpoint_auth_methods_supported: ['private_key_jwt'],
  token_endpoint_auth_signing_alg_values_supported: [...assertionAlgorithms],
  revocation_endpoint_auth_methods_supported: ['private_key_jwt'],
  revocation_endpoint_auth_signing_alg_values_supported: [...assertionAlgorithms],
  // The real port binds them to the certificate of the connection.
  tls_client_certificate_bound_access_tokens: false,
  service_documentation: `${url}${routes.apiPage}`,
})

const tokenReply = ({ token, seconds, scopes, refreshToken }: GivenToken): PortalReply => ({
  status: 200,
  headers: json,
  body: {
    access_token: token,
    token_type: 'Bearer',
    expires_in: seconds,
    scope: scopes.join(' '),
    ...(refreshToken === null ? {} : { refresh_token: refreshToken }),
  },
})

/** RFC 6749 §5.2, by our codes. */
const errorNames: Readonly<Record<string, string>> = {
  VENDOR_GRANT_INVALID: 'invalid_grant',
  VENDOR_GRANT_UNSUPPORTED: 'unsupported_grant_type',
  VENDOR_SCOPE_REFUSED: 'invalid_scope',
  VENDOR_REQUEST_PENDING: 'authorization_pending',
  VENDOR_REQUEST_REFUSED: 'access_denied',
  VENDOR_REQUEST_INVALID: 'invalid_request',
}

const refusedReply = ({ code }: Refused, now: number): PortalReply => {
  const { status, title } = problemRegistry[code]
  return {
    status: status === 401 ? 401 : 400,
    headers: { ...json, date: new Date(now).toUTCString() },
    body: {
      error: errorNames[code] ?? 'invalid_client',
      error_description: title.en,
      code,
      support: 'SANDBOX',
    },
  }
}

const clientIdOf = (assertion: string): string => {
  try {
    const claims: unknown = JSON.parse(
      Buffer.from(assertion.split('.')[1] ?? '', 'base64url').toString('utf8'),
    )
    const { sub } = claims as { readonly sub?: unknown }
    return typeof sub === 'string' ? sub : ''
  } catch {
    return ''
  }
}

/** @returns null when the path is none of these */
export const oauth = async (
  clients: Clients,
  method: string,
  path: string,
  text: string,
  url: string,
): Promise<PortalReply | null> => {
  if (method === 'GET' && path === routes.vendorMetadata)
    return { status: 200, headers: json, body: metadata(url) }
  const isOurs = [routes.vendorToken, routes.vendorPairings, routes.vendorRevocation].some(
    (one) => one === path,
  )
  if (!isOurs || method !== 'POST') return null
  const fields = new URLSearchParams(text)
  const assertion = fields.get('client_assertion') ?? ''
  const client = clients.get(clientIdOf(assertion))
  try {
    if (fields.get('client_assertion_type') !== assertionType)
      throw new Refused('VENDOR_REQUEST_INVALID')
    if (client === undefined) throw new Refused('VENDOR_ASSERTION_INVALID')
    await client.authenticate(assertion, [url, `${url}${path}`, `${url}${routes.vendorToken}`])
    if (path === routes.vendorRevocation) {
      client.revoke(fields.get('token') ?? '')
      return { status: 200, headers: json, body: undefined }
    }
    if (path === routes.vendorPairings) {
      const { deviceCode, userCode } = client.pair(fields.get('scope') ?? '')
      const address = `${url}/sandbox/pairings/${userCode}`
      return {
        status: 200,
        headers: json,
        body: {
          device_code: deviceCode,
          user_code: userCode,
          verification_uri: `${url}/sandbox/pairings/`,
          verification_uri_complete: address,
          expires_in: pairingSeconds,
          interval: pollSeconds,
        },
      }
    }
    switch (fields.get('grant_type')) {
      case 'client_credentials':
        return tokenReply(client.tokenOfItself())
      case deviceCodeGrant:
        return tokenReply(client.tokenOfPairing(fields.get('device_code') ?? ''))
      case 'refresh_token':
        return tokenReply(client.tokenOfDelegation(fields.get('refresh_token') ?? ''))
      default:
        throw new Refused('VENDOR_GRANT_UNSUPPORTED')
    }
  } catch (error) {
    if (error instanceof Refused) return refusedReply(error, client?.now() ?? 0)
    throw error
  }
}
