/**
 * The outbox in a file of one program. Invariants:
 * 1. A change is written whole, beside what was there, and durable before it takes its place.
 * 2. What is written is sealed: identity data does not lie in the open on a disk.
 */
import { open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { emptyOutbox, type OutboxState, type OutboxStore } from '@sidep/continuity'
import { withChange } from '../memory-store.ts'
import type { Sendable } from '../outbox/sendable.ts'

const cipher = 'AES-GCM'
/** NIST SP 800-38D §8.2. */
const ivBytes = 12
const keyBytes = 32

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'
const isFull = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && ['ENOSPC', 'EDQUOT'].includes(String(error.code))

const writeDurably = async (path: string, bytes: Uint8Array): Promise<void> => {
  const beside = `${path}.new`
  const file = await open(beside, 'w', 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(beside, path)
  const folder = await open(dirname(path), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/**
 * Opens the file, or will make it.
 *
 * @param path in a folder that is there; one program at a time
 * @param secret 32 bytes, kept elsewhere than the file
 * @throws RangeError for another length; what WebCrypto throws when the secret is another or the file was changed
 */
export const openFileStore = async (
  path: string,
  secret: Uint8Array,
): Promise<OutboxStore<Sendable>> => {
  if (secret.length !== keyBytes) throw new RangeError(`a secret of ${keyBytes} bytes`)
  const raw = new Uint8Array(secret)
  const key = await crypto.subtle.importKey('raw', raw, cipher, false, ['encrypt', 'decrypt'])

  const read = async (): Promise<OutboxState<Sendable>> => {
    try {
      const bytes = new Uint8Array(await readFile(path))
      const iv = bytes.subarray(0, ivBytes)
      const plain = await crypto.subtle.decrypt({ name: cipher, iv }, key, bytes.subarray(ivBytes))
      // A file of an earlier version has nothing that was kept.
      return { ...emptyOutbox(), ...JSON.parse(new TextDecoder().decode(plain)) }
    } catch (error) {
      if (isMissing(error)) return emptyOutbox()
      throw error
    }
  }

  let stored = await read()
  return {
    load: async () => structuredClone(stored),
    write: async (change) => {
      if (change.expectedRevision !== stored.revision) return 'conflict'
      const next = withChange(stored, change)
      const iv = crypto.getRandomValues(new Uint8Array(ivBytes))
      const plain = new TextEncoder().encode(JSON.stringify(next))
      const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: cipher, iv }, key, plain))
      const bytes = new Uint8Array(ivBytes + sealed.length)
      bytes.set(iv)
      bytes.set(sealed, ivBytes)
      try {
        await writeDurably(path, bytes)
      } catch (error) {
        if (isFull(error)) return 'full'
        throw error
      }
      stored = structuredClone(next)
      return 'written'
    },
  }
}
