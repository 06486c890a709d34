import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codeTextOf, typedCharactersMax } from './typed-text.ts'

test('line breaks of a mail are taken out; spaces of base45 stay', () => {
  assert.equal(codeTextOf('  HC1:6BF \r\nA B C \n'), 'HC1:6BF A B C ')
})

test('separators of a 2D-DOC are understood however they are written', () => {
  const text = 'DC04FR\u001dF1\u001eX\u001fSIG'
  assert.equal(codeTextOf(text), text)
  assert.equal(codeTextOf('DC04FR<GS>F1<RS>X<US>SIG '), text)
  assert.equal(codeTextOf('DC04FR␝F1␞X␟SIG\n'), text)
})

test('markers in another text are left as they are', () => {
  assert.equal(codeTextOf('HC1:<GS>'), 'HC1:<GS>')
})

test('a text of any length is cut to the bound', () => {
  assert.equal(codeTextOf('A'.repeat(1_000_000)).length, typedCharactersMax)
})
