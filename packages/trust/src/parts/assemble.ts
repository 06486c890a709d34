import { broken, bytesToHex, type Layer } from '@sidep/encoding'
import { loadTrust, type Trust } from '../load-trust.ts'
import { openNotice } from '../notices/tolerance-notice.ts'
import { nothingRevoked } from '../revocation/own-revocations.ts'
import type { IndexedPart, TrustIndex } from './trust-index.ts'
import { readParts, type TrustContent } from './trust-parts.ts'

/** Where parts are kept by hash: a folder, a cache, what was scanned. */
export type HeldParts = (sha256: string) => Promise<Uint8Array | null>

/** The parts of an index that are still to be fetched. */
export const missingParts = async (
  { parts }: Pick<TrustIndex, 'parts'>,
  held: HeldParts,
): Promise<readonly IndexedPart[]> => {
  const missing: IndexedPart[] = []
  for (const part of parts) if ((await held(part.sha256)) === null) missing.push(part)
  return missing
}

/**
 * Puts an index and its parts together: all of them, each as it was named, or nothing.
 *
 * @returns what they hold, or PART_MISSING, PART_MISMATCH (not the bytes that were signed for), PART_MALFORMED
 */
export const assembleContent = async (
  { parts }: Pick<TrustIndex, 'parts'>,
  held: HeldParts,
): Promise<Layer<TrustContent>> => {
  const read = new Map<string, Uint8Array>()
  for (const { name, sha256, bytes } of parts) {
    const part = await held(sha256)
    if (part === null) return broken('PART_MISSING')
    if (part.length !== bytes || (await sha256Of(part)) !== sha256) return broken('PART_MISMATCH')
    read.set(name, part)
  }
  return readParts(read)
}

export const sha256Of = async (bytes: Uint8Array): Promise<string> =>
  bytesToHex(new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes))))

/**
 * What a verifier believes of it.
 *
 * @param anchor who signs notices: the key that signed the index, or those that it comes after; a notice of nobody known
 *   is passed over, and stands in `rejected`
 */
export const trustFrom = async (
  content: TrustContent,
  { parts }: Pick<TrustIndex, 'parts'>,
  anchor: Uint8Array | null,
): Promise<Trust> => {
  const { twoddoc, continuity, withdrawn, own, foreign } = content
  const trust = await loadTrust({
    dcc: [...content.keys.values()].flat(),
    twoddoc,
    ...(continuity && { continuity }),
    ...(withdrawn && { withdrawn }),
  })
  const notices = await Promise.all(
    content.notices.map((notice) =>
      anchor === null ? broken('NOTICE_ANCHOR') : openNotice(notice, anchor),
    ),
  )
  const list = parts.find(({ name }) => name === 'revocations/own')
  return {
    ...trust,
    own: own ?? nothingRevoked,
    foreign,
    tolerated: notices.flatMap((notice) => (notice.ok ? [notice.value] : [])),
    rejected: [
      ...trust.rejected,
      ...notices.flatMap((notice, index) =>
        notice.ok ? [] : [{ list: 'notices' as const, index, code: notice.code }],
      ),
    ],
    revocationsAsOf:
      list === undefined || list.refuseAfterSeconds === null
        ? null
        : { at: new Date(list.asOf), refuseAfterSeconds: list.refuseAfterSeconds },
  }
}
