import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseLinkCode, takeLinkCode } from './link-code.ts'

const code = 'FS5G2X3Y4Z5A6B7C2D3E4F5G6H7I2J3K'

test('a code is found in a fragment, in a whole link, and typed with spaces in lower case', () => {
  assert.equal(parseLinkCode(`#${code}`), code)
  assert.equal(parseLinkCode(`https://sidep.example/resultat/?lang=en#${code}`), code)
  assert.equal(parseLinkCode(` ${code.toLowerCase().replace(/(.{4})/g, '$1 ')}`), code)
})

test('what cannot be a code is none', () => {
  for (const text of ['', '#', '#abc', `#${'A'.repeat(81)}`, '#content<script>', '#é'.repeat(20)]) {
    assert.equal(parseLinkCode(text), null, text)
  }
})

test('taking the code leaves an address without it, and the language', () => {
  const replaced: unknown[] = []
  const taken = takeLinkCode({
    location: { hash: `#${code}`, pathname: '/resultat/', search: '?lang=en' },
    history: { replaceState: (...call) => replaced.push(call) },
  })
  assert.equal(taken, code)
  assert.deepEqual(replaced, [[null, '', '/resultat/?lang=en']])
})
