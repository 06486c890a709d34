/**
 * What the stand-in can be told to get wrong, so that the doors can be tested against the real
 * thing failing. Answers are changed on their way out; the provider underneath stays correct.
 */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { Context } from 'oidc-provider'

export type ProviderFault =
  | { readonly kind: 'none' }
  /** Connections are cut without an answer: all, or those to addresses that contain `path`. */
  | { readonly kind: 'down'; readonly path?: string }
  /** Every answer waits first. */
  | { readonly kind: 'slow'; readonly milliseconds: number }
  /** Every answer is HTTP 503. */
  | { readonly kind: 'overloaded' }
  /** The ID token is signed by a key that is not the provider's. */
  | { readonly kind: 'wrong-key' }
  /** The ID token names another issuer. */
  | { readonly kind: 'wrong-issuer' }
  /** The `iss` parameter of the redirect (RFC 9207) names another issuer: a mix-up attack. */
  | { readonly kind: 'wrong-issuer-parameter' }
  /** The ID token carries the nonce of an earlier sign-in. */
  | { readonly kind: 'old-nonce' }
  /** The ID token was meant for another client. */
  | { readonly kind: 'wrong-audience' }
  /** The ID token does not say how surely the person proved who they are. */
  | { readonly kind: 'no-level' }
  /** It says less than was asked for. */
  | { readonly kind: 'low-level' }
  /** The ID token does not say when the person did so. */
  | { readonly kind: 'no-proof-time' }
  /** The person did so a minute before this sign-in, for another. */
  | { readonly kind: 'old-proof' }
  /** Userinfo speaks of somebody else than the ID token. */
  | { readonly kind: 'wrong-userinfo-subject' }

export interface Faults {
  current(): ProviderFault
  set(fault: ProviderFault): void
  /** Middleware that applies the present fault to the provider's answers. */
  middleware(context: Context, next: () => Promise<void>): Promise<void>
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const decode = (part: string | undefined): Record<string, unknown> => {
  const value: unknown = JSON.parse(Buffer.from(part ?? '', 'base64url').toString('utf8'))
  if (typeof value !== 'object' || value === null) throw new TypeError('not a JSON object')
  return { ...value }
}

/** Signs the token again (RS256), after changing its claims. */
const resign = (token: string, changes: Record<string, unknown>, key: KeyObject): string => {
  const [header, payload] = token.split('.')
  const toBeSigned = `${header}.${encode({ ...decode(payload), ...changes })}`
  return `${toBeSigned}.${sign('sha256', Buffer.from(toBeSigned), key).toString('base64url')}`
}

const otherIssuer = 'https://autre-fournisseur.invalid'

const spoilIdToken = (token: string, fault: ProviderFault, key: KeyObject): string => {
  switch (fault.kind) {
    case 'wrong-key':
      return resign(token, {}, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey)
    case 'wrong-issuer':
      return resign(token, { iss: otherIssuer }, key)
    case 'old-nonce':
      return resign(token, { nonce: 'nonce-of-an-earlier-sign-in' }, key)
    case 'wrong-audience':
      return resign(token, { aud: 'another-client' }, key)
    case 'no-level':
      return resign(token, { acr: undefined }, key)
    case 'low-level':
      return resign(token, { acr: 'eidas0' }, key)
    case 'no-proof-time':
      return resign(token, { auth_time: undefined }, key)
    case 'old-proof':
      return resign(token, { auth_time: Number(decode(token.split('.')[1]).iat) - 60 }, key)
    default:
      return token
  }
}

const spoilBody = (context: Context, fault: ProviderFault, key: KeyObject): void => {
  const { body } = context
  if (typeof body !== 'object' || body === null) return
  if ('id_token' in body && typeof body.id_token === 'string') {
    context.body = { ...body, id_token: spoilIdToken(body.id_token, fault, key) }
  } else if (fault.kind === 'wrong-userinfo-subject' && 'SubjectNameID' in body) {
    context.body = { ...body, sub: 'f:somebody:else' }
  }
}

const spoilRedirect = (context: Context): void => {
  const location = context.response.get('Location')
  if (location === '' || !URL.canParse(location)) return
  const url = new URL(location)
  if (!url.searchParams.has('iss')) return
  url.searchParams.set('iss', otherIssuer)
  context.set('Location', url.href)
}

/**
 * Faults of one provider, none at first.
 *
 * @param key the provider's own private key (RSA), to sign changed ID tokens with
 */
export const makeFaults = (key: KeyObject): Faults => {
  let fault: ProviderFault = { kind: 'none' }
  return {
    current: () => fault,
    set: (next) => {
      fault = next
    },
    middleware: async (context, next) => {
      await next()
      if (fault.kind === 'wrong-issuer-parameter') spoilRedirect(context)
      else if (fault.kind !== 'none') spoilBody(context, fault, key)
    },
  }
}
