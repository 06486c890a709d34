/**
 * How a device signs an act that needs more than a session: a JWS (compact, RFC 7515) in this header, after RFC 9449.
 * Its header is `{typ: 'sidep-act+jwt', alg: 'ES256', jwk}`, its claims are `DeviceActClaims`.
 */
export const deviceProofHeader = 'sidep-proof'
export const deviceActType = 'sidep-act+jwt'

export interface DeviceActClaims {
  /** Origin of the portal. */
  readonly aud: string
  readonly sid: string
  /** Seconds, by the portal's clock: within a minute. */
  readonly iat: number
  /** 16 random bytes, base64url: an act is done once. */
  readonly jti: string
  readonly htm: string
  /** Path without query. */
  readonly htu: string
  /** SHA-256 of the body as sent, base64url; of no bytes when there is none. */
  readonly bod: string
}
