/** Keys of booklets by WebCrypto: made here, not to be exported, kept where the program keeps them. */
import { counterKeyOf, type Sign } from '@sidep/continuity'
import { base64ToBytes, bytesToBase64url } from '@sidep/encoding'
import { type BookletKeys, type CounterKeyText, isSameKey, textOfKey } from './booklet-key.ts'

/** Where a pair is kept; IndexedDB takes it as it is. One a professional. */
export interface KeyPairStore {
  readonly read: (professionalId: string) => Promise<CryptoKeyPair | null>
  readonly write: (professionalId: string, pair: CryptoKeyPair) => Promise<void>
}

const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

export const memoryKeyPairs = (): KeyPairStore => {
  const pairs = new Map<string, CryptoKeyPair>()
  return {
    read: async (professionalId) => pairs.get(professionalId) ?? null,
    write: async (professionalId, pair) => {
      pairs.set(professionalId, pair)
    },
  }
}

const urlSafe = (text: string): string => {
  const bytes = base64ToBytes(text)
  if (!bytes.ok) throw new RangeError('a coordinate is base64')
  return bytesToBase64url(bytes.value)
}

/** Thumbprint (RFC 7638) of a key, as `pair` takes it: booklets are given to the key that the professional agreed to. */
export const thumbprintOf = async ({ x, y }: CounterKeyText): Promise<string> => {
  // The members in this order, and no others (RFC 7638 §3.2).
  const members = JSON.stringify({ crv: 'P-256', kty: 'EC', x: urlSafe(x), y: urlSafe(y) })
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(members))
  return bytesToBase64url(new Uint8Array(digest))
}

/**
 * One key for each professional, which all of their booklets here name.
 *
 * @param isUnlocked whether the professional has shown since the program started that it is they; nothing is signed before
 */
export const webKeys = (
  store: KeyPairStore,
  isUnlocked: (professionalId: string) => boolean,
): BookletKeys => {
  const pairOf = async (professionalId: string): Promise<CryptoKeyPair> => {
    const kept = await store.read(professionalId)
    if (kept !== null) return kept
    const made = await crypto.subtle.generateKey(ecdsa, false, ['sign', 'verify'])
    await store.write(professionalId, made)
    return made
  }
  return {
    nextKey: async (professionalId) => {
      const { publicKey } = await pairOf(professionalId)
      return textOfKey(await counterKeyOf(publicKey))
    },
    signer: async (professionalId, key) => {
      const pair = isUnlocked(professionalId) ? await store.read(professionalId) : null
      if (pair === null) return null
      const own = textOfKey(await counterKeyOf(pair.publicKey))
      if (!isSameKey(own, key)) return null
      const sign: Sign = async (bytes) =>
        new Uint8Array(await crypto.subtle.sign(ecdsa, pair.privateKey, new Uint8Array(bytes)))
      return sign
    },
  }
}
