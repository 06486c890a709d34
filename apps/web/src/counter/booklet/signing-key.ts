/**
 * The key that signs a professional's provisional certificates at this counter. Invariants:
 * 1. On disk it is only wrapped: under a key made from the professional's code, in a vault that the disk alone does
 *    not open. Between two uses nobody can sign with it, the page itself included.
 * 2. A try is counted on disk before the code is looked at; after `triesMax` wrong ones in a row the key is gone.
 * 3. Unwrapped it cannot be exported, and is dropped when nobody touched the counter for a while.
 */
import { type CounterKey, counterKeyOf, type Sign } from '@sidep/continuity'
import { base64ToBytes, bytesToBase64 } from '@sidep/encoding'
import { type Static, Type } from 'typebox'
import { Check } from 'typebox/schema'
import type { Vault } from '../../shared/storage/index.ts'

export const triesMax = 10
/** The first tries are free: fingers slip. */
const freeTries = 3
const firstDelayMilliseconds = 30_000
const delayMillisecondsMax = 3_600_000
/** PBKDF2-HMAC-SHA-256: OWASP Password Storage Cheat Sheet, 2023. */
const iterationsDefault = 600_000
/** Nobody touched the counter for so long: the next document asks for the code. */
export const idleMillisecondsMax = 10 * 60_000

const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

const StoredKey = Type.Object({
  /** Public coordinates, base64. */
  x: Type.String(),
  y: Type.String(),
  salt: Type.String(),
  nonce: Type.String(),
  iterations: Type.Integer({ minimum: 1, maximum: 10_000_000 }),
  wrapped: Type.String(),
  /** Wrong codes in a row, the one under way included. */
  failures: Type.Integer({ minimum: 0 }),
  /** No try before, milliseconds since 1970. */
  notBefore: Type.Number(),
})
type StoredKey = Static<typeof StoredKey>

export type LockState = 'none' | 'locked' | 'open'

export type Unlocking =
  | { readonly kind: 'open' }
  | { readonly kind: 'wrong'; readonly triesLeft: number; readonly waitMilliseconds: number }
  | { readonly kind: 'wait'; readonly waitMilliseconds: number }
  /** Too many wrong codes: the key is gone, and its booklets with it. */
  | { readonly kind: 'gone' }

export interface SigningKeys {
  /** Of a professional at this counter. */
  readonly state: (professionalId: string) => Promise<LockState>
  /** Makes a key under a code, in the place of any before. It is open then. */
  readonly create: (professionalId: string, pin: string) => Promise<CounterKeyText>
  readonly publicKey: (professionalId: string) => Promise<CounterKeyText | null>
  readonly unlock: (professionalId: string, pin: string) => Promise<Unlocking>
  /** Null while it is locked. */
  readonly signer: (professionalId: string) => Sign | null
  /** Somebody touches the counter. */
  readonly touch: () => void
  readonly lock: () => void
}

/** As `POST /api/booklets` takes it: coordinates in base64. */
export interface CounterKeyText {
  readonly x: string
  readonly y: string
}

export interface SigningKeyNeeds {
  readonly vault: Vault
  readonly now: () => Date
  readonly randomBytes: (count: number) => Uint8Array
  /** One tab at a time. */
  readonly exclusive: <T>(work: () => Promise<T>) => Promise<T>
  readonly iterations?: number
}

const placeOf = (professionalId: string): string => `continuity/key/${professionalId}`

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> => {
  const bytes = base64ToBytes(base64)
  if (!bytes.ok) throw new TypeError('the vault keeps base64 as it was written')
  return new Uint8Array(bytes.value)
}

export const textOfKey = ({ x, y }: CounterKey): CounterKeyText => ({
  x: bytesToBase64(x),
  y: bytesToBase64(y),
})

const delayAfter = (failures: number): number =>
  failures < freeTries
    ? 0
    : Math.min(delayMillisecondsMax, firstDelayMilliseconds * 2 ** (failures - freeTries))

export const createSigningKeys = ({
  vault,
  now,
  randomBytes,
  exclusive,
  iterations = iterationsDefault,
}: SigningKeyNeeds): SigningKeys => {
  let open: { readonly professionalId: string; readonly key: CryptoKey } | null = null
  let touchedAt = 0

  const read = async (professionalId: string): Promise<StoredKey | null> => {
    const stored = await vault.get(placeOf(professionalId))
    return Check(StoredKey, stored) ? stored : null
  }

  const isOpenFor = (professionalId: string): boolean => {
    const idle = now().getTime() - touchedAt
    // A clock set back must not keep it open.
    if (open !== null && (idle > idleMillisecondsMax || idle < -idleMillisecondsMax)) open = null
    return open?.professionalId === professionalId
  }

  const wrapping = async (pin: string, salt: Uint8Array<ArrayBuffer>, rounds: number) => {
    const typed = await crypto.subtle.importKey(
      'raw',
      new TextEncoder().encode(pin),
      'PBKDF2',
      false,
      ['deriveKey'],
    )
    return crypto.subtle.deriveKey(
      { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: rounds },
      typed,
      { name: 'AES-GCM', length: 256 },
      false,
      ['wrapKey', 'unwrapKey'],
    )
  }

  const unwrap = async (stored: StoredKey, pin: string): Promise<CryptoKey | null> => {
    const wrappingKey = await wrapping(pin, bytesOf(stored.salt), stored.iterations)
    try {
      return await crypto.subtle.unwrapKey(
        'pkcs8',
        bytesOf(stored.wrapped),
        wrappingKey,
        { name: 'AES-GCM', iv: bytesOf(stored.nonce) },
        ecdsa,
        false,
        ['sign'],
      )
    } catch (error) {
      // AES-GCM opens with the right key only: this is a wrong code.
      if (error instanceof DOMException) return null
      throw error
    }
  }

  const tryCode = async (professionalId: string, pin: string): Promise<Unlocking> => {
    const stored = await read(professionalId)
    if (stored === null) return { kind: 'gone' }
    const at = now().getTime()
    const waitMilliseconds = stored.notBefore - at
    // A wait further off than any can be is one that a jump of the clock made.
    if (waitMilliseconds > 0 && waitMilliseconds <= delayMillisecondsMax)
      return { kind: 'wait', waitMilliseconds }
    const failures = stored.failures + 1
    const delay = delayAfter(failures)
    await vault.put(placeOf(professionalId), { ...stored, failures, notBefore: at + delay })
    const key = await unwrap(stored, pin)
    if (key !== null) {
      await vault.put(placeOf(professionalId), { ...stored, failures: 0, notBefore: 0 })
      open = { professionalId, key }
      touchedAt = now().getTime()
      return { kind: 'open' }
    }
    if (failures < triesMax)
      return { kind: 'wrong', triesLeft: triesMax - failures, waitMilliseconds: delay }
    await vault.delete(placeOf(professionalId))
    open = null
    return { kind: 'gone' }
  }

  const keep = async (professionalId: string, pin: string): Promise<CounterKeyText> => {
    // Exportable for this moment alone, so that it can be wrapped; nothing else is given it.
    const pair = await crypto.subtle.generateKey(ecdsa, true, ['sign', 'verify'])
    const salt = new Uint8Array(randomBytes(16))
    const nonce = new Uint8Array(randomBytes(12))
    const wrappingKey = await wrapping(pin, salt, iterations)
    const parameters = { name: 'AES-GCM', iv: nonce }
    const wrapped = await crypto.subtle.wrapKey('pkcs8', pair.privateKey, wrappingKey, parameters)
    const text = textOfKey(await counterKeyOf(pair.publicKey))
    const stored: StoredKey = {
      ...text,
      salt: bytesToBase64(salt),
      nonce: bytesToBase64(nonce),
      iterations,
      wrapped: bytesToBase64(new Uint8Array(wrapped)),
      failures: 0,
      notBefore: 0,
    }
    const key = await unwrap(stored, pin)
    if (key === null) throw new Error('what was wrapped a moment ago must open')
    await vault.put(placeOf(professionalId), stored)
    open = { professionalId, key }
    touchedAt = now().getTime()
    return text
  }

  return {
    state: async (professionalId) => {
      if ((await read(professionalId)) === null) return 'none'
      return isOpenFor(professionalId) ? 'open' : 'locked'
    },
    create: (professionalId, pin) => exclusive(() => keep(professionalId, pin)),
    publicKey: async (professionalId) => {
      const stored = await read(professionalId)
      return stored === null ? null : { x: stored.x, y: stored.y }
    },
    unlock: (professionalId, pin) => exclusive(() => tryCode(professionalId, pin)),
    signer: (professionalId) => {
      if (!isOpenFor(professionalId) || open === null) return null
      const { key } = open
      return async (bytes) =>
        new Uint8Array(await crypto.subtle.sign(ecdsa, key, new Uint8Array(bytes)))
    },
    touch: () => {
      // Idle for too long is idle, however soon somebody comes then.
      if (open !== null && isOpenFor(open.professionalId)) touchedAt = now().getTime()
    },
    lock: () => {
      open = null
    },
  }
}
