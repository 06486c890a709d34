/**
 * What the portal must remember between sending somebody to the identity provider and seeing them
 * back. It travels in a sealed cookie: no table grows, and any process can take up where another
 * left off.
 */
import { type Static, Type } from 'typebox'
import type { Vault } from '../platform/vault.ts'
import { openValue, sealValue } from './sealed-value.ts'

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
const cookieCharactersMax = 2_000

/** Seals a transaction into a cookie value. */
export const sealTransaction = (vault: Vault, transaction: Transaction): string =>
  sealValue(vault, context, transaction)

/** Opens a cookie value; null when it is not ours, was changed, or is too old. */
export const openTransaction = (
  vault: Vault,
  value: string | undefined,
  now: Date,
): Transaction | null => {
  const transaction = openValue(vault, context, Transaction, value, cookieCharactersMax)
  if (transaction === null) return null
  const age = now.getTime() / 1000 - transaction.startedAtSeconds
  return age >= -1 && age <= transactionSecondsMax ? transaction : null
}
