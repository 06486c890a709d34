import { type Bytes, base64ToBytes, broken, decoded, hexToBytes, type Layer } from '@sidep/encoding'
import { type DccKind, keyUsages } from '@sidep/hcert'
import type { BareDccKey, DccKey, TwoddocKey } from './content.ts'
import { paddedBase64 } from './padded-base64.ts'
import { importPublicKey, owned, type SignatureAlgorithm } from './public-key.ts'
import { isDevelopmentSubject, parseSignerCertificate } from './signer-certificate.ts'

/** A signer of EU certificates, ready to verify with. */
export interface DccSigner {
  /** First 8 bytes of the SHA-256 of the certificate (HCERT §3.3.3), or what its list names it. */
  readonly keyId: Uint8Array
  /** DER; null of a key that its list names without a certificate. */
  readonly certificate: Uint8Array | null
  readonly subject: string
  readonly country: string
  readonly publicKey: CryptoKey
  readonly algorithm: SignatureAlgorithm
  /** Null where its list gives no time. */
  readonly notBefore: Date | null
  readonly notAfter: Date | null
  /** The kinds of certificate it may sign. */
  readonly usages: ReadonlySet<DccKind>
  /** Marked OU=Development: never to be trusted in production. */
  readonly development: boolean
}

/** A signer of which there is a certificate, which always says from when to when. */
export interface CertifiedSigner extends DccSigner {
  readonly certificate: Uint8Array
  readonly notBefore: Date
  readonly notAfter: Date
}

/** A signer of 2D-DOC. */
export interface TwoddocSigner {
  readonly caId: string
  readonly certificateId: string
  readonly publicKey: CryptoKey
  readonly notBefore: Date | null
  readonly notAfter: Date | null
}

/** A signer of booklets and slips. */
export interface ContinuitySigner {
  /** First 8 bytes of the SHA-256 of the certificate. */
  readonly keyId: Uint8Array
  /** ECDSA P-256. */
  readonly publicKey: CryptoKey
  readonly notBefore: Date
  readonly notAfter: Date
}

/**
 * Reads one signer certificate and imports its key.
 *
 * @param der DER certificate
 * @returns the signer, or CERTIFICATE_TOO_LARGE, CERTIFICATE_MALFORMED, KEY_MALFORMED,
 *   KEY_UNSUPPORTED, KEY_SIZE
 */
export const loadSigner = async (der: Uint8Array): Promise<Layer<CertifiedSigner>> => {
  const parsed = parseSignerCertificate(der)
  if (!parsed.ok) return parsed
  const certificate = parsed.value
  const key = await importPublicKey(certificate.subjectPublicKeyInfo)
  if (!key.ok) return key
  const digest = await crypto.subtle.digest('SHA-256', owned(der))
  return decoded({
    keyId: new Uint8Array(digest, 0, 8),
    certificate: der,
    subject: certificate.subject,
    country: certificate.country,
    publicKey: key.value.publicKey,
    algorithm: key.value.algorithm,
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    usages: keyUsages(certificate.extendedKeyUsages),
    development: isDevelopmentSubject(certificate.subject),
  })
}

/**
 * Reads an entry of a list of signers: a certificate (DER, base64), or a key under the key id that its country names
 * it by, which is no certificate's hash.
 *
 * @returns the signer, or the codes of `loadSigner`; KEY_ID_MALFORMED, TIME_MALFORMED
 */
export const loadListedSigner = async (entry: string | DccKey): Promise<Layer<DccSigner>> => {
  if (typeof entry === 'string') return await loadEncodedSigner(entry)
  const keyId = keyIdFrom(entry.kid)
  if (!keyId.ok) return keyId
  const signer =
    'certificate' in entry ? await loadEncodedSigner(entry.certificate) : await loadBareKey(entry)
  return signer.ok ? decoded({ ...signer.value, keyId: keyId.value }) : signer
}

const loadEncodedSigner = async (base64: string): Promise<Layer<DccSigner>> => {
  const der = base64ToBytes(base64)
  return der.ok ? await loadSigner(der.value) : der
}

// HCERT §3.3.2 has 8 bytes; lists of others have had 4 to 32.
const keyIdBytesMax = 32

/** Base64 as the gateway's lists have it, with or without padding, in either alphabet; or 16 hexadecimal digits. */
export const keyIdFrom = (text: string): Layer<Bytes> => {
  const bytes = /^[0-9a-f]{16}$/i.test(text) ? hexToBytes(text) : base64ToBytes(paddedBase64(text))
  const isKeyId = bytes.ok && bytes.value.length > 0 && bytes.value.length <= keyIdBytesMax
  return isKeyId ? bytes : broken('KEY_ID_MALFORMED')
}

const allKinds: readonly DccKind[] = ['test', 'vaccination', 'recovery']

const loadBareKey = async (key: BareDccKey): Promise<Layer<DccSigner>> => {
  const spki = base64ToBytes(key.spki)
  if (!spki.ok) return spki
  const imported = await importPublicKey(spki.value)
  if (!imported.ok) return imported
  const notBefore = optionalDate(key.notBefore)
  const notAfter = optionalDate(key.notAfter)
  if (notBefore === undefined || notAfter === undefined) return broken('TIME_MALFORMED')
  return decoded({
    keyId: new Uint8Array(),
    certificate: null,
    subject: '',
    country: key.country ?? '',
    ...imported.value,
    notBefore,
    notAfter,
    usages: new Set(key.usages ?? allKinds),
    development: false,
  })
}

/**
 * Reads a certificate of scope continuity.
 *
 * @param der DER certificate
 * @returns the signer, or the codes of `loadSigner`; KEY_UNSUPPORTED when it is not on P-256
 */
export const loadContinuitySigner = async (der: Uint8Array): Promise<Layer<ContinuitySigner>> => {
  const signer = await loadSigner(der)
  if (!signer.ok) return signer
  const { keyId, publicKey, notBefore, notAfter } = signer.value
  // ES256 of this profile is on P-256 alone (docs/reference/continuity.md, "Who signs what").
  const isP256 = 'namedCurve' in publicKey.algorithm && publicKey.algorithm.namedCurve === 'P-256'
  return isP256 ? decoded({ keyId, publicKey, notBefore, notAfter }) : broken('KEY_UNSUPPORTED')
}

export const loadEncodedContinuitySigner = async (
  base64: string,
): Promise<Layer<ContinuitySigner>> => {
  const der = base64ToBytes(base64)
  return der.ok ? await loadContinuitySigner(der.value) : der
}

export const loadTwoddocSigner = async (key: TwoddocKey): Promise<Layer<TwoddocSigner>> => {
  const spki = base64ToBytes(key.spki)
  if (!spki.ok) return spki
  const imported = await importPublicKey(spki.value)
  if (!imported.ok) return imported
  // 2D-DOC §4.5: signatures are ECDSA; there is no RSA in it.
  if (imported.value.algorithm !== 'ES256') return broken('KEY_UNSUPPORTED')
  const notBefore = optionalDate(key.notBefore)
  const notAfter = optionalDate(key.notAfter)
  if (notBefore === undefined || notAfter === undefined) return broken('TIME_MALFORMED')
  return decoded({
    caId: key.caId,
    certificateId: key.certificateId,
    publicKey: imported.value.publicKey,
    notBefore,
    notAfter,
  })
}

/** Null when absent, undefined when it is not a date. */
const optionalDate = (text: string | undefined): Date | null | undefined => {
  if (text === undefined) return null
  const date = new Date(text)
  return Number.isNaN(date.getTime()) ? undefined : date
}
