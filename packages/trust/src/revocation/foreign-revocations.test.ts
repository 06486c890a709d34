import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { bytesToBase64, decodeCbor, encodeCbor } from '@sidep/encoding'
import {
  foreignKindsOf,
  foreignRevocationsFrom,
  isRevokedAbroad,
  isUnreadableAbroad,
  readForeignRevocations,
  wireForeignRevocations,
} from './foreign-revocations.ts'

const at = new Date('2022-03-01T00:00:00Z')
const key = new Uint8Array(8).fill(1)
const otherKey = new Uint8Array(8).fill(2)
const hash = (value: number): Uint8Array => new Uint8Array(32).fill(value)
const entry = (value: number) => ({ hash: bytesToBase64(hash(value).subarray(0, 16)) })
const batch = (changes: object = {}) => ({
  country: 'DE',
  expires: '2022-06-01T00:00:00Z',
  kid: bytesToBase64(key),
  hashType: 'UCI',
  entries: [entry(1), entry(2)],
  ...changes,
})

suite('lists of other countries', () => {
  test('revoke by key, kind and the first 16 bytes, and nothing else', () => {
    const wire = encodeCbor(wireForeignRevocations(foreignRevocationsFrom([batch()], at)))
    const value = decodeCbor(wire)
    assert.ok(value.ok)
    const list = readForeignRevocations(value.value)
    assert.ok(list.ok)
    assert.equal(isRevokedAbroad(list.value, key, 'UCI', hash(1)), true)
    assert.equal(isRevokedAbroad(list.value, key, 'UCI', hash(3)), false)
    assert.equal(isRevokedAbroad(list.value, key, 'SIGNATURE', hash(1)), false)
    assert.equal(isRevokedAbroad(list.value, otherKey, 'UCI', hash(1)), false)
    assert.deepEqual(foreignKindsOf(list.value, key), ['UCI'])
    assert.deepEqual(foreignKindsOf(list.value, otherKey), [])
    assert.equal(isUnreadableAbroad(list.value, key), false)
  })

  test('of an unknown key are about every key', () => {
    const list = foreignRevocationsFrom([batch({ kid: 'UNKNOWN_KID' })], at)
    assert.equal(isRevokedAbroad(list, otherKey, 'UCI', hash(2)), true)
  })

  test('that have expired say nothing any more', () => {
    const list = foreignRevocationsFrom([batch({ expires: '2022-03-01T00:00:00Z' })], at)
    assert.equal(isRevokedAbroad(list, key, 'UCI', hash(1)), false)
  })

  test('that cannot be read are an alarm for their key alone, or for all where that cannot be', () => {
    for (const wrong of [
      { entries: [entry(1), { hash: 'AAAA' }] },
      { entries: [entry(1), null] },
      { entries: 'none' },
      { hashType: 'NAME' },
      { expires: 'soon' },
    ]) {
      const list = foreignRevocationsFrom([batch(wrong)], at)
      assert.equal(isUnreadableAbroad(list, key), true, JSON.stringify(wrong))
      assert.equal(isUnreadableAbroad(list, otherKey), false)
      const read = readForeignRevocations(wireForeignRevocations(list))
      assert.ok(read.ok && isUnreadableAbroad(read.value, key))
    }
    for (const wrong of [batch({ kid: '!' }), batch({ kid: undefined }), null]) {
      assert.equal(isUnreadableAbroad(foreignRevocationsFrom([wrong], at), otherKey), true)
    }
  })

  test('on the wire that are damaged are no lists', () => {
    const wire = () => wireForeignRevocations(foreignRevocationsFrom([batch()], at))
    assert.equal(readForeignRevocations(wire()).ok, true)
    assert.equal(readForeignRevocations(wire().set('lists', [null])).ok, false)
    assert.equal(readForeignRevocations(wire().set('unreadable', [1])).ok, false)
    assert.equal(readForeignRevocations([]).ok, false)
  })
})
