/** What the disk keeps of the lock before a professional's signing keys: nothing here opens anything by itself. */
import { base64ToBytes, bytesToBase64 } from '@sidep/encoding'
import { type Static, Type } from 'typebox'
import { Check } from 'typebox/schema'
import type { Vault } from '../../shared/storage/index.ts'

/** Argon2id, as RFC 9106 names them: m, t and p. */
const CodeCost = Type.Object({
  memoryKibibytes: Type.Integer({ minimum: 8, maximum: 1_048_576 }),
  passes: Type.Integer({ minimum: 1, maximum: 1_000 }),
  lanes: Type.Integer({ minimum: 1, maximum: 16 }),
})
export type CodeCost = Static<typeof CodeCost>

const PasskeyWay = Type.Object({
  kind: Type.Literal('passkey'),
  credentialId: Type.String(),
  /** Of the secret that opens next; another each time. */
  salt: Type.String(),
})

const CodeWay = Type.Object({
  kind: Type.Literal('code'),
  salt: Type.String(),
  cost: CodeCost,
  /** Wrong codes in a row, the one under way included. */
  failures: Type.Integer({ minimum: 0 }),
  /** No try before, milliseconds since 1970. */
  notBefore: Type.Number(),
})
export type CodeWay = Static<typeof CodeWay>
export type PasskeyWay = Static<typeof PasskeyWay>

/** A pair of the lock: what is sealed to its public half needs its private one, which a secret wraps. */
const LockPair = Type.Object({
  /** Salt of the wrapping key's derivation, another each time. */
  freshness: Type.String(),
  publicKey: Type.String(),
  nonce: Type.String(),
  wrapped: Type.String(),
})
export type LockPair = Static<typeof LockPair>

const SealedKey = Type.Object({
  /** Public coordinates of a signing key, as a booklet names it. */
  x: Type.String(),
  y: Type.String(),
  encapsulated: Type.String(),
  sealed: Type.String(),
  /** It was in the memory of an unlocked page: the next booklet is for another. */
  isUsed: Type.Boolean(),
})
export type SealedKey = Static<typeof SealedKey>

const StoredLock = Type.Object({
  way: Type.Union([PasskeyWay, CodeWay]),
  pair: LockPair,
  keys: Type.Array(SealedKey, { maxItems: 20 }),
})
export type StoredLock = Static<typeof StoredLock>

const folder = 'continuity/lock/'
export const placeOf = (professionalId: string): string => `${folder}${professionalId}`
/** Where keys under six digits were kept. */
const sixDigitsFolder = 'continuity/key/'

/** Bytes that we wrote as base64. */
export const bytesOf = (base64: string): Uint8Array<ArrayBuffer> => {
  const bytes = base64ToBytes(base64)
  if (!bytes.ok) throw new TypeError('the vault keeps base64 as it was written')
  return new Uint8Array(bytes.value)
}

export const textOf = (bytes: Uint8Array | ArrayBuffer): string =>
  bytesToBase64(bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes))

/** One record a professional, so that each change of it is whole. */
export const createLockStore = (vault: Vault) => ({
  read: async (professionalId: string): Promise<StoredLock | null> => {
    const stored = await vault.get(placeOf(professionalId))
    return Check(StoredLock, stored) ? stored : null
  },
  write: (professionalId: string, lock: StoredLock): Promise<void> =>
    vault.put(placeOf(professionalId), lock),
  remove: (professionalId: string): Promise<void> => vault.delete(placeOf(professionalId)),
  professionals: async (): Promise<string[]> =>
    (await vault.entries(folder)).map(({ key }) => key.slice(folder.length)),
  /** Destroys every key that six digits guarded. @returns whose they were */
  removeSixDigits: async (): Promise<string[]> => {
    const found = await vault.entries(sixDigitsFolder)
    for (const { key } of found) await vault.delete(key)
    return found.map(({ key }) => key.slice(sixDigitsFolder.length))
  },
})
