import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type GatedList, gateFault } from './gate.ts'

const at = new Date('2021-10-15T12:00:00Z')
const list = (count: number, asOf = at, country = (_: number) => 'FR'): GatedList => ({
  asOf,
  entries: new Map(
    Array.from({ length: count }, (_, index) => [`entry ${index}`, country(index)] as const),
  ),
})
const held = list(100)

suite('the gate for lists of others', () => {
  test('lets a list pass that is as new and as long, and a first one', () => {
    assert.equal(gateFault(held, held, at), null)
    assert.equal(gateFault(held, list(110, new Date('2021-10-15T12:05:00Z')), at), null)
    assert.equal(gateFault(null, list(1), at), null)
  })

  test('keeps out what is empty, older, or not of today', () => {
    assert.equal(gateFault(null, list(0), at), 'LIST_EMPTY')
    assert.equal(gateFault(held, list(0), at, true), 'LIST_EMPTY')
    assert.equal(gateFault(held, list(100, new Date('2021-10-15T11:59:59Z')), at), 'LIST_OLDER')
    assert.equal(
      gateFault(held, list(100, new Date('2021-10-15T12:05:01Z')), at),
      'LIST_FROM_FUTURE',
    )
  })

  test('keeps out what has lost a fifth, however much is new on it', () => {
    assert.equal(gateFault(held, list(80), at), null)
    assert.equal(gateFault(held, list(79), at), 'LIST_SHRUNK')
    assert.equal(gateFault(held, list(50), at), 'LIST_SHRUNK')
    const others = Array.from({ length: 200 }, (_, index) => [`other ${index}`, 'FR'] as const)
    assert.equal(gateFault(held, { asOf: at, entries: new Map(others) }, at), 'LIST_SHRUNK')
    assert.equal(gateFault(held, list(50), at, true), null)
  })

  test('keeps out what has nothing any more of a country', () => {
    const before = list(100, at, (index) => (index === 99 ? 'MT' : 'FR'))
    assert.equal(gateFault(before, list(99), at), 'LIST_COUNTRY_LOST')
    assert.equal(gateFault(before, list(99), at, true), null)
  })
})
