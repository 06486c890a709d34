import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeUuidV7, parseUuidV7, timeOfUuidV7 } from './uuid-v7.ts'

const filled = (byte: number) => (count: number) => new Uint8Array(count).fill(byte)

test('a made UUID carries its time, version 7 and the variant of RFC 9562', () => {
  const at = new Date('2021-08-13T15:30:00.123Z')
  const lowest = makeUuidV7(at, filled(0))
  const highest = makeUuidV7(at, filled(255))
  assert.match(lowest, /-7000-8000-000000000000$/)
  assert.match(highest, /-7fff-bfff-ffffffffffff$/)
  assert.deepEqual(timeOfUuidV7(lowest), at)
  assert.deepEqual(timeOfUuidV7(highest), at)
})

test('the example of RFC 9562 A.6 is read, and its time', () => {
  const uuid = parseUuidV7('017F22E2-79B0-7CC3-98C4-DC0C0C07398F')
  assert.deepEqual(uuid, { ok: true, value: '017f22e2-79b0-7cc3-98c4-dc0c0c07398f' })
  assert.ok(uuid.ok)
  assert.equal(timeOfUuidV7(uuid.value).toISOString(), '2022-02-22T19:22:22.000Z')
})

test('UUIDs made later sort later', () => {
  const earlier = makeUuidV7(new Date(1_700_000_000_000), filled(255))
  const later = makeUuidV7(new Date(1_700_000_000_001), filled(0))
  assert.ok(earlier < later)
})

test('another version, another variant and other text are refused with ID_NOT_UUIDV7', () => {
  for (const text of [
    '',
    'c106ca29-9d4b-4f4e-8b0e-6f2a3a1b2c3d',
    '017f22e2-79b0-7cc3-c8c4-dc0c0c07398f',
    '017f22e279b07cc398c4dc0c0c07398f',
    '{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}',
    '017f22e2-79b0-7cc3-98c4-dc0c0c07398f\n',
  ]) {
    assert.deepEqual(parseUuidV7(text), { ok: false, code: 'ID_NOT_UUIDV7' }, text)
  }
})

test('a time that has no place is a broken invariant', () => {
  assert.throws(() => makeUuidV7(new Date(-1), filled(0)), RangeError)
  assert.throws(() => makeUuidV7(new Date(Number.NaN), filled(0)), RangeError)
})
