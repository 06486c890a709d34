/**
 * `sidep bench revocation`: builds the exact list over everything that was issued, asks it about every certificate of the
 * set, and says what it weighs and takes. SHA-256 of identifiers are stood in for by words that are as evenly spread: the
 * list knows nothing else of a certificate. The time of a lookup includes a real SHA-256.
 */
import { createHash } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { encodeCbor } from '@sidep/encoding'
import { isRevokedByPortal, type OwnRevocations, wireOwnRevocations } from '@sidep/trust'
import { buildRevocationFilter } from '@sidep/trust/revocation-filter'
import { rounded } from './statistics.ts'

export interface RevocationSize {
  readonly revoked: number
  readonly issued: number
  /** Of the list as it is distributed. */
  readonly bytes: number
  /** Of the list of `deltaRevoked` that were revoked after it. */
  readonly deltaBytes: number
  readonly deltaRevoked: number
  /** Valid certificates that one of the two lists calls revoked: every valid one was asked about. */
  readonly wronglyRefused: number
  /** Revoked ones that neither does. */
  readonly missed: number
  /** One question, the hash of the identifier included. */
  readonly lookupMicroseconds: number
  readonly buildSeconds: number
}

/** The figures of the larger size, and those of each. */
export interface RevocationBenchResult extends RevocationSize {
  readonly scenario: 'revocation'
  readonly sizes: readonly RevocationSize[]
}

/** Revoked and issued: a busy week's antigen tests, and a year of everything. */
const sizes = [
  [2_300, 2_300_000],
  [1_000_000, 150_000_000],
] as const
const deltaRevoked = 1_000

export const benchRevocation = (): RevocationBenchResult => {
  const measured = sizes.map(([revoked, issued]) => measure(revoked, issued))
  const last = measured.at(-1)
  if (last === undefined) throw new Error('no size to measure')
  return { scenario: 'revocation', ...last, sizes: measured }
}

const until = new Date('2021-12-31T23:00:00Z')
const signer = '00'.repeat(8)

const measure = (revoked: number, issued: number): RevocationSize => {
  // Every so manieth is revoked, and behind each of the first thousand of them one more, later.
  const apart = Math.floor(issued / revoked)
  const isInBase = (index: number): boolean => index % apart === 0 && index / apart < revoked
  const isInDelta = (index: number): boolean =>
    index % apart === 1 && Math.floor(index / apart) < deltaRevoked
  const startedAt = performance.now()
  const base = listOf(revoked, issued, isInBase)
  const buildSeconds = rounded((performance.now() - startedAt) / 1000)
  const delta = listOf(deltaRevoked, issued, isInDelta)
  let wronglyRefused = 0
  let missed = 0
  const hash = new Uint8Array(16)
  const words = new DataView(hash.buffer)
  for (let index = 0; index < issued; index += 1) {
    for (let word = 0; word < 4; word += 1) words.setUint32(word * 4, wordOf(index, word))
    const isRevoked = isRevokedIn([base, delta], hash)
    if (isInBase(index) || isInDelta(index)) {
      if (!isRevoked) missed += 1
    } else if (isRevoked) wronglyRefused += 1
  }
  return {
    revoked,
    issued,
    bytes: bytesOf(base),
    deltaBytes: bytesOf(delta),
    deltaRevoked,
    wronglyRefused,
    missed,
    lookupMicroseconds: lookupMicroseconds([base, delta]),
    buildSeconds,
  }
}

const isRevokedIn = (lists: readonly OwnRevocations[], hash: Uint8Array): boolean =>
  lists.some((list) => isRevokedByPortal(list, { signer, hash, latestIssue: until }))

const listOf = (
  count: number,
  issued: number,
  isRevoked: (index: number) => boolean,
): OwnRevocations => {
  const keys = new Uint32Array(count * 4)
  let filled = 0
  for (let index = 0; filled < keys.length; index += 1) {
    if (!isRevoked(index)) continue
    for (let word = 0; word < 4; word += 1) keys[filled + word] = wordOf(index, word)
    filled += 4
  }
  const filter = buildRevocationFilter(keys, issued, (visit) => {
    for (let index = 0; index < issued; index += 1) {
      if (isRevoked(index)) continue
      visit(wordOf(index, 0), wordOf(index, 1), wordOf(index, 2), wordOf(index, 3))
    }
  })
  if (filter === null) throw new Error('nothing is revoked')
  return { signers: new Set([signer]), filters: [{ until, filter }], listed: new Set() }
}

const bytesOf = (list: OwnRevocations): number => encodeCbor(wireOwnRevocations(list)).length

/** A word of the hash of a certificate: spread evenly, and another for each. */
const wordOf = (index: number, word: number): number => {
  let h = Math.imul(index + 1, 0x9e3779b1) ^ Math.imul(word + 1, 0x85ebca77)
  h ^= h >>> 16
  h = Math.imul(h, 0x7feb352d)
  h ^= h >>> 15
  h = Math.imul(h, 0x846ca68b)
  return (h ^ (h >>> 16)) >>> 0
}

const lookups = 200_000

const lookupMicroseconds = (lists: readonly OwnRevocations[]): number => {
  let revoked = 0
  const startedAt = performance.now()
  for (let index = 0; index < lookups; index += 1) {
    const hash = createHash('sha256').update(`FRURN:UVCI:01:FR:${index}`).digest()
    if (isRevokedIn(lists, hash)) revoked += 1
  }
  const microseconds = ((performance.now() - startedAt) * 1000) / lookups
  // Those it was not built from may be called anything; that they are counted keeps the loop from being left out.
  return revoked > lookups ? 0 : rounded(microseconds)
}
