/**
 * What the portal must remember between sending somebody to the identity provider and seeing them
 * back. It travels in a sealed cookie: no table grows, and any process can take up where another
 * left off.
 */
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { type Vault, VaultError } from '../platform/vault.ts'

const Transaction = Type.Object({
  state: Type.String(),
  nonce: Type.String(),
  /** PKCE, RFC 7636. */
  codeVerifier: Type.String(),
  returnPath: Type.String(),
  startedAtSeconds: Type.Integer(),
})
export type Transaction = Static<typeof Transaction>

/** Time to find the phone and confirm. */
export const transactionSecondsMax = 600

const context = 'login-transaction'
const keyIdBytes = 4
const cookieCharactersMax = 2_000

/** Seals a transaction into a cookie value. */
export const sealTransaction = (vault: Vault, transaction: Transaction): string => {
  const { keyId, sealed } = vault.seal(Buffer.from(JSON.stringify(transaction)), context)
  const key = Buffer.alloc(keyIdBytes)
  key.writeUInt32BE(keyId)
  return Buffer.concat([key, sealed]).toString('base64url')
}

const openSealed = (vault: Vault, bytes: Buffer): Uint8Array | null => {
  try {
    return vault.open(bytes.readUInt32BE(), bytes.subarray(keyIdBytes), context)
  } catch (error) {
    if (error instanceof VaultError) return null
    throw error
  }
}

/** Opens a cookie value; null when it is not ours, was changed, or is too old. */
export const openTransaction = (
  vault: Vault,
  value: string | undefined,
  now: Date,
): Transaction | null => {
  if (value === undefined || value.length > cookieCharactersMax) return null
  const bytes = Buffer.from(value, 'base64url')
  if (bytes.length <= keyIdBytes) return null
  const plain = openSealed(vault, bytes)
  if (plain === null) return null
  const transaction: unknown = JSON.parse(new TextDecoder().decode(plain))
  if (!Value.Check(Transaction, transaction)) return null
  const age = now.getTime() / 1000 - transaction.startedAtSeconds
  return age >= -1 && age <= transactionSecondsMax ? transaction : null
}
