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
