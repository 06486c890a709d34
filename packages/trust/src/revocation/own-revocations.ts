/**
 * What the portal revoked of its own: exact filters over all that it had issued until a moment, and what came after, one by
 * one (ADR 65).
 *
 * Invariants
 * - A filter is asked only about a certificate that it was built from: by a signer that is named, issued by its moment at
 *   the latest. Of others it could say anything.
 * - `latestIssue` decides the same for whoever builds and whoever asks.
 */
import { type Bytes, broken, bytesToHex, decoded, type Layer } from '@sidep/encoding'
import {
  isInFilter,
  type RevocationFilter,
  readRevocationFilter,
  wireRevocationFilter,
} from './revocation-filter.ts'

export interface DatedFilter {
  /** Nothing that was issued before is in it; absent: everything is. */
  readonly from?: Date
  /** Everything that was issued by then at the latest is in it. */
  readonly until: Date
  readonly filter: RevocationFilter
}

export interface OwnRevocations {
  /** Key ids as 16 hexadecimal digits, and authority/certificate of 2D-DOC: whose certificates the filters are about. */
  readonly signers: ReadonlySet<string>
  readonly filters: readonly DatedFilter[]
  /** First 16 bytes of SHA-256, hex: revoked one by one, whenever they were issued. */
  readonly listed: ReadonlySet<string>
  /**
   * From this day of signature on, YYYY-MM-DD, filters know a 2D-DOC by the hash of its whole code, before by that of its
   * signed text; absent: all of them by their text (ADR 75).
   */
  readonly wholeCodesFrom?: string
}

export const nothingRevoked: OwnRevocations = {
  signers: new Set(),
  filters: [],
  listed: new Set(),
}

/** A certificate as revocation sees it. */
export interface Revocable {
  readonly signer: string
  /** SHA-256 of what it is revoked by. */
  readonly hash: Uint8Array
  /** Of a 2D-DOC: the other of its two hashes. A list of single hashes may have either of them; no filter is asked for it. */
  readonly otherHash?: Uint8Array
  /** The latest moment at which it can have been issued; null where it does not say. */
  readonly latestIssue: Date | null
}

const hashBytes = 16
/** 16 MB, as much as a part may have: what can be revoked before a filter takes it over. Beyond it a key is revoked. */
const listedMax = 1_000_000
const filtersMax = 64

/** A day as a certificate writes it, in French time: it is over everywhere in France 12 hours after it is in UTC. */
export const endOfDayOfIssue = (day: string): Date =>
  new Date(Date.parse(`${day}T00:00:00Z`) + 36 * 3_600_000)

/** Whether a 2D-DOC is known by its whole code, or by its text alone: the same for who builds and who asks. */
export const isKnownByWholeCode = (
  { wholeCodesFrom }: Pick<OwnRevocations, 'wholeCodesFrom'>,
  signedOn: string | null,
): boolean => wholeCodesFrom !== undefined && signedOn !== null && signedOn >= wholeCodesFrom

export const isRevokedByPortal = (
  { signers, filters, listed }: OwnRevocations,
  { signer, hash, otherHash, latestIssue }: Revocable,
): boolean => {
  const isListed = (one: Uint8Array): boolean => listed.has(bytesToHex(one.subarray(0, hashBytes)))
  if (listed.size > 0 && (isListed(hash) || (otherHash !== undefined && isListed(otherHash)))) {
    return true
  }
  if (latestIssue === null || filters.length === 0 || !signers.has(signer)) return false
  const [word0, word1, word2, word3] = keyWords(hash)
  return filters.some(
    (dated) =>
      isCovered(dated, latestIssue) && isInFilter(dated.filter, word0, word1, word2, word3),
  )
}

/** Whether a filter was built from what was issued at that time. */
const isCovered = (
  { from, until }: Pick<DatedFilter, 'from' | 'until'>,
  latestIssue: Date,
): boolean => latestIssue <= until && (from === undefined || latestIssue >= from)

/** A hash as filters know it. */
export const keyWords = (hash: Uint8Array): [number, number, number, number] => {
  const view = new DataView(hash.buffer, hash.byteOffset, hashBytes)
  return [view.getUint32(0), view.getUint32(4), view.getUint32(8), view.getUint32(12)]
}

/** Message of the error when more is revoked one by one than anybody reads. */
export const revocationsTooMany = 'REVOCATIONS_TOO_MANY'

/** @throws RangeError when more stand on the list than anybody reads: what was said before goes on being said */
export const wireOwnRevocations = (list: OwnRevocations): Map<string, unknown> => {
  if (list.listed.size > listedMax) throw new RangeError(revocationsTooMany)
  return new Map<string, unknown>([
    ['signers', [...list.signers]],
    ['filters', list.filters.map(wireDatedFilter)],
    ['listed', packedHashes(list.listed)],
    ...(list.wholeCodesFrom === undefined
      ? []
      : [['wholeCodesFrom', list.wholeCodesFrom] as [string, unknown]]),
  ])
}

export const wireDatedFilter = ({ from, until, filter }: DatedFilter): Map<string, unknown> => {
  const wire = wireRevocationFilter(filter).set('until', until.toISOString())
  return from === undefined ? wire : wire.set('from', from.toISOString())
}

/** @returns the filter with its times; null when it is none */
export const readDatedFilter = (value: unknown): DatedFilter | null => {
  if (!(value instanceof Map)) return null
  const filter = readRevocationFilter(value)
  const until = momentOf(value.get('until'))
  const from = value.has('from') ? momentOf(value.get('from')) : undefined
  if (!filter.ok || until === null || from === null) return null
  return { ...(from && { from }), until, filter: filter.value }
}

const momentOf = (value: unknown): Date | null =>
  typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? new Date(value) : null

/** @returns the list, or REVOCATIONS_MALFORMED: of a list that cannot be read whole, nothing says who is not on it */
export const readOwnRevocations = (
  value: unknown,
): Layer<OwnRevocations, 'REVOCATIONS_MALFORMED'> => {
  const malformed = broken('REVOCATIONS_MALFORMED' as const)
  if (!(value instanceof Map)) return malformed
  const signers: unknown = value.get('signers')
  const filters: unknown = value.get('filters')
  const listed = unpackedHashes(value.get('listed'), listedMax)
  if (!Array.isArray(signers) || !signers.every((name) => typeof name === 'string'))
    return malformed
  if (!Array.isArray(filters) || filters.length > filtersMax || listed === null) return malformed
  const read: DatedFilter[] = []
  for (const entry of filters) {
    const filter = readDatedFilter(entry)
    if (filter === null) return malformed
    read.push(filter)
  }
  const wholeCodesFrom: unknown = value.get('wholeCodesFrom')
  if (wholeCodesFrom === undefined) {
    return decoded({ signers: new Set(signers), filters: read, listed })
  }
  if (typeof wholeCodesFrom !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(wholeCodesFrom))
    return malformed
  return decoded({ signers: new Set(signers), filters: read, listed, wholeCodesFrom })
}

/** Hashes of 16 bytes, hex, as one byte string, sorted: the order in which they came says nothing. */
export const packedHashes = (hashes: Iterable<string>): Bytes => {
  const sorted = [...hashes].sort()
  const bytes = new Uint8Array(sorted.length * hashBytes)
  for (const [index, hex] of sorted.entries()) {
    if (!/^[0-9a-f]{32}$/.test(hex)) throw new TypeError('a hash of 16 bytes has 32 digits')
    for (let at = 0; at < hashBytes; at += 1) {
      bytes[index * hashBytes + at] = Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16)
    }
  }
  return bytes
}

/** Null when it is no such list, or longer than it may be. */
export const unpackedHashes = (value: unknown, countMax: number): ReadonlySet<string> | null => {
  if (!(value instanceof Uint8Array) || value.length % hashBytes !== 0) return null
  if (value.length / hashBytes > countMax) return null
  const hashes = new Set<string>()
  for (let at = 0; at < value.length; at += hashBytes) {
    hashes.add(bytesToHex(value.subarray(at, at + hashBytes)))
  }
  return hashes
}
