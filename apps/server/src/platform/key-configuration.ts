/** Settings of keys: how often the schedule of those that sign is read, what holds them, and what wraps data keys. */
import { resolve } from 'node:path'
import type { Reader } from './configuration-reader.ts'

export interface Pkcs11Configuration {
  /** The module's library. */
  readonly modulePath: string
  /** Label of the token. */
  readonly token: string
  /** Files with the user's PIN, a part in each, in this order, and nothing else but white space: two people can have a half each. */
  readonly pinFiles: readonly string[]
}

export interface KeyConfiguration {
  /** How long a change of keys takes to reach this process, seconds. */
  readonly keysRefreshSeconds: number
  /** Null: private keys are files. */
  readonly pkcs11: Pkcs11Configuration | null
  /** 32 bytes that wrap every data key; null: they are in a file. */
  readonly keyEncryptionKey: Uint8Array | null
  /** One that is about to take its place: opens what it has wrapped. */
  readonly keyEncryptionKeyNext: Uint8Array | null
  /** File of such keys, one a line, of which the first wraps; null (development only): made once in the data folder. */
  readonly keyEncryptionKeyFile: string | null
  /** File with the secret of the oldest week that is still needed (key-epochs.ts). */
  readonly keyEpochsFile: string
}

const hint = '32 random bytes in base64 (openssl rand -base64 32), kept apart from the database'

const readKeyEncryptionKey = (
  { text, wrong }: Reader,
  name: 'KEY_ENCRYPTION_KEY' | 'KEY_ENCRYPTION_KEY_NEXT',
): Uint8Array | null => {
  const value = text(name)
  if (value === null) return null
  const bytes = new Uint8Array(Buffer.from(value, 'base64'))
  if (bytes.length === 32 && Buffer.from(bytes).toString('base64') === value) return bytes
  wrong(name, hint)
  return null
}

const readKeyEncryption = (
  read: Reader,
  workingDirectory: string,
  dataDirectory: string,
  production: boolean,
): Omit<KeyConfiguration, 'keysRefreshSeconds' | 'pkcs11'> => {
  const { text, missing, wrong } = read
  const file = text('KEY_ENCRYPTION_KEY_FILE')
  const keyEncryptionKey = readKeyEncryptionKey(read, 'KEY_ENCRYPTION_KEY')
  const keyEncryptionKeyNext = readKeyEncryptionKey(read, 'KEY_ENCRYPTION_KEY_NEXT')
  if (text('KEY_ENCRYPTION_KEY') === null && file === null && production) {
    missing('KEY_ENCRYPTION_KEY', hint)
  }
  if (text('KEY_ENCRYPTION_KEY') !== null && file !== null) {
    wrong('KEY_ENCRYPTION_KEY_FILE', 'not beside KEY_ENCRYPTION_KEY: one of the two has the keys')
  }
  if (text('KEY_ENCRYPTION_KEY_NEXT') !== null && text('KEY_ENCRYPTION_KEY') === null) {
    wrong(
      'KEY_ENCRYPTION_KEY_NEXT',
      'comes after KEY_ENCRYPTION_KEY; a file has its own next lines',
    )
  }
  const epochs = text('KEY_EPOCHS_FILE')
  return {
    keyEncryptionKey,
    keyEncryptionKeyNext,
    keyEncryptionKeyFile: file === null ? null : resolve(workingDirectory, file),
    keyEpochsFile:
      epochs === null ? resolve(dataDirectory, 'key-epochs') : resolve(workingDirectory, epochs),
  }
}

export const readPkcs11 = (
  { text, missing }: Reader,
  workingDirectory: string,
): Pkcs11Configuration | null => {
  const modulePath = text('PKCS11_MODULE')
  const token = text('PKCS11_TOKEN')
  const pinFile = text('PKCS11_PIN_FILE')
  if (modulePath === null && token === null && pinFile === null) return null
  return {
    modulePath: resolve(
      workingDirectory,
      modulePath ?? missing('PKCS11_MODULE', 'path of the module’s library'),
    ),
    token: token ?? missing('PKCS11_TOKEN', 'label of the token'),
    pinFiles: (
      pinFile ?? missing('PKCS11_PIN_FILE', 'file with the user’s PIN, or files with its parts')
    )
      .split(',')
      .map((file) => resolve(workingDirectory, file.trim())),
  }
}

export const readKeyConfiguration = (
  read: Reader,
  workingDirectory: string,
  dataDirectory: string,
  production: boolean,
): KeyConfiguration => ({
  keysRefreshSeconds: read.integer('KEYS_REFRESH_SECONDS', 10, 1, 60),
  pkcs11: readPkcs11(read, workingDirectory),
  ...readKeyEncryption(read, workingDirectory, dataDirectory, production),
})
