import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { decodeCbor, encodeCbor, hexToBytes } from '@sidep/encoding'
import { buildRevocationFilter } from './build-revocation-filter.ts'
import {
  endOfDayOfIssue,
  isRevokedByPortal,
  keyWords,
  nothingRevoked,
  type OwnRevocations,
  readOwnRevocations,
  wireOwnRevocations,
} from './own-revocations.ts'
import { isInFilter, type RevocationFilter } from './revocation-filter.ts'

/** As many hashes as asked, always the same. */
const hashesOf = (count: number, seed: number): Uint8Array[] => {
  let state = seed
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state >>> 24
  }
  return Array.from({ length: count }, () => Uint8Array.from({ length: 32 }, next))
}

const wordsOf = (hashes: readonly Uint8Array[]): Uint32Array =>
  Uint32Array.from(hashes.flatMap((hash) => keyWords(hash)))

const filterOf = (
  revoked: readonly Uint8Array[],
  valid: readonly Uint8Array[],
): RevocationFilter => {
  const filter = buildRevocationFilter(wordsOf(revoked), revoked.length + valid.length, (visit) => {
    for (const hash of valid) visit(...keyWords(hash))
  })
  assert.ok(filter)
  return filter
}

suite('a filter over all that was issued', () => {
  test('is right about every one of them, few and many', () => {
    const all = hashesOf(60_000, 7)
    for (const [revoked, issued] of [
      [1, 1],
      [1, 2],
      [3, 40],
      [100, 101],
      [60, 60_000],
      [2_000, 60_000],
      [30_000, 60_000],
    ] as const) {
      const bad = all.slice(0, revoked)
      const good = all.slice(revoked, issued)
      const filter = filterOf(bad, good)
      const isIn = (hash: Uint8Array): boolean => isInFilter(filter, ...keyWords(hash))
      assert.equal(bad.filter((hash) => !isIn(hash)).length, 0, `${revoked} of ${issued}: missed`)
      assert.equal(good.filter(isIn).length, 0, `${revoked} of ${issued}: wrongly refused`)
    }
  })

  test('takes 12 bits a revoked one where one in 100 is', () => {
    const all = hashesOf(200_000, 3)
    const filter = filterOf(all.slice(0, 2_000), all.slice(2_000))
    const bits = (filter.passes.cells.length + filter.revoked.cells.length) * 8
    assert.ok(bits / 2_000 < 12, `${bits / 2_000} bits`)
  })

  test('is none where nothing is revoked', () => {
    assert.equal(
      buildRevocationFilter(new Uint32Array(), 100, () => undefined),
      null,
    )
  })

  test('is not built of what cannot be true: one twice, or revoked and not', () => {
    const all = hashesOf(20, 1)
    const [first] = all
    assert.ok(first)
    assert.throws(() => filterOf([first, first], all.slice(1)), TypeError)
    assert.throws(() => filterOf([first], all), TypeError)
  })
})

const signer = '0011223344556677'
const until = new Date('2021-08-13T12:00:00Z')
const all = hashesOf(3_000, 11)
const [firstRevoked, , , firstValid] = all as [Uint8Array, Uint8Array, Uint8Array, Uint8Array]

const list: OwnRevocations = {
  signers: new Set([signer, 'FR99/DEV1']),
  filters: [{ until, filter: filterOf(all.slice(0, 3), all.slice(3)) }],
  listed: new Set(['ab'.repeat(16)]),
}

suite('what the portal revoked', () => {
  const of = (hash: Uint8Array, changes: object = {}) => ({
    signer,
    hash,
    latestIssue: until,
    ...changes,
  })

  test('comes back whole from the wire', () => {
    const bytes = encodeCbor(wireOwnRevocations(list))
    const value = decodeCbor(bytes)
    assert.ok(value.ok)
    const read = readOwnRevocations(value.value)
    assert.ok(read.ok)
    assert.equal(isRevokedByPortal(read.value, of(firstRevoked)), true)
    for (const hash of all.slice(3)) assert.equal(isRevokedByPortal(read.value, of(hash)), false)
    assert.deepEqual(read.value.listed, list.listed)
  })

  test('is asked only about what its filter was built from', () => {
    assert.equal(isRevokedByPortal(list, of(firstRevoked)), true)
    assert.equal(isRevokedByPortal(list, of(firstValid)), false)
    // Of any other certificate a filter may say anything; many were tried, and it is never asked.
    for (const hash of hashesOf(5_000, 99)) {
      const later = new Date(until.getTime() + 1)
      assert.equal(isRevokedByPortal(list, of(hash, { latestIssue: later })), false)
      assert.equal(isRevokedByPortal(list, of(hash, { latestIssue: null })), false)
      assert.equal(isRevokedByPortal(list, of(hash, { signer: 'ffffffffffffffff' })), false)
    }
  })

  test('is found on the list of single ones, whenever it was issued and by whom', () => {
    const hash = hexToBytes('ab'.repeat(32))
    assert.ok(hash.ok)
    assert.equal(
      isRevokedByPortal(list, of(hash.value, { latestIssue: null, signer: 'ffffffffffffffff' })),
      true,
    )
    assert.equal(isRevokedByPortal(nothingRevoked, of(hash.value)), false)
  })

  test('cannot be read where any part of it is wrong', () => {
    const wrongly = (change: (wire: Map<string, unknown>) => void): boolean => {
      const wire = wireOwnRevocations(list)
      change(wire)
      return readOwnRevocations(wire).ok
    }
    const cellsOf = (wire: Map<string, unknown>) => {
      const [filter] = wire.get('filters') as Map<string, Map<string, unknown>>[]
      return filter?.get('passes') as Map<string, unknown>
    }
    assert.equal(
      wrongly(() => undefined),
      true,
    )
    assert.equal(
      wrongly((wire) => wire.delete('filters')),
      false,
    )
    assert.equal(
      wrongly((wire) => wire.set('listed', new Uint8Array(17))),
      false,
    )
    assert.equal(
      wrongly((wire) => wire.set('signers', [1])),
      false,
    )
    assert.equal(
      wrongly((wire) => cellsOf(wire).set('cells', new Uint8Array(3))),
      false,
    )
    assert.equal(
      wrongly((wire) => cellsOf(wire).set('segmentLength', 24)),
      false,
    )
    assert.equal(
      wrongly((wire) => cellsOf(wire).set('bits', 40)),
      false,
    )
    assert.equal(readOwnRevocations(null).ok, false)
  })

  test('a day of issue is over when it is over in all of France', () => {
    assert.deepEqual(endOfDayOfIssue('2021-08-13'), new Date('2021-08-14T12:00:00Z'))
  })
})

test('a list of a hundred thousand is read; one of more than a part may have is never signed', () => {
  const listOf = (count: number) => ({
    ...nothingRevoked,
    listed: new Set(Array.from({ length: count }, (_, at) => at.toString(16).padStart(32, '0'))),
  })
  const read = readOwnRevocations(wireOwnRevocations(listOf(100_000)))
  assert.ok(read.ok)
  assert.equal(read.value.listed.size, 100_000)
  assert.throws(() => wireOwnRevocations(listOf(1_000_001)), /REVOCATIONS_TOO_MANY/)
})
