import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeBase45 } from '@sidep/encoding'
import { type KeyboardLayout, typedThrough } from '@sidep/identifiers'
import { isWholeCode } from './whole-code.ts'

const hcert = `HC1:${encodeBase45(Uint8Array.from({ length: 90 }, (_, index) => (index * 37) % 256))}`
const codes = [
  hcert,
  'DC04FR0300011E2D1E2DB201FRF0JEAN\u001dF1DUPONT\u001dF203041980F3MF4945584\u001dF5NF6231120261430',
  'https://portail.example/resultat/#ABCDEFGHIJKLMNOPQRSTUVWXYZ234567',
]

test('another code is told whole as it was sent and through each layout', () => {
  for (const sent of codes) {
    assert.equal(isWholeCode(sent), true, sent)
    for (const layout of ['french', 'caps-lock', 'french-caps-lock'] satisfies KeyboardLayout[])
      assert.equal(isWholeCode(typedThrough(sent, layout)), true, `${layout} ${sent}`)
  }
})

test('a part of one is not whole, and a name is none', () => {
  for (const text of ['HC1:', `${hcert}é`, 'DC04FR03', 'https://', 'Le Goff', ''])
    assert.equal(isWholeCode(text), false, text)
})
