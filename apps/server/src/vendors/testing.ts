/** For tests: a vendor of the register, and its software as a client of the port. */
import { createHash, randomUUID, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { assertionType, type VendorScope, vendorScopes } from '@sidep/contracts'
import { ensureLaboratoryFolder } from '@sidep/dev'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { Agent, fetch, type RequestInit } from 'undici'
import { holdToContract } from '../platform/contract-testing.ts'
import type { TestPortal } from '../platform/testing.ts'
import type { VendorConfiguration } from '../platform/vendor-configuration.ts'
import { addVendor } from './register.ts'

export interface Answer {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  readonly text: string
  json<T>(): T
  /** The code of a refusal; the status of what is none. */
  readonly code: string
}

export interface TestVendor {
  readonly id: string
  /** SHA-256 of its certificate. */
  readonly thumbprint: string
  /** A new assertion; `changes` replace claims. */
  assertion(changes?: JWTPayload): Promise<string>
  /** Posts a form with an assertion. */
  form(path: string, fields?: Record<string, string>): Promise<Answer>
  /** Asks with a token. */
  send(method: string, path: string, token: string | null, body?: unknown): Promise<Answer>
  close(): Promise<void>
}

export interface TestVendorOptions {
  readonly portal: TestPortal
  /** For its certificate. */
  readonly folder: string
  readonly id: string
  /** Origin of the port, which is the issuer too. */
  readonly url: string
  readonly scopes?: readonly VendorScope[]
  readonly perSecond?: number
  /** Its certificates are known by who issued them. */
  readonly byAuthority?: boolean
}

/** What its software is let in with. */
export interface TestVendorFiles {
  readonly clientKey: CryptoKey
  /** SHA-256 of its certificate. */
  readonly thumbprint: string
  /** PEM. */
  readonly certificate: string
  readonly certificateKey: string
  /** Of the port's certificate; undefined: not known here. */
  readonly authority?: string
}

/**
 * A port for vendors on loopback, with a certificate of its own.
 *
 * @param folder Where that is kept.
 * @returns its settings, and the file of the authority that its clients trust
 */
export const testVendorPort = async (
  folder: string,
  now: Date,
  { webhooksAnywhere }: Pick<VendorConfiguration, 'webhooksAnywhere'>,
): Promise<{ readonly vendors: VendorConfiguration; readonly authority: string }> => {
  const files = await ensureLaboratoryFolder(folder, { now, serverNames: ['localhost'] })
  return {
    vendors: {
      host: '127.0.0.1',
      port: 0,
      operatorPort: 0,
      url: null,
      tls: { certificate: files.serverCertificate, key: files.serverKey },
      connectionsMax: 100,
      webhooksAnywhere,
    },
    authority: files.authority,
  }
}

/** Registers a vendor with a certificate and a key of its own. */
export const registerTestVendor = async ({
  portal,
  folder,
  id,
  scopes = vendorScopes,
  perSecond = 1_000,
  byAuthority = false,
}: Omit<TestVendorOptions, 'url'>): Promise<TestVendorFiles> => {
  const now = portal.clock.now()
  const files = await ensureLaboratoryFolder(`${folder}/${id}`, { now, serverNames: ['localhost'] })
  const certificate = await readFile(files.certificate, 'utf8')
  const thumbprint = createHash('sha256').update(new X509Certificate(certificate).raw).digest('hex')
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  await addVendor(
    portal.sql,
    {
      id,
      name: `Logiciel ${id}`,
      keys: { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }] },
      certificates: byAuthority ? [] : [thumbprint],
      authority: byAuthority ? await readFile(files.authority, 'utf8') : null,
      scopes,
      perSecond,
    },
    { reason: 'essai', by: 'essai' },
    now,
  )
  const certificateKey = await readFile(files.privateKey, 'utf8')
  return { clientKey: privateKey, thumbprint, certificate, certificateKey }
}

/** The same, and its software as a client of the port. */
export const makeTestVendor = async (options: TestVendorOptions): Promise<TestVendor> => {
  const { portal, id, url } = options
  const {
    clientKey,
    thumbprint,
    certificate: cert,
    certificateKey: key,
  } = await registerTestVendor(options)
  const dispatcher = new Agent({
    connect: { cert, key, rejectUnauthorized: false },
  })
  const ask = async (method: string, path: string, init: RequestInit): Promise<Answer> => {
    const response = await fetch(`${url}${path}`, {
      ...init,
      method,
      dispatcher,
    })
    const text = await response.text()
    const type = response.headers.get('content-type') ?? ''
    const refusal: { code?: string } = response.status < 400 ? {} : JSON.parse(text)
    // What is not offered here is described for the portal.
    if (refusal.code !== 'ROUTE_UNKNOWN')
      holdToContract(method, path, { status: response.status, type, text })
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: <T>() => JSON.parse(text) as T,
      code: refusal.code ?? String(response.status),
    }
  }
  const assertion: TestVendor['assertion'] = (changes = {}) => {
    const seconds = Math.floor(portal.clock.now().getTime() / 1_000)
    return new SignJWT({
      iss: id,
      sub: id,
      aud: url,
      iat: seconds,
      exp: seconds + 120,
      jti: randomUUID(),
      ...changes,
    })
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .sign(clientKey)
  }
  return {
    id,
    thumbprint,
    assertion,
    form: async (path, fields = {}) =>
      ask('POST', path, {
        body: new URLSearchParams({
          client_assertion_type: assertionType,
          client_assertion: await assertion(),
          ...fields,
        }),
      }),
    send: (method, path, token, body) =>
      ask(method, path, {
        headers: {
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    close: () => dispatcher.close(),
  }
}
