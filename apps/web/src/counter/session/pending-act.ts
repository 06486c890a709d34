/**
 * An act that waits for a fresh sign-in: what was typed for it, kept in this tab over the redirect, so that one comes
 * back to it. Invariants:
 * 1. Of this tab alone, for minutes: it is taken up once, and never sent by itself.
 * 2. It names nobody who was tested.
 */
import { type Static, type TSchema, Type } from 'typebox'
import { Check } from 'typebox/schema'

const Stored = Type.Object({
  kind: Type.String(),
  /** Fragment of the view that the act is done in. */
  hash: Type.String(),
  typed: Type.Unknown(),
  at: Type.Number(),
})

export type ActKind = 'grant' | 'withdraw' | 'end-sessions' | 'cancel-slips' | 'undo' | 'software'

const storageKey = 'sidep.act'
/** Longer than a sign-in takes, a wait for one's turn included. */
const keptMilliseconds = 30 * 60_000

const read = (): Static<typeof Stored> | null => {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(storageKey) ?? 'null')
    return Check(Stored, stored) && Math.abs(Date.now() - stored.at) < keptMilliseconds
      ? stored
      : null
  } catch {
    // Storage refused, or not ours: it is typed again.
    return null
  }
}

/** Keeps what was typed until one is back. */
export const keepAct = (kind: ActKind, typed: unknown): void => {
  try {
    const value = { kind, hash: location.hash, typed, at: Date.now() }
    sessionStorage.setItem(storageKey, JSON.stringify(value))
  } catch {
    // As above.
    return
  }
}

/** Where one goes back to after a sign-in; null when no act waits. */
export const pendingPlace = (): string | null => read()?.hash ?? null

/** What was typed for an act of this kind; it is forgotten here. */
export const takeAct = <S extends TSchema>(kind: ActKind, schema: S): Static<S> | null => {
  const stored = read()
  if (stored === null || stored.kind !== kind) return null
  try {
    sessionStorage.removeItem(storageKey)
  } catch {
    // As above.
  }
  return Check(schema, stored.typed) ? stored.typed : null
}
