import { base64ToBytes, broken, bytesToHex, decoded, hexToBytes, type Layer } from '@sidep/encoding'
import type { BundleContent, WithdrawnContinuity } from './content.ts'
import {
  type ContinuitySigner,
  type DccSigner,
  loadEncodedContinuitySigner,
  loadListedSigner,
  loadTwoddocSigner,
  type TwoddocSigner,
} from './load-signers.ts'
import type { ToleranceNotice } from './notices/tolerance-notice.ts'
import { paddedBase64 } from './padded-base64.ts'
import { type Primitives, webCryptoPrimitives } from './primitives.ts'
import { type ForeignRevocations, noForeignRevocations } from './revocation/foreign-revocations.ts'
import { nothingRevoked, type OwnRevocations } from './revocation/own-revocations.ts'

/** An entry that could not be used; the others still are. */
export interface RejectedEntry {
  readonly list: 'dcc' | 'twoddoc' | 'revoked' | 'continuity' | 'notices'
  readonly index: number
  readonly code: string
}

/** What a verifier believes: immutable, keys imported once, asked without I/O. */
export interface Trust {
  /** Every signer with this key id: eight bytes can collide, so there may be several. */
  dccSigners(keyId: Uint8Array): readonly DccSigner[]
  twoddocSigner(caId: string, certificateId: string): TwoddocSigner | undefined
  /** Whether a SHA-256, or its first 16 bytes, is on the revocation list. */
  revoked(hash: Uint8Array): boolean
  /** Whether the revocation list has anything on it at all. */
  readonly hasRevocations: boolean
  /** Whether it has hashes of 16 bytes, as other countries' lists have: of which of three texts they do not say. */
  readonly hasShortRevocations: boolean
  /** Whether every entry of it could be read. Where one could not, nothing says that a certificate is not revoked. */
  readonly revocationsReadable: boolean
  /** What the portal revoked of its own, exactly. */
  readonly own: OwnRevocations
  /** What other countries revoked, by key. */
  readonly foreign: ForeignRevocations
  /**
   * Of when what is revoked is known, and from which age on nothing issued later is vouched for; null = that is no
   * reason to refuse anybody.
   */
  readonly revocationsAsOf: { readonly at: Date; readonly refuseAfterSeconds: number } | null
  /** Signers of booklets and slips. */
  readonly continuity: readonly ContinuitySigner[]
  /** Booklets and slips that were withdrawn; null when none was. */
  readonly withdrawn: WithdrawnContinuity | null
  /** What the authority accepts for now, each genuine. */
  readonly tolerated: readonly ToleranceNotice[]
  /** All signers, for a page that shows what is trusted. */
  readonly signers: readonly DccSigner[]
  readonly rejected: readonly RejectedEntry[]
  /** What its signatures are checked with. */
  readonly primitives: Primitives
}

/**
 * Imports the keys of a trust list. One unusable key does not take the others down: it is
 * reported in `rejected`. One unreadable revocation makes the list unusable: a verifier then accepts nothing.
 *
 * @param content `dcc`: DER certificates, base64, or keys by their key id; `twoddoc`: keys by their header names;
 *   `revoked`: SHA-256 or its first 16 bytes, hex or base64; `continuity`: DER certificates of the signers of booklets and
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
  const signers = keep('dcc', await Promise.all(content.dcc.map(loadListedSigner)))
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
  /** SHA-256 or its first 16 bytes, lower-case hex. */
  readonly revoked?: ReadonlySet<string>
  readonly own?: OwnRevocations
  readonly foreign?: ForeignRevocations
  readonly revocationsAsOf?: Trust['revocationsAsOf']
  readonly continuity?: readonly ContinuitySigner[]
  readonly withdrawn?: WithdrawnContinuity | null
  readonly tolerated?: readonly ToleranceNotice[]
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
    revoked: (hash) => {
      const hex = bytesToHex(hash)
      return revoked.has(hex) || revoked.has(hex.slice(0, shortHashDigits))
    },
    hasRevocations: revoked.size > 0,
    hasShortRevocations: [...revoked].some(({ length }) => length === shortHashDigits),
    revocationsReadable: !(parts.rejected ?? []).some(({ list }) => list === 'revoked'),
    own: parts.own ?? nothingRevoked,
    foreign: parts.foreign ?? noForeignRevocations,
    revocationsAsOf: parts.revocationsAsOf ?? null,
    continuity: parts.continuity ?? [],
    withdrawn: parts.withdrawn ?? null,
    tolerated: parts.tolerated ?? [],
    signers: parts.signers,
    rejected: parts.rejected ?? [],
    primitives: webCryptoPrimitives,
  }
}

const hashDigits = 64
/** 16 bytes: EU DCC revocation, hash lists of the gateway. */
const shortHashDigits = 32

/** A SHA-256, or its first 16 bytes, as hexadecimal digits or base64: the length tells them apart. */
export const hashHex = (text: string): Layer<string> => {
  const isHex = text.length === hashDigits || text.length === shortHashDigits
  const bytes = isHex ? hexToBytes(text) : base64ToBytes(paddedBase64(text))
  if (!bytes.ok) return bytes
  const hex = bytesToHex(bytes.value)
  const isHash = hex.length === hashDigits || hex.length === shortHashDigits
  return isHash ? decoded(hex) : broken('HASH_LENGTH')
}
