/** The key that wraps all data keys: from the configuration, or for development made once in the data folder. */
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RandomBytes } from './clock.ts'
import type { Configuration } from './configuration.ts'

const keyBytes = 32

/** @throws when the development key's file is not a key: better no start than data under a second key */
export const keyEncryptionKeyOf = (
  { keyEncryptionKey, dataDirectory }: Pick<Configuration, 'keyEncryptionKey' | 'dataDirectory'>,
  randomBytes: RandomBytes,
): Uint8Array => {
  if (keyEncryptionKey !== null) return keyEncryptionKey
  const path = join(dataDirectory, 'key-encryption-key')
  if (!existsSync(path)) {
    mkdirSync(dataDirectory, { recursive: true, mode: 0o711 })
    const making = `${path}.${Buffer.from(randomBytes(6)).toString('hex')}`
    writeFileSync(making, Buffer.from(randomBytes(keyBytes)).toString('base64'), { mode: 0o600 })
    // A link appears whole, and fails when another process was first.
    if (!existsSync(path)) linkSync(making, path)
    rmSync(making)
  }
  const key = new Uint8Array(Buffer.from(readFileSync(path, 'utf8'), 'base64'))
  if (key.length !== keyBytes) throw new Error(`${path} is not a key`)
  return key
}
