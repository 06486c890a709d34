import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cleanScannedText, restoreScannedText } from './scanned-text.ts'

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

test('line ends, blanks around and characters without a shape are taken off, wherever a symbology stands', () => {
  const around = [
    '\n',
    '\r\n',
    '\t',
    ' ',
    '\u00a0',
    '\u3000',
    '\u2003',
    '\ufeff',
    '\u200b',
    '\0',
    '\u2028',
  ]
  for (const blank of around) {
    for (const text of [
      `${blank}HC1:6 B`,
      `HC1:6 B${blank}`,
      `${blank}]Q1${blank}HC1:6 B${blank}${blank}`,
    ]) {
      assert.equal(cleanScannedText(text), 'HC1:6 B', JSON.stringify(text))
    }
  }
  assert.equal(cleanScannedText('HC1:6\u00a0B\u202fC\u3000D'), 'HC1:6 B C D')
  assert.equal(cleanScannedText('HC1:\r\n6B\nCD\u2028EF\u200b'), 'HC1:6BCDEF')
  assert.equal(cleanScannedText(`\u001d${truth}\u001f`), `\u001d${truth}\u001f`)
})

test('quotes on both sides are taken off, one alone stays: a French keyboard writes figures so', () => {
  for (const text of ['"HC1:6 B"', "'HC1:6 B'", '« HC1:6 B »', '“HC1:6 B”\r\n', '‘ HC1:6 B’'])
    assert.equal(cleanScannedText(text), 'HC1:6 B', text)
  for (const text of ["HC1:6 B'", '"HC1:6 B']) assert.equal(cleanScannedText(text), text)
})

test('a certificate out of an address is as it was before', () => {
  const text = 'HC1:6B 9%$*+-./:25%3A'
  assert.equal(cleanScannedText(encodeURIComponent(text)), text)
  assert.equal(cleanScannedText(text), text)
})

test('hostile lengths are cleaned at once', () => {
  for (const text of [' ', '\n', '\u00a0', '%1D', '<GS', '\\u{0', '&#0', 'A ']) {
    const startedAt = performance.now()
    restoreScannedText(text.repeat(100_000))
    assert.ok(performance.now() - startedAt < 2000, JSON.stringify(text))
  }
})
