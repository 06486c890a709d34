import { bytesToBase64url, textToBase64url } from '../../shared/device/base64url.ts'
import type { DeviceKey } from '../../shared/device/device-key.ts'

export interface ProofClaims {
  /** Of the portal, as the browser has it. */
  readonly origin: string
  readonly sessionId: string
  /** By the server's clock. */
  readonly at: Date
  /** 16 random bytes; makes each statement one of its own. */
  readonly nonce: Uint8Array
}

/** The statement by which a device renews its session: a compact JWS (RFC 7515 §7.1), see SessionRenewalInput. */
export const renewalProof = async (
  key: DeviceKey,
  { origin, sessionId, at, nonce }: ProofClaims,
): Promise<string> => {
  const header = { typ: 'sidep-renewal+jwt', alg: 'ES256', jwk: key.publicKey }
  const claims = {
    aud: origin,
    sid: sessionId,
    iat: Math.floor(at.getTime() / 1000),
    jti: bytesToBase64url(nonce),
  }
  const signed = `${textToBase64url(JSON.stringify(header))}.${textToBase64url(JSON.stringify(claims))}`
  const signature = await key.sign(new TextEncoder().encode(signed))
  return `${signed}.${bytesToBase64url(signature)}`
}
