/**
 * Signs acts that need more than a session by this device's key: `DeviceActClaims`. Invariants:
 * 1. By the portal's clock, as far as it has been heard; a device's own may be wrong.
 * 2. What another tab or a refusal taught is asked for again: once an act, before it is given up.
 */
import {
  type DeviceActClaims,
  deviceActType,
  deviceProofHeader,
  type RenewalStart,
} from '@sidep/contracts'
import { bytesToBase64url } from '@sidep/encoding'
import type { DeviceKey } from './device-key.ts'
import { signStatement } from './statement.ts'

export interface ActSignerDependencies {
  /** Null in a browser that keeps nothing: it signs nothing, and the portal says why. */
  readonly device: DeviceKey | null
  /** Of the portal. */
  readonly origin: string
  readonly now: () => Date
  readonly randomBytes: (count: number) => Uint8Array
  /** The session as this page has it; undefined without one. */
  readonly sessionId: () => string | undefined
  /** Asks the portal for the session of this browser and the time there; null without an answer. */
  readonly ask: () => Promise<RenewalStart | null>
}

export interface ActSigner {
  /** An answer said what time the portal has; both in milliseconds since 1970. */
  readonly heard: (contact: { readonly serverNow: number; readonly localNow: number }) => void
  /**
   * Headers of a request that this device signs; none when it cannot.
   * @param body as it is sent; empty when there is none
   * @param isAgain after the portal did not take the first signature
   */
  readonly headers: (
    method: string,
    path: string,
    body: string,
    isAgain: boolean,
  ) => Promise<Record<string, string>>
}

export const createActSigner = (dependencies: ActSignerDependencies): ActSigner => {
  const { device, now } = dependencies
  let clockOffset = 0

  const startOf = async (isAgain: boolean): Promise<{ sessionId: string; at: number } | null> => {
    const known = dependencies.sessionId()
    if (!isAgain && known !== undefined)
      return { sessionId: known, at: now().getTime() + clockOffset }
    const start = await dependencies.ask()
    return start === null ? null : { sessionId: start.sessionId, at: Date.parse(start.serverTime) }
  }

  return {
    heard: ({ serverNow, localNow }) => {
      clockOffset = serverNow - localNow
    },
    headers: async (method, path, body, isAgain) => {
      const start = device === null ? null : await startOf(isAgain)
      if (device === null || start === null) return {}
      const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(body))
      const claims: DeviceActClaims = {
        aud: dependencies.origin,
        sid: start.sessionId,
        iat: Math.floor(start.at / 1000),
        jti: bytesToBase64url(dependencies.randomBytes(16)),
        htm: method,
        htu: path.split('?', 1)[0] ?? path,
        bod: bytesToBase64url(new Uint8Array(digest)),
      }
      return { [deviceProofHeader]: await signStatement(device, deviceActType, { ...claims }) }
    },
  }
}
