/**
 * The small signed file that says what is trusted now: its parts by hash, and how old each may grow (ADR 66). After TUF:
 * timestamp and snapshot in one, with the parts as targets.
 *
 * Invariants
 * - Its number only grows: a verifier that has seen one takes none with a smaller number, nor another with the same.
 * - It expires: whoever is kept from newer ones notices.
 * - It names its parts by SHA-256 and size: parts of two indexes are never mixed.
 */
import { type Bytes, broken, bytesToHex, decoded, hexToBytes, type Layer } from '@sidep/encoding'
import { readAuditDigest, wireAudit } from '../audit-wire.ts'
import type { AuditDigest } from '../content.ts'
import { named } from '../content-wire.ts'
import { openStatement, type StatementKind, signStatement } from '../statement.ts'
import type { BundleSigner } from '../succession.ts'
import { readList } from '../withdrawn-wire.ts'

const indexFormat: StatementKind = {
  name: 'INDEX',
  contentType: 'application/vnd.sidep.trust-index+cbor',
  /** Some 250 parts, with a generation of successions beside them. */
  bytesMax: 128 * 1024,
  depthMax: 8,
}

export interface TrustIndex {
  readonly version: 1
  readonly number: number
  /** RFC 3339, UTC. */
  readonly issuedAt: string
  readonly expiresAt: string
  readonly parts: readonly IndexedPart[]
  readonly audit?: readonly AuditDigest[]
}

export interface IndexedPart {
  /** `keys/FR`, `revocations/own`: what it holds. */
  readonly name: string
  /** 64 hexadecimal digits. */
  readonly sha256: string
  readonly bytes: number
  /** When what it holds was last known to be what its source says, RFC 3339. */
  readonly asOf: string
  /** From this age on a page says that it is old. */
  readonly warnAfterSeconds: number
  /** From this age on what it could change is not vouched for; null = it never is a reason. */
  readonly refuseAfterSeconds: number | null
}

export interface OpenedIndex {
  readonly index: TrustIndex
  /** The key that signed it, to hold the next one to. */
  readonly anchor: Uint8Array
  /** The signed bytes: two indexes of one number must have the same. */
  readonly payload: Bytes
}

const partsMax = 400
/** 16 MiB, as a bundle. */
export const partBytesMax = 16 * 1024 * 1024
/** A device's clock may be this much behind the signer's. */
const clockSkewMilliseconds = 5 * 60_000

export const signIndex = (
  index: TrustIndex,
  signer: BundleSigner,
  successions: readonly Uint8Array[] = [],
): Promise<Uint8Array> =>
  signStatement(
    indexFormat,
    new Map<string, unknown>([
      ['version', index.version],
      ['number', index.number],
      ['issuedAt', index.issuedAt],
      ['expiresAt', index.expiresAt],
      ['parts', index.parts.map(wirePart)],
      ...(index.audit === undefined ? [] : [named('audit', wireAudit(index.audit))]),
    ]),
    signer,
    successions,
  )

const wirePart = ({ sha256, ...part }: IndexedPart): Map<string, unknown> => {
  const hash = hexToBytes(sha256)
  if (!hash.ok) throw new TypeError(`part ${part.name}: ${hash.code}`)
  return new Map<string, unknown>([...Object.entries(part), ['sha256', hash.value]])
}

/**
 * Opens an index, whatever the clock says: genuine, and of which time it is.
 *
 * @returns the index, or INDEX_TOO_LARGE, INDEX_MALFORMED, INDEX_ALGORITHM, INDEX_CONTENT_TYPE, INDEX_ANCHOR,
 *   INDEX_SIGNATURE, INDEX_VERSION
 */
export const readIndex = async (
  bytes: Uint8Array,
  anchorSpki: Uint8Array,
): Promise<Layer<OpenedIndex>> => {
  const opened = await openStatement(indexFormat, bytes, anchorSpki)
  if (!opened.ok) return opened
  const { content, anchor, payload } = opened.value
  if (content.get('version') !== 1) return broken('INDEX_VERSION')
  const number = wholeNumber(content.get('number'))
  const issuedAt = moment(content.get('issuedAt'))
  const expiresAt = moment(content.get('expiresAt'))
  const parts = readList(content.get('parts'), readPart)
  const audit = content.has('audit') ? readList(content.get('audit'), readAuditDigest) : null
  if (number === undefined || number < 1 || issuedAt === undefined || expiresAt === undefined) {
    return broken('INDEX_MALFORMED')
  }
  if (parts === undefined || parts.length > partsMax || audit === undefined) {
    return broken('INDEX_MALFORMED')
  }
  if (new Set(parts.map(({ name }) => name)).size < parts.length) return broken('INDEX_MALFORMED')
  const index: TrustIndex = {
    version: 1,
    number,
    issuedAt,
    expiresAt,
    parts,
    ...(audit === null ? {} : { audit }),
  }
  return decoded({ index, anchor, payload })
}

const readPart = (value: unknown): IndexedPart | undefined => {
  if (!(value instanceof Map)) return undefined
  const name: unknown = value.get('name')
  const sha256: unknown = value.get('sha256')
  const bytes = wholeNumber(value.get('bytes'))
  const asOf = moment(value.get('asOf'))
  const warnAfterSeconds = wholeNumber(value.get('warnAfterSeconds'))
  const limit: unknown = value.get('refuseAfterSeconds') ?? null
  const refuseAfterSeconds = limit === null ? null : wholeNumber(limit)
  if (typeof name !== 'string' || !/^[\w-]{1,40}(?:\/[\w-]{1,40})?$/.test(name)) return undefined
  if (!(sha256 instanceof Uint8Array) || sha256.length !== 32 || asOf === undefined)
    return undefined
  if (bytes === undefined || bytes > partBytesMax || warnAfterSeconds === undefined)
    return undefined
  if (refuseAfterSeconds === undefined) return undefined
  return { name, sha256: bytesToHex(sha256), bytes, asOf, warnAfterSeconds, refuseAfterSeconds }
}

const wholeNumber = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined

const moment = (value: unknown): string | undefined =>
  typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? value : undefined

/** Why an index may not be used at a time; null when it may. */
export const indexTimeFault = (
  { issuedAt, expiresAt }: Pick<TrustIndex, 'issuedAt' | 'expiresAt'>,
  at: Date,
): 'INDEX_NOT_YET_VALID' | 'INDEX_EXPIRED' | null => {
  if (at.getTime() + clockSkewMilliseconds < Date.parse(issuedAt)) return 'INDEX_NOT_YET_VALID'
  return at.getTime() >= Date.parse(expiresAt) ? 'INDEX_EXPIRED' : null
}

/**
 * Why an index may not follow the newest one seen; null when it may, or is the same: INDEX_OLDER when somebody rolls back,
 * INDEX_FORKED when two of one number were signed.
 */
export const successionFault = (
  held: OpenedIndex | null,
  next: OpenedIndex,
): 'INDEX_OLDER' | 'INDEX_FORKED' | null => {
  if (held === null || next.index.number > held.index.number) return null
  if (next.index.number < held.index.number) return 'INDEX_OLDER'
  return bytesToHex(held.payload) === bytesToHex(next.payload) ? null : 'INDEX_FORKED'
}

export interface PartAge {
  readonly name: string
  readonly asOf: Date
  readonly ageSeconds: number
  readonly state: 'fresh' | 'old' | 'unsafe'
}

/** How old each part is: judged apart, since a key lives for years and a negative test for three days. */
export const agesOf = ({ parts }: Pick<TrustIndex, 'parts'>, at: Date): readonly PartAge[] =>
  parts.map(({ name, asOf, warnAfterSeconds, refuseAfterSeconds }) => {
    const since = new Date(asOf)
    const ageSeconds = Math.max(0, Math.floor((at.getTime() - since.getTime()) / 1000))
    const isUnsafe = refuseAfterSeconds !== null && ageSeconds >= refuseAfterSeconds
    const state = isUnsafe ? 'unsafe' : ageSeconds >= warnAfterSeconds ? 'old' : 'fresh'
    return { name, asOf: since, ageSeconds, state }
  })
