import { bytesToBase64url } from '@sidep/encoding'
import type { DeviceKey } from './device-key.ts'
import { signStatement } from './statement.ts'

export interface ProofClaims {
  /** Of the portal, as the browser has it. */
  readonly origin: string
  readonly sessionId: string
  /** By the server's clock. */
  readonly at: Date
  /** 16 random bytes; makes each statement one of its own. */
  readonly nonce: Uint8Array
}

/** The statement by which a device renews its session, see SessionRenewalInput. */
export const renewalProof = (
  key: DeviceKey,
  { origin, sessionId, at, nonce }: ProofClaims,
): Promise<string> =>
  signStatement(key, 'sidep-renewal+jwt', {
    aud: origin,
    sid: sessionId,
    iat: Math.floor(at.getTime() / 1000),
    jti: bytesToBase64url(nonce),
  })
