/**
 * The two layers around a signing key. The outer: the lock's pair, its private half wrapped (AES-256-GCM) under a key
 * that is derived (HKDF) from the secret of passkey or code. The inner: each signing key sealed to the pair's public
 * half by HPKE (RFC 9180, base mode, DHKEM(P-256), AES-256-GCM), so that a key can be put behind a lock that is shut.
 */
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256, OpenError } from '@hpke/core'
import { bytesOf, type LockPair, type SealedKey, textOf } from './stored-lock.ts'

type Bytes = Uint8Array<ArrayBuffer>

const curve = { name: 'ECDH', namedCurve: 'P-256' } as const
const suite = new CipherSuite({
  kem: new DhkemP256HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
})

const text = (words: string): Bytes => new TextEncoder().encode(words)

const wrappingKey = async (secret: Bytes, freshness: Bytes): Promise<CryptoKey> => {
  const material = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey'])
  return crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: freshness, info: text('sidep counter lock 1') },
    material,
    { name: 'AES-GCM', length: 256 },
    false,
    ['wrapKey', 'unwrapKey'],
  )
}

/** A record is of one professional: put in another's place it does not open. */
const wrapping = (nonce: Bytes, professionalId: string): AesGcmParams => ({
  name: 'AES-GCM',
  iv: nonce,
  additionalData: text(professionalId),
})

/** A new pair behind a secret. */
export const makePair = async (
  secret: Bytes,
  professionalId: string,
  randomBytes: (count: number) => Uint8Array,
): Promise<LockPair> => {
  const pair = await crypto.subtle.generateKey(curve, true, ['deriveBits'])
  const [freshness, nonce] = [new Uint8Array(randomBytes(32)), new Uint8Array(randomBytes(12))]
  const under = await wrappingKey(secret, freshness)
  const parameters = wrapping(nonce, professionalId)
  return {
    freshness: textOf(freshness),
    publicKey: textOf(await crypto.subtle.exportKey('raw', pair.publicKey)),
    nonce: textOf(nonce),
    wrapped: textOf(await crypto.subtle.wrapKey('pkcs8', pair.privateKey, under, parameters)),
  }
}

/** Opens a pair, not to be exported; null with another secret. */
export const openPair = async (
  pair: LockPair,
  secret: Bytes,
  professionalId: string,
): Promise<CryptoKeyPair | null> => {
  const under = await wrappingKey(secret, bytesOf(pair.freshness))
  try {
    const [privateKey, publicKey] = await Promise.all([
      crypto.subtle.unwrapKey(
        'pkcs8',
        bytesOf(pair.wrapped),
        under,
        wrapping(bytesOf(pair.nonce), professionalId),
        curve,
        false,
        ['deriveBits'],
      ),
      suite.kem.deserializePublicKey(bytesOf(pair.publicKey)),
    ])
    return { privateKey, publicKey }
  } catch (error) {
    // AES-GCM opens with the right key only.
    if (error instanceof DOMException) return null
    throw error
  }
}

type Named = Pick<SealedKey, 'x' | 'y'>

const info = text('sidep counter signing key 1')
const about = ({ x, y }: Named): Bytes => text(`${x} ${y}`)

/** Puts a private key (PKCS #8) behind a pair, which may be shut. */
export const sealKey = async (
  { publicKey }: Pick<LockPair, 'publicKey'>,
  named: Named,
  pkcs8: Bytes,
): Promise<Pick<SealedKey, 'encapsulated' | 'sealed'>> => {
  const recipientPublicKey = await suite.kem.deserializePublicKey(bytesOf(publicKey))
  const { enc, ct } = await suite.seal({ recipientPublicKey, info }, pkcs8, about(named))
  return { encapsulated: textOf(enc), sealed: textOf(ct) }
}

/** The private key (PKCS #8); null when it was put behind another pair. */
export const openKey = async (
  recipientKey: CryptoKeyPair,
  key: SealedKey,
): Promise<Bytes | null> => {
  try {
    const enc = bytesOf(key.encapsulated)
    return new Uint8Array(
      await suite.open({ recipientKey, enc, info }, bytesOf(key.sealed), about(key)),
    )
  } catch (error) {
    if (error instanceof OpenError) return null
    throw error
  }
}
