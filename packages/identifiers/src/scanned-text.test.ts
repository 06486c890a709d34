import assert from 'node:assert/strict'
import { test } from 'node:test'
import { restoreScannedText } from './scanned-text.ts'

const truth = 'A\u001dB\u001eC\u001fD'

test('separators spelt out in any of their ways are put back', () => {
  for (const text of [
    'A<GS>B<RS>C<US>D',
    'A{GS}B{RS}C{US}D',
    'A^]B^^C^_D',
    'A\u241dB\u241eC\u241fD',
  ]) {
    assert.equal(restoreScannedText(text), truth)
  }
})

test('the identifier of the symbology before and the line end after are left out', () => {
  assert.equal(restoreScannedText(`]d1${truth}\r\n`), truth)
  assert.equal(restoreScannedText(`  ${truth}\t`), truth)
})

test('a text with a true separator keeps everything else as it is', () => {
  assert.equal(restoreScannedText('A\u001d<GS>^]'), 'A\u001d<GS>^]')
})

test('separators at the ends stay', () => {
  assert.equal(restoreScannedText('\u001dA\u001f'), '\u001dA\u001f')
})
