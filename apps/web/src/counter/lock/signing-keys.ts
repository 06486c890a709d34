/**
 * The keys that sign a professional's provisional certificates at this counter, behind a lock. Invariants:
 * 1. On disk a key is only sealed: its lock opens with a passkey of the device or the professional's code. A lock that is
 *    shut takes another key all the same, so that booklets renew with nobody there.
 * 2. Unlocking changes the lock: another secret of the passkey, another wrapping key, another pair, in one write. What is
 *    put behind it from then on, an earlier copy of the disk does not open.
 * 3. A key that was unlocked is good for the booklets that name it; the next booklet is for a new one.
 * 4. A try of a code is counted on disk before it is looked at; after `triesMax` wrong ones in a row all is gone.
 * 5. Unlocked it cannot be exported, and is dropped when nobody touched the counter for a while.
 */
import { counterKeyOf, type Sign } from '@sidep/continuity'
import { type CounterKeyText, textOfKey } from '@sidep/sdk/parts'
import type { Passkeys } from '../../shared/device/passkey.ts'
import type { Vault } from '../../shared/storage/index.ts'
import type { Stretch } from './argon2.ts'
import { normalCode } from './code.ts'
import {
  bytesOf,
  type CodeCost,
  type CodeWay,
  createLockStore,
  type PasskeyWay,
  type SealedKey,
  type StoredLock,
  textOf,
} from './stored-lock.ts'
import { noTries, oneMoreTry, triesMax, waitOf } from './tries.ts'

/** RFC 9106 §4, the second recommended option: 64 MiB, three passes, four lanes. */
const codeCostDefault: CodeCost = { memoryKibibytes: 65_536, passes: 3, lanes: 4 }
/** Nobody touched the counter for so long: the next document asks to unlock. */
export const idleMillisecondsMax = 10 * 60_000

const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

export type LockState = 'none' | 'locked' | 'open'
export type LockKind = StoredLock['way']['kind']

/** How a professional chooses to unlock. */
type NewLock =
  /** @param label what the device shows when it asks */
  | { readonly kind: 'passkey'; readonly label: string }
  | { readonly kind: 'code'; readonly code: string }

export type Protecting = 'kept' | 'refused' | 'unsupported'

export type Unlocking =
  | { readonly kind: 'open' }
  /** The device did not confirm who it is; it counts itself. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'wrong'; readonly triesLeft: number; readonly waitMilliseconds: number }
  | { readonly kind: 'wait'; readonly waitMilliseconds: number }
  /** Too many wrong codes: the keys are gone, and their booklets with them. */
  | { readonly kind: 'gone' }

export interface SigningKeys {
  /** Of a professional at this counter. */
  readonly state: (professionalId: string) => Promise<LockState>
  /** What opens it; null when there is no lock. */
  readonly kind: (professionalId: string) => Promise<LockKind | null>
  /** Makes a lock in the place of any before, whose keys are gone. It is open then, and empty. */
  readonly protect: (professionalId: string, lock: NewLock) => Promise<Protecting>
  /** @param code as typed; of a passkey nothing is */
  readonly unlock: (professionalId: string, code: string | null) => Promise<Unlocking>
  /**
   * The key that the next booklet is to name, null without a lock.
   * @param inUse those that booklets at hand name: others that were unlocked are destroyed
   */
  readonly nextKey: (
    professionalId: string,
    inUse: readonly CounterKeyText[],
  ) => Promise<CounterKeyText | null>
  /** Null while it is locked, or when there is no such key. */
  readonly signer: (professionalId: string, key: CounterKeyText) => Promise<Sign | null>
  /** Destroys all keys and leaves the locks, empty. */
  readonly forgetKeys: () => Promise<void>
  /** Destroys what six digits guarded. @returns whose it was */
  readonly forgetSixDigits: () => Promise<readonly string[]>
  /** Somebody touches the counter. */
  readonly touch: () => void
  readonly lock: () => void
}

export interface SigningKeyDependencies {
  readonly vault: Vault
  /** Null in a browser that has none. */
  readonly passkeys: Passkeys | null
  readonly stretch: Stretch
  readonly codeCost?: CodeCost | undefined
  readonly now: () => Date
  readonly randomBytes: (count: number) => Uint8Array
  /** One tab at a time. */
  readonly exclusive: <T>(work: () => Promise<T>) => Promise<T>
}

interface Open {
  readonly professionalId: string
  readonly pair: CryptoKeyPair
  /** By `nameOf`, not to be exported. */
  readonly keys: Map<string, CryptoKey>
}

type Secret = Uint8Array<ArrayBuffer>

/** For when somebody locks or unlocks, not before: no page waits for it. */
const sealing = () => import('./seal.ts')

const nameOf = ({ x, y }: CounterKeyText): string => `${x} ${y}`
const isAmong = (keys: readonly CounterKeyText[], key: CounterKeyText): boolean =>
  keys.some((other) => nameOf(other) === nameOf(key))

export const createSigningKeys = ({
  vault,
  passkeys,
  stretch,
  codeCost = codeCostDefault,
  now,
  randomBytes,
  exclusive,
}: SigningKeyDependencies): SigningKeys => {
  const store = createLockStore(vault)
  let open: Open | null = null
  let touchedAt = 0

  const random = (count: number): Secret => new Uint8Array(randomBytes(count))

  const openFor = (professionalId: string): Open | null => {
    const idle = now().getTime() - touchedAt
    // A clock set back must not keep it open.
    if (open !== null && (idle > idleMillisecondsMax || idle < -idleMillisecondsMax)) open = null
    return open?.professionalId === professionalId ? open : null
  }

  const importSigner = (pkcs8: Secret): Promise<CryptoKey> =>
    crypto.subtle.importKey('pkcs8', pkcs8, ecdsa, false, ['sign'])

  /** What the lock is from now on, and its keys behind it: written before it is used. */
  const relock = async (
    professionalId: string,
    way: StoredLock['way'],
    secret: Secret,
    unlocked: readonly { readonly key: SealedKey; readonly pkcs8: Secret }[],
  ): Promise<void> => {
    const { makePair, openPair, sealKey } = await sealing()
    const pair = await makePair(secret, professionalId, randomBytes)
    const opened = await openPair(pair, secret, professionalId)
    if (opened === null) throw new Error('what was wrapped a moment ago must open')
    const keys = new Map<string, CryptoKey>()
    const sealed: SealedKey[] = []
    for (const { key, pkcs8 } of unlocked) {
      sealed.push({ ...key, ...(await sealKey(pair, key, pkcs8)), isUsed: true })
      keys.set(nameOf(key), await importSigner(pkcs8))
      pkcs8.fill(0)
    }
    await store.write(professionalId, { way, pair, keys: sealed })
    open = { professionalId, pair: opened, keys }
    touchedAt = now().getTime()
  }

  /** Every key behind a lock that is open; one that was put behind another stays behind. */
  const takeOut = async (pair: CryptoKeyPair, { keys }: StoredLock) => {
    const { openKey } = await sealing()
    const found: { key: SealedKey; pkcs8: Secret }[] = []
    for (const key of keys) {
      const pkcs8 = await openKey(pair, key)
      if (pkcs8 !== null) found.push({ key, pkcs8 })
    }
    return found
  }

  const unlockByCode = async (professionalId: string, code: string): Promise<Unlocking> => {
    const stored = await store.read(professionalId)
    if (stored?.way.kind !== 'code') return { kind: 'gone' }
    const { way } = stored
    const waitMilliseconds = waitOf(way, now().getTime())
    if (waitMilliseconds > 0) return { kind: 'wait', waitMilliseconds }
    const tried = oneMoreTry(way, now().getTime())
    await store.write(professionalId, { ...stored, way: tried.way })
    const secret = await stretch(normalCode(code), bytesOf(way.salt), way.cost)
    const { openPair } = await sealing()
    const pair = await openPair(stored.pair, secret, professionalId)
    if (pair !== null) {
      await relock(professionalId, noTries(way), secret, await takeOut(pair, stored))
      return { kind: 'open' }
    }
    const { failures } = tried.way
    if (failures < triesMax)
      return { kind: 'wrong', triesLeft: triesMax - failures, waitMilliseconds: tried.delay }
    await store.remove(professionalId)
    open = null
    return { kind: 'gone' }
  }

  const unlockByPasskey = async (professionalId: string, asked: PasskeyWay): Promise<Unlocking> => {
    const salt = random(32)
    const salts = [bytesOf(asked.salt), salt] as const
    // Outside the turn: other tabs need not wait for a finger.
    const secrets = await passkeys?.secrets(bytesOf(asked.credentialId), salts)
    if (!secrets) return { kind: 'refused' }
    return exclusive(async () => {
      const stored = await store.read(professionalId)
      // Another tab was quicker, and its lock has another secret already.
      if (stored?.way.kind !== 'passkey' || stored.way.salt !== asked.salt)
        return { kind: 'refused' }
      const [secret, next] = secrets
      const { openPair } = await sealing()
      const pair = await openPair(stored.pair, secret, professionalId)
      if (pair === null) return { kind: 'refused' }
      const way = next === null ? asked : { ...asked, salt: textOf(salt) }
      await relock(professionalId, way, next ?? secret, await takeOut(pair, stored))
      return { kind: 'open' }
    })
  }

  const newWay = async (
    lock: NewLock,
  ): Promise<{ way: StoredLock['way']; secret: Secret } | 'refused' | 'unsupported'> => {
    if (lock.kind === 'code') {
      const salt = random(16)
      const way: CodeWay = noTries({
        kind: 'code',
        salt: textOf(salt),
        cost: codeCost,
        failures: 0,
        notBefore: 0,
      })
      return { way, secret: await stretch(normalCode(lock.code), salt, codeCost) }
    }
    const salt = random(32)
    const made = (await passkeys?.create(lock.label, salt)) ?? { kind: 'unsupported' }
    if (made.kind !== 'made') return made.kind
    const credentialId = textOf(made.credentialId)
    return { way: { kind: 'passkey', credentialId, salt: textOf(salt) }, secret: made.secret }
  }

  const makeKey = async (professionalId: string, stored: StoredLock): Promise<SealedKey> => {
    // Exportable for this moment alone, so that it can be sealed; nothing else is given it.
    const pair = await crypto.subtle.generateKey(ecdsa, true, ['sign', 'verify'])
    const named = textOfKey(await counterKeyOf(pair.publicKey))
    const pkcs8 = new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey))
    const { sealKey } = await sealing()
    const sealed = await sealKey(stored.pair, named, pkcs8)
    openFor(professionalId)?.keys.set(nameOf(named), await importSigner(pkcs8))
    pkcs8.fill(0)
    return { ...named, ...sealed, isUsed: false }
  }

  /** One that another tab put behind the lock since this one opened it. */
  const fetchKey = async (
    { professionalId, pair, keys }: Open,
    named: CounterKeyText,
  ): Promise<CryptoKey | null> => {
    const stored = await store.read(professionalId)
    const sealed = stored?.keys.find((key) => nameOf(key) === nameOf(named))
    if (sealed === undefined) return null
    const { openKey } = await sealing()
    const pkcs8 = await openKey(pair, sealed)
    if (pkcs8 === null) return null
    const key = await importSigner(pkcs8)
    pkcs8.fill(0)
    keys.set(nameOf(named), key)
    return key
  }

  return {
    state: async (professionalId) => {
      if ((await store.read(professionalId)) === null) return 'none'
      return openFor(professionalId) === null ? 'locked' : 'open'
    },
    kind: async (professionalId) => (await store.read(professionalId))?.way.kind ?? null,
    protect: async (professionalId, lock) => {
      const made = await newWay(lock)
      if (typeof made === 'string') return made
      return exclusive<Protecting>(async () => {
        const before = await store.read(professionalId)
        await relock(professionalId, made.way, made.secret, [])
        if (before?.way.kind === 'passkey') passkeys?.forget(bytesOf(before.way.credentialId))
        return 'kept'
      })
    },
    unlock: async (professionalId, code) => {
      const stored = await store.read(professionalId)
      if (stored === null) return { kind: 'gone' }
      const { way } = stored
      return way.kind === 'passkey'
        ? unlockByPasskey(professionalId, way)
        : exclusive(() => unlockByCode(professionalId, code ?? ''))
    },
    nextKey: (professionalId, inUse) =>
      exclusive(async () => {
        const stored = await store.read(professionalId)
        if (stored === null) return null
        const kept = stored.keys.filter((key) => !key.isUsed || isAmong(inUse, key))
        const unused = kept.find(({ isUsed }) => !isUsed)
        const next = unused ?? (await makeKey(professionalId, stored))
        const keys = unused === undefined ? [...kept, next] : kept
        await store.write(professionalId, { ...stored, keys })
        return { x: next.x, y: next.y }
      }),
    signer: async (professionalId, named) => {
      const unlocked = openFor(professionalId)
      if (unlocked === null) return null
      const key = unlocked.keys.get(nameOf(named)) ?? (await fetchKey(unlocked, named))
      if (key === null) return null
      return async (bytes) =>
        new Uint8Array(await crypto.subtle.sign(ecdsa, key, new Uint8Array(bytes)))
    },
    forgetKeys: () =>
      exclusive(async () => {
        open = null
        for (const professionalId of await store.professionals()) {
          const stored = await store.read(professionalId)
          if (stored !== null) await store.write(professionalId, { ...stored, keys: [] })
        }
      }),
    forgetSixDigits: () => exclusive(store.removeSixDigits),
    touch: () => {
      // Idle for too long is idle, however soon somebody comes then.
      if (open !== null && openFor(open.professionalId) !== null) touchedAt = now().getTime()
    },
    lock: () => {
      open = null
    },
  }
}
