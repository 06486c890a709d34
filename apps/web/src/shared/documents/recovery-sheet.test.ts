import assert from 'node:assert/strict'
import { test } from 'node:test'
import { recoverySheet } from './recovery-sheet.ts'
import { sampleRecovery } from './testing.ts'
import type { MeasureText } from './text-layout.ts'

/** Every letter 0.6 of its size wide: wider than the real font on average. */
const measure: MeasureText = (text, _weight, size) => text.length * size * 0.6 * (25.4 / 72)

const { marks, title } = recoverySheet(sampleRecovery, measure)
const texts = marks.flatMap((mark) => (mark.kind === 'text' ? [mark] : []))

test('the page says what the regulation asks of a certificate of recovery, in both languages', () => {
  const said = texts.map(({ text }) => text).join('\n')
  for (const fact of [
    'Certificat de rétablissement',
    'Certificate of recovery',
    'Le Goff-Nguyễn',
    '12/03/1985',
    'COVID-19',
    '23/11/2026',
    '04/12/2026',
    '22/05/2027',
    'URN:UVCI:01:FR:R7V2BE46QSBJ#N',
    'https://sidep.example/verifier/',
  ]) {
    assert.ok(said.includes(fact), fact)
  }
  assert.equal(
    title,
    'Certificat de rétablissement · Certificate of recovery – Le Goff-Nguyễn Éloïse Thị Ưởng',
  )
})

test('its code is printed at 35 mm or more, and the outside of the folded card says nothing of an illness', () => {
  const codes = marks.flatMap((mark) => (mark.kind === 'code' ? [mark] : []))
  assert.deepEqual(
    codes.map(({ side, y }) => side >= 35 && y + side < 148.5),
    [true],
  )
  const outside = texts.filter(({ y }) => y < 148.5)
  assert.doesNotMatch(outside.map(({ text }) => text).join('\n'), /rétabl|recovery|positi|covid/i)
})

test('nothing runs off the page, however long the names are', () => {
  const long = 'Ramanantsoavina-Andriamihajamanirinarisoa '.repeat(2).trim()
  const person = { ...sampleRecovery.person, familyName: long, firstNames: long }
  const drawn = recoverySheet({ ...sampleRecovery, person }, measure).marks
  for (const mark of drawn) {
    if (mark.kind === 'text') assert.ok(mark.y < 292, mark.text)
  }
})
