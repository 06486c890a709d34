/**
 * Tokens of a vendor's software (OAuth 2): it says who it is by an assertion that it signs (RFC 7523), asks a professional
 * to let it work (RFC 8628), and has a token for some minutes at a time until that ends. Where the portal asks for a
 * certificate, `fetch` shows it.
 */
import {
  assertionType,
  deviceCodeGrant,
  routes,
  VendorPairingAnswer,
  type VendorScope,
  VendorTokenAnswer,
} from '@sidep/contracts'
import { bytesToBase64url, textToBase64url } from '@sidep/encoding'
import type { Static, TSchema } from 'typebox'
import { Check } from 'typebox/schema'
import { type Authorization, AuthorizationEnded } from './authorized-fetch.ts'
import type { Surroundings } from './surroundings.ts'

export interface VendorAccessDependencies {
  /** Address of the portal's port for vendors. */
  readonly portal: string
  /** What the portal calls itself (`issuer` of its metadata), where it is reached by another address than that. */
  readonly issuer?: string
  readonly clientId: string
  /** Private, for ES256. */
  readonly key: CryptoKey
  /** Of that key, where the vendor has registered several. */
  readonly keyId?: string
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
  readonly surroundings: Pick<Surroundings, 'now' | 'randomBytes'>
}

/** A professional is asked to let this software work for them. */
export interface Pairing {
  /** To be shown, large: the professional types it at the counter. */
  readonly userCode: string
  readonly address: string
  /** Milliseconds between two calls of `poll`. */
  readonly intervalMilliseconds: number
  readonly poll: () => Promise<Polled>
}

export type Polled =
  | { readonly kind: 'pending' }
  /** Refused, or nobody decided in time. */
  | { readonly kind: 'over'; readonly code: string }
  | { readonly kind: 'accepted'; readonly refreshToken: string; readonly token: VendorTokenAnswer }

export interface VendorAccess {
  readonly pair: (wanted: {
    readonly scopes: readonly VendorScope[]
    /** FINESS. */
    readonly site: string
    /** Thumbprint (RFC 7638) of the key that signs provisional certificates; needed for booklets. */
    readonly device?: string
  }) => Promise<Pairing>
  /** Credentials of a delegation, for `openOutbox`. */
  readonly authorization: (refreshToken: string) => Authorization
}

/** The portal did not give a token, and says why. */
export class VendorAccessError extends Error {
  override readonly name = 'VendorAccessError'
  readonly code: string
  constructor(code: string) {
    super(code)
    this.code = code
  }
}

const assertionSeconds = 60
/** A token is not used in the last of its seconds: the request takes some. */
const marginSeconds = 15
const ecdsa = { name: 'ECDSA', hash: 'SHA-256' } as const

const secondMilliseconds = 1_000

interface Refused {
  readonly code: string
  /** Of the portal. */
  readonly at: number | null
}

export const makeVendorAccess = (dependencies: VendorAccessDependencies): VendorAccess => {
  const { portal, clientId, key, keyId, fetch, surroundings } = dependencies
  const { issuer = new URL(portal).origin } = dependencies
  /** How far the portal's clock is from ours, once it has said so. */
  let offset = 0
  const now = (): number => surroundings.now().getTime() + offset

  const assertion = async (): Promise<string> => {
    const iat = Math.floor(now() / secondMilliseconds)
    const header = { alg: 'ES256', typ: 'JWT', ...(keyId === undefined ? {} : { kid: keyId }) }
    const claims = {
      iss: clientId,
      sub: clientId,
      aud: issuer,
      iat,
      exp: iat + assertionSeconds,
      jti: bytesToBase64url(surroundings.randomBytes(16)),
    }
    const signed = `${textToBase64url(JSON.stringify(header))}.${textToBase64url(JSON.stringify(claims))}`
    const signature = await crypto.subtle.sign(ecdsa, key, new TextEncoder().encode(signed))
    return `${signed}.${bytesToBase64url(new Uint8Array(signature))}`
  }

  const postOnce = async (
    path: string,
    fields: Readonly<Record<string, string>>,
  ): Promise<{ readonly body: unknown } | Refused> => {
    const response = await fetch(new URL(path, portal).href, {
      method: 'POST',
      headers: {
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({
        client_assertion_type: assertionType,
        client_assertion: await assertion(),
        ...fields,
      }).toString(),
      redirect: 'error',
    })
    const body: unknown = await response.json()
    if (response.ok) return { body }
    const date = response.headers.get('date')
    const { code } = body as { readonly code?: unknown }
    return {
      code: typeof code === 'string' ? code : `HTTP_${response.status}`,
      at: date === null ? null : Date.parse(date),
    }
  }

  /** A clock that is off is told by the answer, and the same is asked once more. */
  const post = async <Schema extends TSchema>(
    path: string,
    schema: Schema,
    fields: Readonly<Record<string, string>>,
  ): Promise<Static<Schema> | Refused> => {
    const first = await postOnce(path, fields)
    const isStale = 'code' in first && first.code === 'VENDOR_ASSERTION_STALE'
    if (isStale && first.at !== null) offset = first.at - surroundings.now().getTime()
    const answer = isStale && first.at !== null ? await postOnce(path, fields) : first
    if ('code' in answer) return answer
    if (!Check(schema, answer.body)) throw new VendorAccessError('ANSWER_UNREADABLE')
    return answer.body as Static<Schema>
  }

  const isRefused = (answer: unknown): answer is Refused =>
    typeof answer === 'object' && answer !== null && 'code' in answer && 'at' in answer

  return {
    pair: async ({ scopes, site, device }) => {
      const asked = await post(routes.vendorPairings, VendorPairingAnswer, {
        scope: scopes.join(' '),
        site,
        ...(device === undefined ? {} : { device }),
      })
      if (isRefused(asked)) throw new VendorAccessError(asked.code)
      let interval = asked.interval
      return {
        userCode: asked.user_code,
        address: asked.verification_uri_complete,
        get intervalMilliseconds() {
          return interval * secondMilliseconds
        },
        poll: async () => {
          const token = await post(routes.vendorToken, VendorTokenAnswer, {
            grant_type: deviceCodeGrant,
            device_code: asked.device_code,
          })
          if (!isRefused(token))
            return { kind: 'accepted', refreshToken: token.refresh_token ?? '', token }
          // RFC 8628 §3.5: five seconds longer from then on.
          if (token.code === 'VENDOR_REQUEST_TOO_SOON') interval += 5
          return ['VENDOR_REQUEST_PENDING', 'VENDOR_REQUEST_TOO_SOON'].includes(token.code)
            ? { kind: 'pending' }
            : { kind: 'over', code: token.code }
        },
      }
    },
    authorization: (refreshToken) => {
      let held: Promise<{ readonly token: string; readonly until: number }> | null = null
      const ask = async () => {
        const answer = await post(routes.vendorToken, VendorTokenAnswer, {
          grant_type: 'refresh_token',
          refresh_token: refreshToken,
        })
        if (isRefused(answer)) {
          const isOver = answer.code === 'VENDOR_GRANT_INVALID'
          throw isOver ? new AuthorizationEnded(answer.code) : new VendorAccessError(answer.code)
        }
        const lifeSeconds = Math.max(answer.expires_in - marginSeconds, 1)
        return { token: answer.access_token, until: now() + lifeSeconds * secondMilliseconds }
      }
      const current = async (): Promise<string> => {
        const before = await held?.catch(() => null)
        if (before === undefined || before === null || before.until <= now()) held = ask()
        const { token } = (await held) ?? { token: '' }
        return token
      }
      return {
        headers: async () => ({ authorization: `Bearer ${await current()}` }),
        renew: () => {
          held = null
          return true
        },
      }
    },
  }
}
