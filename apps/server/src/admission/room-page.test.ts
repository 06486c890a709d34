import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { renderRoomPage, waitInWords } from './room-page.ts'

const page = {
  language: 'fr',
  position: 12_345,
  waitSeconds: 125,
  pollAfterSeconds: 40,
  selfPath: '/attente/?door=ecps&return=%2Fpro%2F',
  doorPath: '/login/ecps?return=%2Fpro%2F',
  returnPath: '/pro/',
} as const

test('place and time are in the page itself, in words, French and English', () => {
  assert.match(renderRoomPage(page), /<dd id="position">12&#8239;345<\/dd>/)
  assert.match(renderRoomPage(page), /environ 3 min/)
  assert.match(renderRoomPage({ ...page, language: 'en' }), /12,345[\s\S]*about 3 min/)
})

test('the page leads to the status page in its own language', () => {
  assert.match(renderRoomPage(page), /href="\/etat\/"/)
  assert.match(renderRoomPage({ ...page, language: 'en' }), /href="\/etat\/en\/"/)
})

test('the page is ASCII, whatever its words are', () => {
  for (const language of ['fr', 'en'] as const) {
    const text = renderRoomPage({ ...page, language, returnPath: '/pro/é' })
    assert.match(text, /^[\n -~]+$/)
  }
})

test('a position or a wait that is not known is said to be unknown', () => {
  const text = renderRoomPage({ ...page, position: null, waitSeconds: null })
  assert.equal(text.match(/<dd [^>]*>en cours de calcul<\/dd>/g)?.length, 2)
})

test('nothing is inline that the policy refuses, and every value is escaped', () => {
  const text = renderRoomPage({ ...page, selfPath: '/attente/?a="><script>alert(1)</script>' })
  assert.doesNotMatch(text, /<script>|<style|\son\w+=|\sstyle=/)
})

test('a wait is rounded up: nobody minds waiting less than they were told', () => {
  assert.equal(waitInWords('fr', 59), 'moins d’une minute')
  assert.equal(waitInWords('fr', 61), 'environ 2 min')
})

test('the colours and sizes are those of the pages', () => {
  const tokensOf = (text: string): Map<string, string> =>
    new Map(
      [...text.matchAll(/^ *(--[a-z0-9-]+):([^;]+);/gm)].map(([, name = '', value = '']) => [
        name,
        value.replace(/\s+/g, ' ').trim(),
      ]),
    )
  const theme = tokensOf(
    readFileSync(join(import.meta.dirname, '../../../web/src/shared/theme/tokens.css'), 'utf8'),
  )
  const own = tokensOf(
    readFileSync(join(import.meta.dirname, '../platform/paper/paper.css'), 'utf8'),
  )
  assert.ok(own.size > 10)
  for (const [name, value] of own) assert.equal(value, theme.get(name), name)
})
