import { broken, decoded, type Layer } from '@sidep/encoding'
import {
  childrenOf,
  DerError,
  derTags,
  expectTag,
  readBitString,
  readObjectIdentifier,
  readWhole,
  writeDer,
} from './der.ts'

/** The two signature algorithms of an EU certificate (HCERT §3.3.2): RFC 9053 §2.1, RFC 8230 §2. */
export type SignatureAlgorithm = 'ES256' | 'PS256'

export interface VerificationKey {
  readonly publicKey: CryptoKey
  readonly algorithm: SignatureAlgorithm
}

const ecPublicKey = '1.2.840.10045.2.1' // RFC 5480 §2.1.1
const rsaEncryption = '1.2.840.113549.1.1.1' // RFC 8017 A.1
const rsassaPss = '1.2.840.113549.1.1.10' // RFC 8017 A.2.3

const curves: Readonly<Record<string, 'P-256' | 'P-384' | 'P-521'>> = {
  '1.2.840.10045.3.1.7': 'P-256',
  '1.3.132.0.34': 'P-384',
  '1.3.132.0.35': 'P-521',
}

// NIST SP 800-131A: RSA below 2048 bits no longer signs; above 8192 a key only costs time.
const rsaBitsMin = 2048
const rsaBitsMax = 8192

/**
 * Imports a SubjectPublicKeyInfo for verifying: ECDSA on a NIST curve with SHA-256, or RSA as
 * RSASSA-PSS with SHA-256, whether its identifier says rsaEncryption (the usual case) or RSASSA-PSS.
 *
 * @returns key and algorithm, or KEY_MALFORMED, KEY_UNSUPPORTED, KEY_SIZE
 */
export const importPublicKey = async (spki: Uint8Array): Promise<Layer<VerificationKey>> => {
  try {
    const [algorithm, key] = childrenOf(readWhole(spki, derTags.sequence))
    const [identifier, parameters] = childrenOf(expectTag(algorithm, derTags.sequence))
    const oid = readObjectIdentifier(identifier)
    if (oid === ecPublicKey) {
      if (parameters?.tag !== derTags.objectIdentifier) return broken('KEY_UNSUPPORTED')
      const curve = curves[readObjectIdentifier(parameters)]
      return curve === undefined ? broken('KEY_UNSUPPORTED') : await importEcdsa(spki, curve)
    }
    if (oid === rsaEncryption || oid === rsassaPss) return await importRsa(readBitString(key))
    return broken('KEY_UNSUPPORTED')
  } catch (error) {
    // WebCrypto answers a point off the curve with a DOMException.
    if (error instanceof DerError || error instanceof DOMException) return broken('KEY_MALFORMED')
    throw error
  }
}

const importEcdsa = async (
  spki: Uint8Array,
  namedCurve: 'P-256' | 'P-384' | 'P-521',
): Promise<Layer<VerificationKey>> => {
  const parameters = { name: 'ECDSA', namedCurve }
  const publicKey = await crypto.subtle.importKey('spki', owned(spki), parameters, true, ['verify'])
  return decoded({ publicKey, algorithm: 'ES256' })
}

const importRsa = async (rsaPublicKey: Uint8Array): Promise<Layer<VerificationKey>> => {
  const [modulus] = childrenOf(readWhole(rsaPublicKey, derTags.sequence))
  const bits = bitLength(expectTag(modulus, derTags.integer).content)
  if (bits < rsaBitsMin || bits > rsaBitsMax) return broken('KEY_SIZE')
  // WebCrypto knows RSA keys under rsaEncryption only, also when they are used with PSS.
  const spki = writeDer(
    derTags.sequence,
    writeDer(derTags.sequence, rsaEncryptionIdentifier, writeDer(derTags.null)),
    writeDer(derTags.bitString, Uint8Array.of(0), rsaPublicKey),
  )
  const parameters = { name: 'RSA-PSS', hash: 'SHA-256' }
  const publicKey = await crypto.subtle.importKey('spki', owned(spki), parameters, true, ['verify'])
  return decoded({ publicKey, algorithm: 'PS256' })
}

const rsaEncryptionIdentifier = Uint8Array.of(
  ...[derTags.objectIdentifier, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01],
)

const bitLength = (integer: Uint8Array): number => {
  const start = integer.findIndex((octet) => octet !== 0)
  if (start < 0) return 0
  return (integer.length - start - 1) * 8 + (32 - Math.clz32(integer[start] ?? 0))
}

/** A copy on a buffer of its own: WebCrypto's types refuse views on shared memory. */
export const owned = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes)
