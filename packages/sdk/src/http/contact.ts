import { type Restoration, readRestorations } from '@sidep/contracts'

/** An answer of the server says what time it is there. Milliseconds since 1970. */
export interface Contact {
  /** By the server's clock. */
  readonly serverNow: number
  /** By this computer's, at the same moment. */
  readonly localNow: number
  /** To which seconds the portal's database was set back lately; absent: to none. */
  readonly restorations?: readonly Restoration[]
}

/** Of a slower exchange it cannot be told when in it the server looked at its clock. */
const exchangeMillisecondsMax = 10_000

/**
 * Reads the `Date` of an answer (RFC 9110 §6.6.1), which is cut to the second and of some moment of the exchange.
 *
 * @param askedAt local time when the request left
 * @param answeredAt local time when its answer began
 * @param restored the header that says to what the portal was set back
 * @returns null without a readable date, or when the exchange took too long or the local clock was set meanwhile
 */
export const contactOf = (
  date: string | null,
  askedAt: number,
  answeredAt: number,
  restored: string | null = null,
): Contact | null => {
  const second = date === null ? Number.NaN : Date.parse(date)
  const took = answeredAt - askedAt
  if (Number.isNaN(second) || took < 0 || took > exchangeMillisecondsMax) return null
  const restorations = readRestorations(restored)
  return {
    serverNow: second + 500,
    localNow: askedAt + Math.round(took / 2),
    ...(restorations.length === 0 ? {} : { restorations }),
  }
}
