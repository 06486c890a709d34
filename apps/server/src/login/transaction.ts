/**
 * What the portal must remember between sending somebody to the identity provider and seeing them
 * back. It travels in a sealed cookie: no table grows, and any process can take up where another
 * left off.
 */
import { type Static, type TSchema, Type } from 'typebox'
import type { Vault } from '../platform/vault.ts'
import { openValue, sealValue } from './sealed-value.ts'

const started = {
  /** Thumbprint of the device key that asks for the session; null: none. */
  device: Type.Union([Type.String(), Type.Null()]),
  startedAtSeconds: Type.Integer(),
} as const

const Transaction = Type.Object({
  state: Type.String(),
  nonce: Type.String(),
  /** PKCE, RFC 7636. */
  codeVerifier: Type.String(),
  returnPath: Type.String(),
  ...started,
})
/** A sign-in by redirect. */
export type Transaction = Static<typeof Transaction>

const PhoneTransaction = Type.Object({
  ticket: Type.String(),
  /** Of the provider (CIBA Core §7.3). */
  authRequestId: Type.String(),
  nationalId: Type.String(),
  intervalSeconds: Type.Integer(),
  ...started,
})
/** A sign-in by telephone. */
export type PhoneTransaction = Static<typeof PhoneTransaction>

/** Time to find the phone and confirm. */
export const transactionSecondsMax = 600

const cookieCharactersMax = 2_500

/** A cookie value that only this portal can read or make. */
export interface SealedCookie<T> {
  seal(vault: Vault, value: T): string
  /** Null when it is not ours, of another kind, was changed, or is too old. */
  open(vault: Vault, value: string | undefined, now: Date): T | null
}

/**
 * @param context bound into the seal: a cookie of one kind opens nothing of another
 * @param secondsMax how long one is good for
 */
const sealedCookie = <S extends TSchema>(
  schema: S,
  context: string,
  startedAtSecondsOf: (value: Static<S>) => number,
  secondsMax: number,
): SealedCookie<Static<S>> => ({
  seal: (vault, value) => sealValue(vault, context, value),
  open: (vault, text, now) => {
    const value = openValue(vault, context, schema, text, cookieCharactersMax)
    if (value === null) return null
    const age = now.getTime() / 1000 - startedAtSecondsOf(value)
    return age >= -1 && age <= secondsMax ? value : null
  },
})

export const transactionCookie: SealedCookie<Transaction> = sealedCookie(
  Transaction,
  'login-transaction',
  ({ startedAtSeconds }) => startedAtSeconds,
  transactionSecondsMax,
)

export const phoneTransactionCookie: SealedCookie<PhoneTransaction> = sealedCookie(
  PhoneTransaction,
  'login-phone-transaction',
  ({ startedAtSeconds }) => startedAtSeconds,
  transactionSecondsMax,
)

const LogoutHint = Type.Object({
  /** Null: too long for a cookie. */
  idToken: Type.Union([Type.String(), Type.Null()]),
  startedAtSeconds: Type.Integer(),
})
/** What the provider asks for to end its own session (OpenID Connect RP-Initiated Logout 1.0 §2). */
export type LogoutHint = Static<typeof LogoutHint>

/** @param secondsMax as long as a session can last */
export const logoutHintCookie = (secondsMax: number): SealedCookie<LogoutHint> =>
  sealedCookie(
    LogoutHint,
    'login-logout-hint',
    ({ startedAtSeconds }) => startedAtSeconds,
    secondsMax,
  )
