/**
 * What wraps data keys: a key that lasts (from the environment, from a file, or for development made once in the data
 * folder) together with the secret of a week, which does not (key-epochs.ts).
 *
 * Invariants
 * - Of several lasting keys the first wraps; all of them open. A file of them is read again when a key is met that was
 *   wrapped by none of those known.
 * - What says which key wrapped it is opened by that key alone.
 */

import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { equalBytes } from '@sidep/encoding'
import { decrypt, encrypt, nonceBytes } from './aes-gcm.ts'
import type { RandomBytes } from './clock.ts'
import type { Configuration } from './configuration.ts'
import { type KeyEpochs, openKeyEpochs } from './key-epochs.ts'
import { ofSettingNow } from './setting-file.ts'

export const keyEncryptionKeyBytes = 32

/** A data key as the database has it. */
export interface WrappedKey {
  readonly wrapped: Uint8Array
  /** Id of the lasting key; null for what was wrapped before keys had ids. */
  readonly wrappingKey: Uint8Array | null
  /** Week whose secret is needed as well; null where it was wrapped without. */
  readonly epoch: string | null
}

export interface KeyEncryption {
  /** @param epoch a week; left out of the wrapping where this portal has no epochs */
  wrap(key: Uint8Array, context: string, epoch: string): WrappedKey
  /** The same under one of the other lasting keys. */
  wrapWith(keyId: Uint8Array, key: Uint8Array, context: string, epoch: string | null): WrappedKey
  /** @returns null when its week is over for good. @throws when no key that is known opens it */
  unwrap(wrapped: WrappedKey, context: string): Uint8Array | null
  /** Ids of the lasting keys; the first wraps. */
  keyIds(): readonly Uint8Array[]
  /** Null where keys are wrapped without a week. */
  readonly epochs: KeyEpochs | null
  /** Reads keys and epochs again. */
  reload(): void
}

interface LastingKey {
  readonly id: Uint8Array
  readonly key: Uint8Array
}

const idBytes = 8

/** What a lasting key is called: nothing of it can be read from that. */
const lastingKey = (key: Uint8Array): LastingKey => ({
  id: new Uint8Array(
    createHmac('sha256', key).update('sidep|key-encryption-key id').digest().subarray(0, idBytes),
  ),
  key,
})

/** Both are needed: who has one of them has nothing. */
const epochKey = (key: Uint8Array, epoch: string, secret: Uint8Array): KeyObject =>
  createSecretKey(
    new Uint8Array(
      hkdfSync('sha256', key, secret, `sidep|key-encryption|${epoch}`, keyEncryptionKeyBytes),
    ),
  )

/**
 * Puts lasting keys and epochs together.
 *
 * @param read the lasting keys as they are now, at least one
 */
export const makeKeyEncryption = (
  read: () => readonly Uint8Array[],
  epochs: KeyEpochs | null,
  randomBytes: RandomBytes,
): KeyEncryption => {
  let keys = read().map(lastingKey)
  const named = (id: Uint8Array): LastingKey | undefined =>
    keys.find((key) => equalBytes(key.id, id))

  const seal = (
    { id, key }: LastingKey,
    plain: Uint8Array,
    context: string,
    epoch: string | null,
  ) => {
    const secret = epoch === null ? null : epochs?.secretOf(epoch)
    if (secret === null && epoch !== null) throw new RangeError(`the week ${epoch} is over`)
    const wrapping =
      epoch === null || secret === undefined || secret === null
        ? createSecretKey(key)
        : epochKey(key, epoch, secret)
    return {
      wrapped: encrypt(wrapping, randomBytes(nonceBytes), plain, context),
      wrappingKey: id,
      epoch: secret === undefined || secret === null ? null : epoch,
    }
  }

  const candidates = (id: Uint8Array | null): readonly LastingKey[] => {
    if (id === null) return keys
    const known = named(id)
    if (known !== undefined) return [known]
    keys = read().map(lastingKey)
    const found = named(id)
    return found === undefined ? [] : [found]
  }

  const open = ({ key }: LastingKey, { wrapped, epoch }: WrappedKey, context: string) => {
    if (epoch === null) return decrypt(createSecretKey(key), wrapped, context)
    const secret = epochs?.secretOf(epoch) ?? null
    return secret === null ? null : decrypt(epochKey(key, epoch, secret), wrapped, context)
  }

  return {
    epochs,
    keyIds: () => keys.map(({ id }) => id),
    wrap(plain, context, epoch) {
      const [first] = keys
      if (first === undefined) throw new Error('there is no key-encryption key')
      return seal(first, plain, context, epochs === null ? null : epoch)
    },
    wrapWith(keyId, plain, context, epoch) {
      const key = named(keyId)
      if (key === undefined) throw new Error('no key-encryption key of that id')
      return seal(key, plain, context, epoch)
    },
    unwrap(wrapped, context) {
      let failure: unknown = new Error('wrapped by a key-encryption key that is not here')
      for (const key of candidates(wrapped.wrappingKey)) {
        try {
          return open(key, wrapped, context)
        } catch (error) {
          failure = error
        }
      }
      throw failure
    },
    reload() {
      keys = read().map(lastingKey)
      epochs?.reload()
    },
  }
}

/** One lasting key, and no weeks: of tests, and of tools that bring their own. */
export const fixedKeyEncryption = (key: Uint8Array, randomBytes: RandomBytes): KeyEncryption =>
  makeKeyEncryption(() => [key], null, randomBytes)

/** The keys of a file, one a line in base64; the first wraps. */
export const readKeyFile = (path: string): readonly Uint8Array[] =>
  ofSettingNow('KEY_ENCRYPTION_KEY_FILE', path, () => {
    const keys = readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => new Uint8Array(Buffer.from(line, 'base64')))
    if (keys.length === 0 || keys.some((key) => key.length !== keyEncryptionKeyBytes)) {
      throw new Error('a line of it is not 32 bytes in base64, or it has none')
    }
    return keys
  })

/** The file of lasting keys of a configuration without one in the environment. */
export const keyFileOf = ({
  keyEncryptionKeyFile,
  dataDirectory,
}: Pick<Configuration, 'keyEncryptionKeyFile' | 'dataDirectory'>): string =>
  keyEncryptionKeyFile ?? join(dataDirectory, 'key-encryption-key')

const ensureKeyFile = (path: string, randomBytes: RandomBytes): void => {
  if (existsSync(path)) return
  mkdirSync(dirname(path), { recursive: true, mode: 0o711 })
  const making = `${path}.${Buffer.from(randomBytes(6)).toString('hex')}`
  const key = Buffer.from(randomBytes(keyEncryptionKeyBytes)).toString('base64')
  writeFileSync(making, key, { mode: 0o600 })
  // A link appears whole, and fails when another process was first.
  if (!existsSync(path)) linkSync(making, path)
  rmSync(making)
}

type KeySettings = Pick<
  Configuration,
  | 'mode'
  | 'keyEncryptionKey'
  | 'keyEncryptionKeyNext'
  | 'keyEncryptionKeyFile'
  | 'keyEpochsFile'
  | 'dataDirectory'
>

/** @throws when a file is not what it should be: better no start than data under a second key */
export const keyEncryptionKeyOf = (
  configuration: KeySettings,
  randomBytes: RandomBytes,
): KeyEncryption => {
  const { mode, keyEncryptionKey, keyEncryptionKeyNext, keyEpochsFile } = configuration
  const path = keyFileOf(configuration)
  // Production makes no lasting key: it would be the only one that nobody has a copy of.
  if (keyEncryptionKey === null && mode === 'development') ensureKeyFile(path, randomBytes)
  const read = (): readonly Uint8Array[] =>
    keyEncryptionKey === null
      ? readKeyFile(path)
      : [keyEncryptionKey, ...(keyEncryptionKeyNext === null ? [] : [keyEncryptionKeyNext])]
  return makeKeyEncryption(read, openKeyEpochs(keyEpochsFile, randomBytes), randomBytes)
}
