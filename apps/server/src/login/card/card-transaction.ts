/** What the portal remembers between sending somebody to the card port and seeing them back; a sealed cookie. */
import { type Static, Type } from 'typebox'
import type { Vault } from '../../platform/vault.ts'
import { openValue, sealValue } from '../sealed-value.ts'

const CardTransaction = Type.Object({
  /** 256 bits; names the sign-in on its way through the card port. */
  state: Type.String(),
  returnPath: Type.String(),
  /** Thumbprint of the device key that the session will be bound to, when the page gave one. */
  device: Type.Union([Type.String(), Type.Null()]),
  startedAtSeconds: Type.Integer(),
})
export type CardTransaction = Static<typeof CardTransaction>

/** Time to find the card and type its code. */
export const cardTransactionSecondsMax = 300

const context = 'card-transaction'
const cookieCharactersMax = 1_000

export const sealCardTransaction = (vault: Vault, transaction: CardTransaction): string =>
  sealValue(vault, context, transaction)

/** Opens a cookie value; null when it is not ours, was changed, or is too old. */
export const openCardTransaction = (
  vault: Vault,
  value: string | undefined,
  now: Date,
): CardTransaction | null => {
  const transaction = openValue(vault, context, CardTransaction, value, cookieCharactersMax)
  if (transaction === null) return null
  const age = now.getTime() / 1000 - transaction.startedAtSeconds
  return age >= -1 && age <= cardTransactionSecondsMax ? transaction : null
}
