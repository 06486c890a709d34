import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keepLink, keptLink } from './kept-link.ts'

const code = 'FS7PK6C2LJNFUWS2LJNFUWS2LJNFUWS2'
const start = Date.parse('2021-08-13T16:00:00Z')
const after = (minutes: number): Date => new Date(start + minutes * 60_000)

const storage = () => {
  const values = new Map<string, string>()
  return {
    values,
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => values.set(key, value),
    removeItem: (key: string) => values.delete(key),
  }
}

test('a reload finds the code for half an hour, and not a minute more', () => {
  const tab = storage()
  keepLink(tab, code, after(0))
  assert.equal(keptLink(tab, true, after(29)), code)
  assert.equal(keptLink(tab, true, after(31)), null)
  assert.equal(tab.values.size, 0)
})

test('whoever comes another way does not find it, nor does a reload after that', () => {
  const tab = storage()
  keepLink(tab, code, after(0))
  assert.equal(keptLink(tab, false, after(1)), null)
  assert.equal(keptLink(tab, true, after(1)), null)
})

test('closing forgets it; a clock set back does not make it last', () => {
  const tab = storage()
  keepLink(tab, code, after(0))
  keepLink(tab, null, after(1))
  assert.equal(tab.values.size, 0)
  keepLink(tab, code, after(0))
  assert.equal(keptLink(tab, true, after(-60)), null)
})

test('what is no code of ours is none', () => {
  const tab = storage()
  for (const value of [
    '',
    code,
    `${start} <b>`,
    `${start + 1000} ${'B'.repeat(32)}`,
    'x '.repeat(9),
  ]) {
    tab.values.set('sidep.link', value)
    assert.equal(keptLink(tab, true, after(0)), null, value)
  }
})
