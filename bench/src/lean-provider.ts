/**
 * An identity provider that costs little: the protocol in full (discovery, keys, code flow with PKCE, state, nonce and
 * `iss`, client authentication, RS256, userinfo as Pro Santé Connect shapes it), and no pages. Who comes to its
 * authorization address is sent back at once, as somebody who has already confirmed on the phone; the cookie says who.
 * dev/'s provider, a whole library with pages, costs more than the portal that is measured.
 */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

export interface LeanClient {
  readonly id: string
  readonly secret: string
  readonly redirectUri: string
}

/** What it gets wrong: the ID token is signed by somebody else, names another issuer, or carries an old nonce. */
export type Lie = 'none' | 'wrong-key' | 'wrong-issuer' | 'old-nonce'

export interface LeanProvider {
  handle(request: IncomingMessage, response: ServerResponse): void
  setLie(lie: Lie): void
  /** Every answer waits this long first; milliseconds. */
  setDelay(milliseconds: number): void
  readonly signIns: number
}

interface Code {
  readonly nationalId: string
  readonly nonce: string
  readonly challenge: string
}

/** What is forgotten first when nobody fetches it. */
const codesMax = 50_000
const formBytesMax = 4_096

const base64url = (value: string | Uint8Array): string => Buffer.from(value).toString('base64url')

const boundedSet = <Value>(entries: Map<string, Value>, key: string, value: Value): void => {
  entries.set(key, value)
  const oldest = entries.keys().next()
  if (entries.size > codesMax && !oldest.done) entries.delete(oldest.value)
}

const readForm = async (request: IncomingMessage): Promise<URLSearchParams> => {
  let text = ''
  for await (const chunk of request) {
    text += chunk
    if (text.length > formBytesMax) throw new RangeError('form too large')
  }
  return new URLSearchParams(text)
}

const json = (response: ServerResponse, status: number, value: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify(value))
}

/** RFC 6749 §2.3.1: id and secret are encoded as in forms, then as HTTP Basic. */
const isClient = (header: string | undefined, { id, secret }: LeanClient): boolean => {
  const [given, proof] = Buffer.from((header ?? '').replace(/^Basic /, ''), 'base64')
    .toString()
    .split(':')
    .map(decodeURIComponent)
  return given === id && proof === secret
}

/**
 * @param userinfoOf the claims of a person besides `sub`; null for somebody unknown
 * @param now milliseconds since the epoch
 */
export const makeLeanProvider = (
  issuer: string,
  client: LeanClient,
  userinfoOf: (nationalId: string) => Record<string, unknown> | null,
  now: () => number,
): LeanProvider => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const foreignKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const keyId = 'lean-1'
  const header = base64url(JSON.stringify({ alg: 'RS256', typ: 'JWT', kid: keyId }))
  const codes = new Map<string, Code>()
  const tokens = new Map<string, string>()
  let lie: Lie = 'none'
  let delayMilliseconds = 0
  let signIns = 0

  const subjectOf = (nationalId: string): string =>
    `f:lean:${createHash('sha256').update(nationalId).digest('hex').slice(0, 24)}`

  const idToken = (nationalId: string, nonce: string): string => {
    const seconds = Math.floor(now() / 1_000)
    const claims = {
      iss: lie === 'wrong-issuer' ? 'https://autre-fournisseur.invalid' : issuer,
      aud: client.id,
      sub: subjectOf(nationalId),
      iat: seconds,
      exp: seconds + 120,
      nonce: lie === 'old-nonce' ? 'nonce-of-an-earlier-sign-in' : nonce,
      acr: 'eidas1',
      // Whoever comes proves who they are at this very moment.
      auth_time: seconds,
    }
    const toBeSigned = `${header}.${base64url(JSON.stringify(claims))}`
    const key: KeyObject = lie === 'wrong-key' ? foreignKey : privateKey
    return `${toBeSigned}.${base64url(sign('sha256', Buffer.from(toBeSigned), key))}`
  }

  const authorize = (url: URL, request: IncomingMessage, response: ServerResponse): void => {
    const query = url.searchParams
    const nationalId = /(?:^|; )who=(\d+)/.exec(request.headers.cookie ?? '')?.[1]
    const isOurs =
      query.get('client_id') === client.id &&
      query.get('redirect_uri') === client.redirectUri &&
      query.get('response_type') === 'code' &&
      query.get('code_challenge_method') === 'S256'
    if (!isOurs || nationalId === undefined) {
      json(response, 400, { error: 'invalid_request' })
      return
    }
    const code = base64url(randomBytes(24))
    boundedSet(codes, code, {
      nationalId,
      nonce: query.get('nonce') ?? '',
      challenge: query.get('code_challenge') ?? '',
    })
    const back = new URLSearchParams({ code, state: query.get('state') ?? '', iss: issuer })
    response.writeHead(302, { location: `${client.redirectUri}?${back}` }).end()
  }

  const exchange = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const form = await readForm(request)
    if (!isClient(request.headers.authorization, client))
      return json(response, 401, { error: 'invalid_client' })
    const code = codes.get(form.get('code') ?? '')
    codes.delete(form.get('code') ?? '')
    const verifier = form.get('code_verifier') ?? ''
    // RFC 7636 §4.6.
    const challenge = createHash('sha256').update(verifier).digest('base64url')
    if (code === undefined || code.challenge !== challenge) {
      return json(response, 400, { error: 'invalid_grant' })
    }
    const accessToken = base64url(randomBytes(24))
    boundedSet(tokens, accessToken, code.nationalId)
    json(response, 200, {
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: 120,
      scope: 'openid scope_all',
      id_token: idToken(code.nationalId, code.nonce),
    })
  }

  const userinfo = (request: IncomingMessage, response: ServerResponse): void => {
    const token = request.headers.authorization?.replace(/^Bearer /, '') ?? ''
    const nationalId = tokens.get(token)
    tokens.delete(token)
    const claims = nationalId === undefined ? null : userinfoOf(nationalId)
    if (nationalId === undefined || claims === null) {
      json(response, 401, { error: 'invalid_token' })
      return
    }
    signIns += 1
    json(response, 200, { sub: subjectOf(nationalId), ...claims })
  }

  const description = {
    issuer,
    authorization_endpoint: `${issuer}/auth`,
    token_endpoint: `${issuer}/token`,
    userinfo_endpoint: `${issuer}/me`,
    jwks_uri: `${issuer}/jwks`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['client_secret_basic'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
  }
  const keys = {
    keys: [{ ...publicKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: keyId }],
  }

  const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', issuer)
    const place = `${request.method} ${url.pathname}`
    if (place === 'GET /.well-known/openid-configuration') return json(response, 200, description)
    if (place === 'GET /jwks') return json(response, 200, keys)
    if (place === 'GET /auth') return authorize(url, request, response)
    if (place === 'POST /token') return exchange(request, response)
    if (place === 'GET /me') return userinfo(request, response)
    json(response, 404, { error: 'not_found' })
  }

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    route(request, response).catch(() => {
      if (!response.headersSent) response.writeHead(400)
      response.end()
    })
  }

  return {
    handle: (request, response) => {
      if (delayMilliseconds === 0) answer(request, response)
      else setTimeout(() => answer(request, response), delayMilliseconds).unref()
    },
    setLie: (next) => {
      lie = next
    },
    setDelay: (milliseconds) => {
      delayMilliseconds = milliseconds
    },
    get signIns() {
      return signIns
    },
  }
}
