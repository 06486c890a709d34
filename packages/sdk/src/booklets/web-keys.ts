/** Keys of booklets by WebCrypto: made here, not to be exported, kept where the program keeps them. */
import { counterKeyOf, type Sign } from '@sidep/continuity'
import { type BookletKeys, isSameKey, textOfKey } from './booklet-key.ts'

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
