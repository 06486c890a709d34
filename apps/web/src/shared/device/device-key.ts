/**
 * The key of this browser on this device. Invariants:
 * 1. Scripts can sign with it, never export it; it is made here and stays here.
 * 2. All tabs have the same one; a browser that keeps nothing has none, because a redirect would lose it.
 */

import { bytesToBase64url } from '@sidep/encoding'
import { type DBSchema, openDB } from 'idb'
import { withDeadline } from '../deadline.ts'

interface DeviceSchema extends DBSchema {
  keys: { key: string; value: CryptoKeyPair }
}

/** Public part as a JWK (RFC 7517), with the members that its thumbprint covers and no others. */
interface DevicePublicKey {
  readonly crv: 'P-256'
  readonly kty: 'EC'
  readonly x: string
  readonly y: string
}

export interface DeviceKey {
  readonly publicKey: DevicePublicKey
  /** SHA-256 of the public key by RFC 7638, base64url, 43 characters. */
  readonly thumbprint: string
  /** ES256 (RFC 7518 §3.4): r ‖ s, 64 bytes. */
  sign(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array>
}

const parameters = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const keyName = 'es256-1'

/** A new pair whose private half cannot leave the browser. */
export const makeDevicePair = (): Promise<CryptoKeyPair> =>
  crypto.subtle.generateKey(parameters, false, ['sign', 'verify'])

/** @throws Error when the pair is not of P-256 */
export const deviceKeyOf = async ({ privateKey, publicKey }: CryptoKeyPair): Promise<DeviceKey> => {
  const { x, y } = await crypto.subtle.exportKey('jwk', publicKey)
  if (x === undefined || y === undefined) throw new Error('a device key is a point of P-256')
  const plain: DevicePublicKey = { crv: 'P-256', kty: 'EC', x, y }
  // RFC 7638 §3.2: the required members in lexicographic order, as they stand above.
  const digest = await crypto.subtle.digest(
    'SHA-256',
    new TextEncoder().encode(JSON.stringify(plain)),
  )
  return {
    publicKey: plain,
    thumbprint: bytesToBase64url(new Uint8Array(digest)),
    sign: async (bytes) => new Uint8Array(await crypto.subtle.sign(parameters, privateKey, bytes)),
  }
}

const openPair = async (): Promise<CryptoKeyPair> => {
  const database = await openDB<DeviceSchema>('sidep-device', 1, {
    upgrade: (fresh) => {
      fresh.createObjectStore('keys')
    },
  })
  const made = await makeDevicePair()
  // One transaction: two tabs that start together end with the same key.
  const transaction = database.transaction('keys', 'readwrite')
  const existing = await transaction.store.get(keyName)
  if (existing === undefined) await transaction.store.put(made, keyName)
  await transaction.done
  database.close()
  return existing ?? made
}

/** A browser that opens a database at all does so in milliseconds; a broken one may never answer. */
const openMillisecondsMax = 5_000

/** This browser's key, made at the first call; null when it keeps nothing, or does not say whether. */
export const openDeviceKey = async (): Promise<DeviceKey | null> => {
  try {
    return await deviceKeyOf(await withDeadline(openPair(), openMillisecondsMax))
  } catch (error) {
    // A session that is not bound lasts its normal life; nothing else depends on the key.
    console.warn('DEVICE_KEY_REFUSED', error)
    return null
  }
}
