import {
  type Bytes,
  coseAlgorithm,
  coseHeader,
  coseToBeSigned,
  encodeBase45,
  encodeCoseSign1,
  encodeCwtClaims,
  encodeProtectedHeader,
  storeInZlib,
} from '@sidep/encoding'
import type { JsonObject } from './json.ts'
import { dccClaimKey, hcertPrefix } from './read-hcert.ts'

export interface IssueOptions {
  /** Country of the issuer, ISO 3166-1 alpha-2: claim `iss`. */
  readonly issuer: string
  readonly issuedAt: Date
  readonly expiresAt: Date
  /** First 8 bytes of the SHA-256 of the signer's DER certificate: HCERT §3.3.2. */
  readonly keyId: Uint8Array
  /** Signs with ECDSA P-256 and SHA-256; answers r‖s, 64 bytes. */
  readonly sign: (toBeSigned: Uint8Array) => Promise<Uint8Array>
}

const keyIdBytes = 8
const signatureBytes = 64

/** The same for all certificates of a signer. */
const headers = new WeakMap<Uint8Array, Bytes>()

const headerOf = (keyId: Uint8Array): Bytes => {
  const known = headers.get(keyId)
  if (known !== undefined) return known
  const header = encodeProtectedHeader(
    new Map<number, unknown>([
      [coseHeader.algorithm, coseAlgorithm.ES256],
      [coseHeader.keyId, new Uint8Array(keyId)],
    ]),
  )
  headers.set(keyId, header)
  return header
}

/**
 * Signs a DCC and packs it into the text of its QR code: HCERT specification §4.
 *
 * @param dcc a certificate as JSON, made by `testDcc`
 * Any single changed character of the text makes it unreadable or its signature false.
 *
 * @returns `HC1:` and base45, for the alphanumeric mode of a QR code
 * @throws RangeError when the key id or the signature has a wrong length, or the times are reversed
 */
export const issueHcert = async (dcc: JsonObject, options: IssueOptions): Promise<string> => {
  const { issuer, issuedAt, expiresAt, keyId } = options
  if (keyId.length !== keyIdBytes) throw new RangeError('a key id has 8 bytes')
  if (expiresAt <= issuedAt) throw new RangeError('a certificate expires after it is issued')
  const payload = encodeCwtClaims({
    iss: issuer,
    // Whole seconds, rounded so that the certificate is valid at the moment it is issued.
    iat: Math.floor(issuedAt.getTime() / 1000),
    exp: Math.ceil(expiresAt.getTime() / 1000),
    hcert: new Map([[dccClaimKey, dcc]]),
  })
  const protectedBytes = headerOf(keyId)
  const signed = await options.sign(coseToBeSigned({ protectedBytes, payload }))
  if (signed.length !== signatureBytes) throw new RangeError('an ES256 signature has 64 bytes')
  const message = encodeCoseSign1({ protectedBytes, payload, signature: new Uint8Array(signed) })
  return hcertPrefix + encodeBase45(storeInZlib(message))
}
