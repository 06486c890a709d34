/** Settings of the signing keys: how often their schedule is read, and the hardware module that holds them. */
import { resolve } from 'node:path'
import type { Reader } from './configuration-reader.ts'

export interface Pkcs11Configuration {
  /** The module's library. */
  readonly modulePath: string
  /** Label of the token. */
  readonly token: string
  /** File with the user's PIN, and nothing else but white space. */
  readonly pinFile: string
}

export interface KeyConfiguration {
  /** How long a change of keys takes to reach this process, seconds. */
  readonly keysRefreshSeconds: number
  /** Null: private keys are files. */
  readonly pkcs11: Pkcs11Configuration | null
}

const readPkcs11 = (
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
    pinFile: resolve(
      workingDirectory,
      pinFile ?? missing('PKCS11_PIN_FILE', 'file with the user’s PIN'),
    ),
  }
}

export const readKeyConfiguration = (read: Reader, workingDirectory: string): KeyConfiguration => ({
  keysRefreshSeconds: read.integer('KEYS_REFRESH_SECONDS', 10, 1, 60),
  pkcs11: readPkcs11(read, workingDirectory),
})
