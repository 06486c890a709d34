import { bytesToBase64url, textToBase64url } from '@sidep/encoding'
import type { DeviceKey } from './device-key.ts'

/** What a device states under its key: a compact JWS (RFC 7515 §7.1) that brings the public key along. */
export const signStatement = async (
  key: DeviceKey,
  type: string,
  claims: Readonly<Record<string, string | number>>,
): Promise<string> => {
  const header = { typ: type, alg: 'ES256', jwk: key.publicKey }
  const signed = `${textToBase64url(JSON.stringify(header))}.${textToBase64url(JSON.stringify(claims))}`
  const signature = await key.sign(new TextEncoder().encode(signed))
  return `${signed}.${bytesToBase64url(signature)}`
}
