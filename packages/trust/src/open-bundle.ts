import {
  type Bytes,
  broken,
  bytesToBase64,
  type CoseSign1,
  coseAlgorithm,
  coseHeader,
  decodeCbor,
  decoded,
  type Layer,
  parseCoseSign1,
} from '@sidep/encoding'
import { readAuditDigest } from './audit-wire.ts'
import { bundleFormat } from './bundle-format.ts'
import type { BundleContent, DccKey, TwoddocKey } from './content.ts'
import { anchorsFrom, isSignedBy, readSuccessions, successionsLabel } from './succession.ts'
import { readList, readWithdrawn } from './withdrawn-wire.ts'

/** A device's clock may be this much behind the signer's before a bundle is "not yet valid". */
const clockSkewMilliseconds = 5 * 60_000

/** A bundle that was opened, and the key to hold the next one to. */
export interface OpenedBundle {
  readonly content: BundleContent
  /** SubjectPublicKeyInfo, DER, of the key that signed it: the anchor given, or the one that came after it. */
  readonly anchor: Uint8Array
}

/**
 * Opens a signed trust bundle.
 *
 * @param bytes the file, at most 16 MiB
 * @param anchorSpki SubjectPublicKeyInfo of the bundle signer, DER: the one thing that a verifier
 *   is shipped with
 * @param at the time to judge expiry at
 * @returns the content, or BUNDLE_TOO_LARGE, BUNDLE_MALFORMED, BUNDLE_ALGORITHM,
 *   BUNDLE_CONTENT_TYPE, BUNDLE_ANCHOR, BUNDLE_SIGNATURE, BUNDLE_VERSION, BUNDLE_NOT_YET_VALID,
 *   BUNDLE_EXPIRED
 */
export const openBundle = async (
  bytes: Uint8Array,
  anchorSpki: Uint8Array,
  at: Date,
): Promise<Layer<BundleContent>> => {
  const opened = await followBundle(bytes, anchorSpki, at)
  return opened.ok ? decoded(opened.value.content) : opened
}

/**
 * The same for a verifier that keeps its anchor: answers also which key signed, which is the anchor from then on.
 * Whoever keeps it no longer believes the keys before it.
 */
export const followBundle = async (
  bytes: Uint8Array,
  anchorSpki: Uint8Array,
  at: Date,
): Promise<Layer<OpenedBundle>> => {
  const read = await readBundle(bytes, anchorSpki)
  const fault = read.ok ? bundleTimeFault(read.value.content, at) : null
  return fault === null ? read : broken(fault)
}

/**
 * The same whatever the clock says: genuine, and of which time it is. A verifier that has seen a newer one refuses it
 * without looking at a clock that somebody may have set back; `bundleTimeFault` judges the rest.
 */
export const readBundle = async (
  bytes: Uint8Array,
  anchorSpki: Uint8Array,
): Promise<Layer<OpenedBundle>> => {
  if (bytes.length > bundleFormat.bytesMax) return broken('BUNDLE_TOO_LARGE')
  const cose = parseCoseSign1(bytes, { maxBytes: bundleFormat.bytesMax })
  if (!cose.ok) return broken('BUNDLE_MALFORMED')
  const { protectedHeader, payload } = cose.value
  if (protectedHeader.get(coseHeader.algorithm) !== coseAlgorithm.ES256)
    return broken('BUNDLE_ALGORITHM')
  // The content type is signed, so that nothing else by this key can pass for a bundle.
  if (protectedHeader.get(coseHeader.contentType) !== bundleFormat.contentType) {
    return broken('BUNDLE_CONTENT_TYPE')
  }
  const anchor = await signerOf(cose.value, anchorSpki)
  if (!anchor.ok) return anchor
  const content = readContent(payload)
  return content.ok ? decoded({ content: content.value, anchor: anchor.value }) : content
}

/** The key that signed a bundle, when it is the anchor or one of those that the anchor leads to. */
const signerOf = async (cose: CoseSign1, anchorSpki: Uint8Array): Promise<Layer<Uint8Array>> => {
  const pinned = await isSignedBy(cose, anchorSpki)
  if (pinned === null) return broken('BUNDLE_ANCHOR')
  if (pinned) return decoded(anchorSpki)
  const statements = readSuccessions(cose.unprotectedHeader.get(successionsLabel))
  for (const spki of await anchorsFrom(anchorSpki, statements)) {
    if ((await isSignedBy(cose, spki)) === true) return decoded(spki)
  }
  return broken('BUNDLE_SIGNATURE')
}

/** Why a bundle may not be used at a time: BUNDLE_NOT_YET_VALID, BUNDLE_EXPIRED; null when it may. */
export const bundleTimeFault = (
  { issuedAt, expiresAt }: Pick<BundleContent, 'issuedAt' | 'expiresAt'>,
  at: Date,
): 'BUNDLE_NOT_YET_VALID' | 'BUNDLE_EXPIRED' | null => {
  if (at.getTime() + clockSkewMilliseconds < Date.parse(issuedAt)) return 'BUNDLE_NOT_YET_VALID'
  return at.getTime() >= Date.parse(expiresAt) ? 'BUNDLE_EXPIRED' : null
}

const isMoment = (value: unknown): value is string =>
  typeof value === 'string' && !Number.isNaN(Date.parse(value))

const readContent = (payload: Bytes): Layer<BundleContent> => {
  const { bytesMax, depthMax } = bundleFormat
  const cbor = decodeCbor(payload, { maxBytes: bytesMax, maxDepth: depthMax })
  if (!cbor.ok || !(cbor.value instanceof Map)) return broken('BUNDLE_MALFORMED')
  const content = cbor.value
  if (content.get('version') !== 1) return broken('BUNDLE_VERSION')
  const issuedAt = content.get('issuedAt')
  const expiresAt = content.get('expiresAt')
  const dcc = readList(content.get('dcc'), readBinary)
  const twoddoc = readList(content.get('twoddoc'), readTwoddocKey)
  const revoked = readList(content.get('revoked') ?? [], readBinary)
  const dccKeys = readList(content.get('dccKeys') ?? [], readDccKey)
  if (!isMoment(issuedAt) || !isMoment(expiresAt) || dccKeys === undefined) {
    return broken('BUNDLE_MALFORMED')
  }
  if (dcc === undefined || twoddoc === undefined || revoked === undefined) {
    return broken('BUNDLE_MALFORMED')
  }
  const ruleProfile = content.get('ruleProfile')
  const parts: BundleContent = {
    version: 1,
    issuedAt,
    expiresAt,
    dcc: [...dcc, ...dccKeys],
    twoddoc,
    revoked,
    ...(typeof ruleProfile === 'string' ? { ruleProfile } : {}),
  }
  const added = readContinuity(content)
  const audit = content.has('audit') ? readList(content.get('audit'), readAuditDigest) : null
  if (added === undefined || audit === undefined) return broken('BUNDLE_MALFORMED')
  return decoded({ ...parts, ...added, ...(audit === null ? {} : { audit }) })
}

/** What a bundle says of continuity; undefined when it says it wrongly: half a list of withdrawals is none. */
const readContinuity = (
  content: ReadonlyMap<unknown, unknown>,
): Pick<BundleContent, 'continuity' | 'withdrawn'> | undefined => {
  const continuity = content.has('continuity')
    ? readList(content.get('continuity'), readBinary)
    : null
  const withdrawn = content.has('withdrawn') ? readWithdrawn(content.get('withdrawn')) : null
  if (continuity === undefined || withdrawn === undefined) return undefined
  return {
    ...(continuity === null ? {} : { continuity }),
    ...(withdrawn === null ? {} : { withdrawn }),
  }
}

const readBinary = (entry: unknown): string | undefined =>
  entry instanceof Uint8Array ? bytesToBase64(entry) : undefined

const readDccKey = (entry: unknown): DccKey | undefined => {
  if (!(entry instanceof Map)) return undefined
  const kid = readBinary(entry.get('kid'))
  const certificate = readBinary(entry.get('certificate'))
  if (kid === undefined) return undefined
  if (certificate !== undefined) return { kid, certificate }
  const spki = readBinary(entry.get('spki'))
  const usages = entry.has('usages') ? readList(entry.get('usages'), readKind) : null
  if (spki === undefined || usages === undefined) return undefined
  const texts = ['country', 'notBefore', 'notAfter'].flatMap((name): [string, string][] => {
    const text: unknown = entry.get(name)
    return typeof text === 'string' ? [[name, text]] : []
  })
  return { kid, spki, ...Object.fromEntries(texts), ...(usages !== null && { usages }) }
}

const kinds = ['test', 'vaccination', 'recovery'] as const
const readKind = (entry: unknown): (typeof kinds)[number] | undefined =>
  kinds.find((kind) => kind === entry)

const readTwoddocKey = (entry: unknown): TwoddocKey | undefined => {
  if (!(entry instanceof Map)) return undefined
  const caId: unknown = entry.get('caId')
  const certificateId: unknown = entry.get('certificateId')
  const spki = readBinary(entry.get('spki'))
  if (typeof caId !== 'string' || typeof certificateId !== 'string' || spki === undefined) {
    return undefined
  }
  const notBefore: unknown = entry.get('notBefore')
  const notAfter: unknown = entry.get('notAfter')
  return {
    caId,
    certificateId,
    spki,
    ...(typeof notBefore === 'string' ? { notBefore } : {}),
    ...(typeof notAfter === 'string' ? { notAfter } : {}),
  }
}
