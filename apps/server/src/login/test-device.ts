/** A counter's key for tests and the bench, made by WebCrypto as a browser makes it, and what is signed with it. */
import { createHash, randomBytes } from 'node:crypto'
import { deviceActType, deviceProofHeader } from '@sidep/contracts'
import { calculateJwkThumbprint, decodeJwt, exportJWK, SignJWT } from 'jose'
import { renewalProofType } from './device-proof.ts'

export interface StatementClaims {
  readonly aud: string
  readonly sid: string
  readonly at: Date
  readonly jti?: string
}

export interface ActClaims extends StatementClaims {
  readonly method: string
  readonly path: string
  /** As sent; absent: none. */
  readonly body?: string
}

export interface TestDevice {
  readonly thumbprint: string
  /** A renewal's statement; `header` replaces members of the header. */
  prove(claims: StatementClaims, header?: Record<string, unknown>): Promise<string>
  /** Headers of a request that this device signs. */
  signAct(claims: ActClaims, header?: Record<string, unknown>): Promise<Record<string, string>>
}

export const makeTestKeys = (): Promise<CryptoKeyPair> =>
  crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])

export const makeTestDevice = async (keys?: CryptoKeyPair): Promise<TestDevice> => {
  const { privateKey, publicKey } = keys ?? (await makeTestKeys())
  const jwk = await exportJWK(publicKey)
  const sign = (
    typ: string,
    { aud, sid, at, jti = randomBytes(16).toString('base64url') }: StatementClaims,
    more: Record<string, unknown>,
    header: Record<string, unknown>,
  ): Promise<string> =>
    new SignJWT({ aud, sid, jti, iat: Math.floor(at.getTime() / 1000), ...more })
      .setProtectedHeader({ alg: 'ES256', typ, jwk, ...header })
      .sign(privateKey)
  return {
    thumbprint: await calculateJwkThumbprint(jwk),
    prove: (claims, header = {}) => sign(renewalProofType, claims, {}, header),
    signAct: async ({ method, path, body = '', ...claims }, header = {}) => {
      const bod = createHash('sha256').update(body).digest('base64url')
      const act = { htm: method, htu: path.split('?', 1)[0], bod }
      return { [deviceProofHeader]: await sign(deviceActType, claims, act, header) }
    },
  }
}

interface SignedRequest {
  /** Address of the portal. */
  readonly portal: string
  /** Of a session that is perhaps bound to the device. */
  readonly cookie: string
  readonly at: Date
  readonly method: string
  readonly path: string
  readonly body?: string
}

/** Headers by which a device signs a request of its own session; none for one that it is not bound to. */
export const actHeaders = async (
  device: TestDevice,
  { portal, cookie, ...request }: SignedRequest,
): Promise<Record<string, string>> => {
  const jws = /sidep-session=([^;]+)\.[^.;]+/.exec(cookie)?.[1]
  if (jws === undefined || request.method === 'GET') return {}
  const { sid, cnf } = decodeJwt<{ sid: string; cnf?: { jkt: string } }>(jws)
  if (cnf?.jkt !== device.thumbprint) return {}
  return device.signAct({ aud: new URL(portal).origin, sid, ...request })
}
