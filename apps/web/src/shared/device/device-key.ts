/**
 * The key of this device: sessions are bound to it, and it alone renews them. Invariants:
 * 1. The private key cannot be exported: scripts can sign with it, nobody can copy it (WebCrypto, `extractable: false`).
 * 2. One key a browser and site, kept in IndexedDB; two tabs that start together end with the same.
 * 3. Where the browser refuses to store, the key lives as long as the page, and so does the session's renewal.
 */
import { type DBSchema, openDB } from 'idb'
import { bytesToBase64Url, textToBase64Url } from './base64-url.ts'

interface DeviceSchema extends DBSchema {
  keys: { key: string; value: CryptoKeyPair }
}

/** What a renewal is about. */
export interface RenewalStatement {
  /** Origin of the portal. */
  readonly audience: string
  readonly sessionId: string
  /** By the server's clock. */
  readonly at: Date
}

export interface DeviceKey {
  /** SHA-256 of the public JWK (RFC 7638), base64url, 43 characters. */
  readonly thumbprint: string
  /** False when it goes with the page. */
  readonly durable: boolean
  /** The signed statement that `POST /api/session/renewal` takes. */
  prove(statement: RenewalStatement): Promise<string>
}

const databaseName = 'sidep-device'
const keyName = 'es256-1'
const algorithm = { name: 'ECDSA', namedCurve: 'P-256' } as const
const nonceBytes = 16

const generate = (): Promise<CryptoKeyPair> =>
  crypto.subtle.generateKey(algorithm, false, ['sign', 'verify'])

const loadDurable = async (): Promise<CryptoKeyPair> => {
  const database = await openDB<DeviceSchema>(databaseName, 1, {
    upgrade: (fresh) => {
      fresh.createObjectStore('keys')
    },
    blocking: (_current, _blocked, event) => {
      if (event.target instanceof IDBDatabase) event.target.close()
    },
  })
  const made = await generate()
  // One transaction, no waiting for anything else in it: invariant 2.
  const transaction = database.transaction('keys', 'readwrite')
  const existing = await transaction.store.get(keyName)
  if (existing === undefined) await transaction.store.put(made, keyName)
  await transaction.done
  database.close()
  return existing ?? made
}

interface PublicKey {
  readonly kty: 'EC'
  readonly crv: 'P-256'
  readonly x: string
  readonly y: string
}

const publicKeyOf = async (publicKey: CryptoKey): Promise<PublicKey> => {
  const { x, y } = await crypto.subtle.exportKey('jwk', publicKey)
  if (x === undefined || y === undefined) throw new TypeError('not a key on P-256')
  return { kty: 'EC', crv: 'P-256', x, y }
}

// RFC 7638 §3.2: the required members alone, in this order, without spaces.
const thumbprintOf = async ({ crv, kty, x, y }: PublicKey): Promise<string> => {
  const text = new TextEncoder().encode(JSON.stringify({ crv, kty, x, y }))
  return bytesToBase64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', text)))
}

/** A device key over a key pair: for pages `openDeviceKey`, for tests any pair on P-256. */
export const makeDeviceKey = async (
  { privateKey, publicKey }: CryptoKeyPair,
  durable: boolean,
): Promise<DeviceKey> => {
  const jwk = await publicKeyOf(publicKey)
  // RFC 7515 §4.1.3: the key travels with the statement; the server compares its thumbprint with the session's.
  const header = textToBase64Url(JSON.stringify({ typ: 'sidep-renewal+jwt', alg: 'ES256', jwk }))
  return {
    thumbprint: await thumbprintOf(jwk),
    durable,
    prove: async ({ audience, sessionId, at }) => {
      const claims = {
        aud: audience,
        sid: sessionId,
        iat: Math.floor(at.getTime() / 1000),
        jti: bytesToBase64Url(crypto.getRandomValues(new Uint8Array(nonceBytes))),
      }
      const text = `${header}.${textToBase64Url(JSON.stringify(claims))}`
      // WebCrypto signs r‖s, as JWS wants it (RFC 7518 §3.4).
      const signature = await crypto.subtle.sign(
        { name: 'ECDSA', hash: 'SHA-256' },
        privateKey,
        new TextEncoder().encode(text),
      )
      return `${text}.${bytesToBase64Url(new Uint8Array(signature))}`
    },
  }
}

/** This device's key, made when there is none yet. */
export const openDeviceKey = async (): Promise<DeviceKey> => {
  try {
    return await makeDeviceKey(await loadDurable(), true)
  } catch (error) {
    // Private windows of some browsers refuse to store keys.
    console.warn('DEVICE_KEY_NOT_STORED', error)
    return makeDeviceKey(await generate(), false)
  }
}
