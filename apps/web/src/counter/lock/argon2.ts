/** Argon2id (RFC 9106) over a code: each guess costs its memory and its time. */
import { argon2id } from 'hash-wasm'
import type { CodeCost } from './stored-lock.ts'

/** Makes a secret of 32 bytes out of a code. */
export type Stretch = (
  code: string,
  salt: Uint8Array<ArrayBuffer>,
  cost: CodeCost,
) => Promise<Uint8Array<ArrayBuffer>>

/** Here and now, which holds everything else up: a page has it done by a worker. */
export const argon2: Stretch = async (code, salt, { memoryKibibytes, passes, lanes }) =>
  new Uint8Array(
    await argon2id({
      password: code,
      salt,
      memorySize: memoryKibibytes,
      iterations: passes,
      parallelism: lanes,
      hashLength: 32,
      outputType: 'binary',
    }),
  )
