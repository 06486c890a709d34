import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { IndexedPart, TrustIndex } from '@sidep/trust'
import { ageWords } from './age-words.ts'
import { freshnessOf, isUsable } from './freshness.ts'

const issuedAt = new Date('2021-08-13T12:00:00Z')
const later = (minutes: number) => new Date(issuedAt.getTime() + minutes * 60_000)

const part = (name: string, warnHours: number, refuseHours: number | null): IndexedPart => ({
  name,
  sha256: '00'.repeat(32),
  bytes: 1,
  asOf: issuedAt.toISOString(),
  warnAfterSeconds: warnHours * 3_600,
  refuseAfterSeconds: refuseHours === null ? null : refuseHours * 3_600,
})
const index: TrustIndex = {
  version: 1,
  number: 7,
  issuedAt: issuedAt.toISOString(),
  expiresAt: later(60 * 24 * 60).toISOString(),
  parts: [part('keys/FR', 72, null), part('revocations/own', 6, 72)],
}

test('keys and revocations age apart: each is warned of at its own time, and only revocations become unsafe', () => {
  const warned = (hours: number) => freshnessOf(index, later(hours * 60), null).warnings
  assert.deepEqual(warned(5), [])
  assert.deepEqual(warned(7), ['REVOCATIONS_OLD'])
  assert.deepEqual(warned(73), ['REVOCATIONS_UNSAFE', 'KEYS_OLD'])
  assert.equal(isUsable(index, later(73 * 60)), true)
  assert.equal(isUsable(index, later(60 * 24 * 60)), false)
  assert.equal(isUsable(index, later(-6)), false)
})

test('a device whose clock is off, against the server or the index, is told so', () => {
  const isWrong = (now: Date, difference: number | null) =>
    freshnessOf(index, now, difference).isClockWrong
  assert.equal(isWrong(later(1), null), false)
  assert.equal(isWrong(later(1), -9 * 60_000), false)
  assert.equal(isWrong(later(1), 11 * 60_000), true)
  assert.equal(isWrong(later(-11), null), true)
})

test('an age is said in minutes, then hours, then days', () => {
  assert.match(ageWords(30, 'fr'), /^1\smin$/)
  assert.match(ageWords(59 * 60, 'fr'), /^59\smin$/)
  assert.match(ageWords(47 * 3_600, 'fr'), /^47\sh$/)
  assert.match(ageWords(50 * 3_600, 'fr'), /^2\sj$/)
  assert.match(ageWords(50 * 3_600, 'en'), /^2 days$/)
})
