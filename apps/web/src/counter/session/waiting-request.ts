/**
 * The request that waits on somebody's phone, over a reload or a crash of the tab that made it. It is kept in this tab alone:
 * another tab, window or device does not see it, and the ticket is worth nothing without the sealed cookie of this browser.
 */
import { type Static, Type } from 'typebox'
import { Check } from 'typebox/schema'

const WaitingRequest = Type.Object({
  ticket: Type.String({ minLength: 20, maxLength: 60 }),
  /** As the person typed their number, to begin again with. */
  typed: Type.String({ maxLength: 30 }),
  digits: Type.String({ pattern: '^\\d{2}$' }),
  /** Milliseconds since 1970, by this device's clock, as the next. */
  endsAt: Type.Number(),
  /** The server asked not to be asked before. */
  pollAt: Type.Number(),
})
export type WaitingRequest = Static<typeof WaitingRequest>

export interface WaitingRequests {
  readonly get: () => WaitingRequest | null
  readonly put: (request: WaitingRequest | null) => void
}

const storageKey = 'sidep.phone'

const parsed = (text: string | null): WaitingRequest | null => {
  if (text === null) return null
  try {
    const kept: unknown = JSON.parse(text)
    return Check(WaitingRequest, kept) ? kept : null
  } catch {
    // Not ours, or of another version: it is begun again.
    return null
  }
}

/** Of this tab; where the browser refuses storage a reload begins again. */
export const tabRequests = (): WaitingRequests => ({
  get: () => {
    try {
      return parsed(sessionStorage.getItem(storageKey))
    } catch {
      return null
    }
  },
  put: (request) => {
    try {
      if (request === null) sessionStorage.removeItem(storageKey)
      else sessionStorage.setItem(storageKey, JSON.stringify(request))
    } catch {
      // As above.
      return
    }
  },
})
