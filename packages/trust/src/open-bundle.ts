import { broken, decoded, type Layer } from '@sidep/encoding'
import { readAuditDigest } from './audit-wire.ts'
import { bundleFormat } from './bundle-format.ts'
import type { BundleContent } from './content.ts'
import { readContinuity, readDcc, readRevoked, readTwoddoc } from './content-wire.ts'
import { openStatement } from './statement.ts'
import { readList } from './withdrawn-wire.ts'

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
  const opened = await openStatement(bundleFormat, bytes, anchorSpki)
  if (!opened.ok) return opened
  const { content, anchor } = opened.value
  const read = readContent(content)
  return read.ok ? decoded({ content: read.value, anchor }) : read
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

const readContent = (content: ReadonlyMap<unknown, unknown>): Layer<BundleContent> => {
  if (content.get('version') !== 1) return broken('BUNDLE_VERSION')
  const issuedAt = content.get('issuedAt')
  const expiresAt = content.get('expiresAt')
  const dcc = readDcc(content)
  const twoddoc = readTwoddoc(content)
  const revoked = readRevoked(content)
  if (!isMoment(issuedAt) || !isMoment(expiresAt)) return broken('BUNDLE_MALFORMED')
  if (dcc === undefined || twoddoc === undefined || revoked === undefined) {
    return broken('BUNDLE_MALFORMED')
  }
  const ruleProfile = content.get('ruleProfile')
  const parts: BundleContent = {
    version: 1,
    issuedAt,
    expiresAt,
    dcc,
    twoddoc,
    revoked,
    ...(typeof ruleProfile === 'string' ? { ruleProfile } : {}),
  }
  const added = readContinuity(content)
  const audit = content.has('audit') ? readList(content.get('audit'), readAuditDigest) : null
  if (added === undefined || audit === undefined) return broken('BUNDLE_MALFORMED')
  return decoded({ ...parts, ...added, ...(audit === null ? {} : { audit }) })
}
