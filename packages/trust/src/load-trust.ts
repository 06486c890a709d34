import { base64ToBytes, broken, bytesToHex, decoded, hexToBytes, type Layer } from '@sidep/encoding'
import { type DccKind, keyUsages } from '@sidep/hcert'
import type { BundleContent, TwoddocKey, WithdrawnContinuity } from './content.ts'
import { type Primitives, webCryptoPrimitives } from './primitives.ts'
import { importPublicKey, owned, type SignatureAlgorithm } from './public-key.ts'
import { isDevelopmentSubject, parseSignerCertificate } from './signer-certificate.ts'

/** A signer of EU certificates, ready to verify with. */
export interface DccSigner {
  /** First 8 bytes of the SHA-256 of the certificate (HCERT §3.3.3). */
  readonly keyId: Uint8Array
  /** DER. */
  readonly certificate: Uint8Array
  readonly subject: string
  readonly country: string
  readonly publicKey: CryptoKey
  readonly algorithm: SignatureAlgorithm
  readonly notBefore: Date
  readonly notAfter: Date
  /** The kinds of certificate it may sign. */
  readonly usages: ReadonlySet<DccKind>
  /** Marked OU=Development: never to be trusted in production. */
  readonly development: boolean
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

/** An entry that could not be used; the others still are. */
export interface RejectedEntry {
  readonly list: 'dcc' | 'twoddoc' | 'revoked' | 'continuity'
  readonly index: number
  readonly code: string
}

/** What a verifier believes: immutable, keys imported once, asked without I/O. */
export interface Trust {
  /** Every signer with this key id: eight bytes can collide, so there may be several. */
  dccSigners(keyId: Uint8Array): readonly DccSigner[]
  twoddocSigner(caId: string, certificateId: string): TwoddocSigner | undefined
  /** Whether a SHA-256 is on the revocation list. */
  revoked(hash: Uint8Array): boolean
  /** Whether the revocation list has anything on it at all. */
  readonly hasRevocations: boolean
  /** Signers of booklets and slips. */
  readonly continuity: readonly ContinuitySigner[]
  /** Booklets and slips that were withdrawn; null when none was. */
  readonly withdrawn: WithdrawnContinuity | null
  /** All signers, for a page that shows what is trusted. */
  readonly signers: readonly DccSigner[]
  readonly rejected: readonly RejectedEntry[]
  /** What its signatures are checked with. */
  readonly primitives: Primitives
}

/**
 * Imports the keys of a trust list. One unusable entry does not take the others down: it is
 * reported in `rejected`.
 *
 * @param content `dcc`: DER certificates, base64; `twoddoc`: keys by their header names;
 *   `revoked`: SHA-256, hex or base64; `continuity`: DER certificates of the signers of booklets and
 *   slips, base64; `withdrawn`: what of theirs no longer counts
 */
export const loadTrust = async (
  content: Pick<BundleContent, 'dcc' | 'twoddoc' | 'revoked' | 'continuity' | 'withdrawn'>,
): Promise<Trust> => {
  const rejected: RejectedEntry[] = []
  const keep = <T>(list: RejectedEntry['list'], layers: readonly Layer<T>[]): T[] =>
    layers.flatMap((layer, index) => {
      if (layer.ok) return [layer.value]
      rejected.push({ list, index, code: layer.code })
      return []
    })
  const signers = keep('dcc', await Promise.all(content.dcc.map(loadEncodedSigner)))
  const twoddoc = keep('twoddoc', await Promise.all(content.twoddoc.map(loadTwoddocSigner)))
  const revoked = new Set(keep('revoked', (content.revoked ?? []).map(hashHex)))
  const continuity = keep(
    'continuity',
    await Promise.all((content.continuity ?? []).map(loadEncodedContinuitySigner)),
  )
  const withdrawn = content.withdrawn ?? null
  return trustOf({ signers, twoddoc, revoked, continuity, withdrawn, rejected })
}

/** Makes a Trust of signers that are loaded already: a batch keeps each signer's key imported. */
export const trustOf = (parts: {
  readonly signers: readonly DccSigner[]
  readonly twoddoc?: readonly TwoddocSigner[]
  /** SHA-256, lower-case hex. */
  readonly revoked?: ReadonlySet<string>
  readonly continuity?: readonly ContinuitySigner[]
  readonly withdrawn?: WithdrawnContinuity | null
  readonly rejected?: readonly RejectedEntry[]
}): Trust => {
  const byKeyId = new Map<string, DccSigner[]>()
  for (const signer of parts.signers) {
    const id = bytesToHex(signer.keyId)
    byKeyId.set(id, [...(byKeyId.get(id) ?? []), signer])
  }
  const twoddoc = new Map(
    (parts.twoddoc ?? []).map((signer) => [`${signer.caId}/${signer.certificateId}`, signer]),
  )
  const revoked = parts.revoked ?? new Set<string>()
  return {
    dccSigners: (keyId) => byKeyId.get(bytesToHex(keyId)) ?? [],
    twoddocSigner: (caId, certificateId) => twoddoc.get(`${caId}/${certificateId}`),
    revoked: (hash) => revoked.has(bytesToHex(hash)),
    hasRevocations: revoked.size > 0,
    continuity: parts.continuity ?? [],
    withdrawn: parts.withdrawn ?? null,
    signers: parts.signers,
    rejected: parts.rejected ?? [],
    primitives: webCryptoPrimitives,
  }
}

/**
 * Reads one signer certificate and imports its key.
 *
 * @param der DER certificate
 * @returns the signer, or CERTIFICATE_TOO_LARGE, CERTIFICATE_MALFORMED, KEY_MALFORMED,
 *   KEY_UNSUPPORTED, KEY_SIZE
 */
export const loadSigner = async (der: Uint8Array): Promise<Layer<DccSigner>> => {
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

const loadEncodedSigner = async (base64: string): Promise<Layer<DccSigner>> => {
  const der = base64ToBytes(base64)
  return der.ok ? await loadSigner(der.value) : der
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

const loadEncodedContinuitySigner = async (base64: string): Promise<Layer<ContinuitySigner>> => {
  const der = base64ToBytes(base64)
  return der.ok ? await loadContinuitySigner(der.value) : der
}

const loadTwoddocSigner = async (key: TwoddocKey): Promise<Layer<TwoddocSigner>> => {
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

/** A SHA-256 has 64 hexadecimal digits or 44 base64 characters: the length tells them apart. */
export const hashHex = (text: string): Layer<string> => {
  const bytes = text.length === 64 ? hexToBytes(text) : base64ToBytes(text)
  if (!bytes.ok) return bytes
  return bytes.value.length === 32 ? decoded(bytesToHex(bytes.value)) : broken('HASH_LENGTH')
}
