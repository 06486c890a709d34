import {
  type Bytes,
  type CoseSign1,
  coseAlgorithm,
  coseHeader,
  coseToBeSigned,
  encodeCbor,
  encodeCoseSign1,
  encodeProtectedHeader,
} from '@sidep/encoding'
import { keyIdOf, verifyCose } from '@sidep/hcert'
import { keyIdBytes } from './claims.ts'
import { type ContinuityKeys, keysNamed, type Sign } from './continuity-keys.ts'

const signatureBytes = 64

/** A COSE_Sign1 with ES256: claims and headers in CBOR's deterministic form. */
export const signClaims = async (
  claims: ReadonlyMap<number, unknown>,
  keyId: Uint8Array,
  sign: Sign,
  headers: ReadonlyMap<number, unknown> = new Map(),
): Promise<Bytes> => {
  if (keyId.length !== keyIdBytes) throw new RangeError('a key id has 8 bytes')
  const protectedBytes = encodeProtectedHeader(
    new Map<number, unknown>([
      [coseHeader.algorithm, coseAlgorithm.ES256],
      [coseHeader.keyId, new Uint8Array(keyId)],
      ...headers,
    ]),
  )
  const payload = encodeCbor(claims)
  const signature = new Uint8Array(await sign(coseToBeSigned({ protectedBytes, payload })))
  if (signature.length !== signatureBytes) throw new RangeError('an ES256 signature has 64 bytes')
  return encodeCoseSign1({ protectedBytes, payload, signature })
}

/**
 * Whether the headers are what this profile writes: ES256 and a key id of 8 bytes, in the protected
 * header, with nothing in the unprotected one, where anyone could add to a signed message.
 */
export const signedKeyId = (cose: CoseSign1): Bytes | null => {
  if (cose.unprotectedHeader.size > 0) return null
  if (cose.protectedHeader.get(coseHeader.algorithm) !== coseAlgorithm.ES256) return null
  const keyId = keyIdOf(cose)
  return keyId !== undefined && keyId.length === keyIdBytes ? keyId : null
}

export type ChainFault = 'key-unknown' | 'key-not-valid' | 'signature'

/** Checks a booklet or slip against the keys that may sign it; null when one of them did. */
export const checkChain = async (
  signed: { readonly cose: CoseSign1; readonly keyId: Uint8Array; readonly issuedAt: Date },
  keys: ContinuityKeys,
): Promise<ChainFault | null> => {
  const named = keysNamed(keys, signed.keyId)
  if (named.length === 0) return 'key-unknown'
  const valid = named.filter(
    (key) => signed.issuedAt >= key.notBefore && signed.issuedAt <= key.notAfter,
  )
  if (valid.length === 0) return 'key-not-valid'
  for (const key of valid) {
    if (await verifyCose(signed.cose, key.publicKey, 'ES256')) return null
  }
  return 'signature'
}
