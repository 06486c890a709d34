import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { safeReturnPath } from './return-path.ts'

test('whatever is asked, a browser that follows stays on our pages', () => {
  const pieces = fc.array(
    fc.constantFrom(
      '/',
      '//',
      '\\',
      'pro',
      'pilotage',
      '.',
      '..',
      '@',
      ':',
      'https:',
      '%2f',
      '\t',
      '?',
      '#',
      'x',
    ),
    { maxLength: 8 },
  )
  fc.assert(
    fc.property(
      fc.oneof(
        pieces.map((list) => list.join('')),
        fc.webUrl(),
        fc.string(),
      ),
      (wanted) => {
        const url = new URL(safeReturnPath(wanted), 'https://portail.example')
        assert.equal(url.origin, 'https://portail.example')
        assert.match(url.pathname, /^\/(?:pro|pilotage)\//)
        assert.equal(url.search + url.hash, '')
      },
    ),
  )
})

test('what is not one text leads to /pro/', () => {
  for (const wanted of [undefined, null, 3, ['/pilotage/'], { href: '/pilotage/' }]) {
    assert.equal(safeReturnPath(wanted), '/pro/')
  }
})

test('a path of any shape and length is read in a time that grows with its length alone', () => {
  // The first held a process for 71 seconds while an expression read it.
  for (const wanted of [
    `/pro/${'a'.repeat(30)}!`,
    `/pro/${'a'.repeat(190)}!`,
    `/pro/${'a/'.repeat(90)}!`,
    `/pro/${'-'.repeat(1_000_000)}!`,
  ]) {
    const start = performance.now()
    assert.equal(safeReturnPath(wanted), '/pro/')
    assert.ok(performance.now() - start < 1_000)
  }
})

test('a page of ours is kept as it is, and nothing more than a page', () => {
  for (const page of ['/pro/', '/pro/rattrapage', '/pro/rattrapage/', '/pilotage/a/b-c_D9/']) {
    assert.equal(safeReturnPath(page), page)
  }
  for (const other of [
    '/',
    '/pro',
    '/pro//',
    '/pro/a//b',
    '/pro/../api',
    '/pro/a?b=c',
    '/pro/a#b',
    '/pro/%2e',
    '/pro/é',
    '/resultat/',
    '/proxy/',
  ]) {
    assert.equal(safeReturnPath(other), '/pro/')
  }
})
