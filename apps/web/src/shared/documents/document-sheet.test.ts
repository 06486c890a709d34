import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseLinkCode } from '../../person/link-code.ts'
import type { CertificateDocument } from './certificate-document.ts'
import { documentSheet } from './document-sheet.ts'
import type { Mark } from './sheet.ts'
import { sampleDocument, sampleProvisional } from './testing.ts'
import type { MeasureText } from './text-layout.ts'

/** Every letter 0.6 of its size wide: wider than the real font on average. */
const measure: MeasureText = (text, _weight, size) => text.length * size * 0.6 * (25.4 / 72)

const textsOf = (marks: readonly Mark[]) => marks.filter((mark) => mark.kind === 'text')
const codesOf = (marks: readonly Mark[]) => marks.filter((mark) => mark.kind === 'code')
const sheetOf = (changes: Partial<CertificateDocument>) =>
  documentSheet({ ...sampleDocument, ...changes }, measure)

test('the page carries every fact in French and English', () => {
  const said = textsOf(sheetOf({}).marks)
    .map(({ text }) => text)
    .join('\n')
  for (const fact of [
    'Négatif · Negative',
    'Le Goff-Nguyễn',
    'Éloïse Thị Ưởng',
    '12/03/1985',
    'COVID-19',
    'Test antigénique · Antigen test',
    'Panbio',
    '23 novembre 2026 à 07:36 (heure de Paris, UTC+1)',
    '23 November 2026 at 07:36 (Paris time, UTC+1)',
    'Pharmacie du Parvis',
    'URN:UVCI:01:FR:W7V2BE46QSBJ#L',
    'https://sidep.example/verifier/',
    // For whoever has no telephone: the address and the code of the link.
    'https://sidep.example/resultat/',
    'FS7P K6C2 LJNF UWS2 LJNF UWS2 LJNF UWS2',
  ]) {
    assert.ok(said.includes(fact), fact)
  }
})

test('the code of the link stands on the half that is folded inside, and is read as it is printed', () => {
  const marks = textsOf(sheetOf({}).marks).filter(({ text }) => /FS7P/.test(text))
  assert.deepEqual(
    marks.map(({ text, y }) => [parseLinkCode(text), y > 148.5]),
    [['FS7PK6C2LJNFUWS2LJNFUWS2LJNFUWS2', true]],
  )
  const { retrieval: _, ...certificate } = sampleDocument.certificate
  assert.ok(!textsOf(sheetOf({ certificate }).marks).some(({ text }) => /Retrouver/.test(text)))
})

test('somebody of one name, and of a birth date known in part, is on the page as far as is known', () => {
  const person = { familyName: 'Suharto', firstNames: '', birthDate: '1958-06' }
  const sheet = sheetOf({ person })
  const said = textsOf(sheet.marks).map(({ text }) => text)
  assert.ok(said.includes('06/1958'))
  assert.ok(!said.some((text) => text === '' || text.includes('First names')))
  assert.match(sheet.title, /Suharto$/)
})

test('both codes are printed at 35 mm or more, away from folds and edges', () => {
  const codes = codesOf(sheetOf({}).marks)
  assert.equal(codes.length, 2)
  for (const { x, y, side, matrix } of codes) {
    assert.ok(side >= 35)
    const quietZone = (side / matrix.size) * 4
    const column = x < 105 ? 0 : 105
    assert.ok(x - quietZone > column + 5 && x + side + quietZone < column + 100)
    assert.ok(y - quietZone > 5 && y + side + quietZone < 148.5)
  }
})

test('the outside of the folded card does not say the result, the test or the place', () => {
  const outside = textsOf(sheetOf({ result: 'positive' }).marks).filter(({ y }) => y < 148.5)
  const said = outside.map(({ text }) => text).join('\n')
  assert.doesNotMatch(said, /positi|négati|negati|antig|pharmacie|covid/i)
})

test('without an EU code the French one comes in front, with the reason in words', () => {
  const { marks } = sheetOf({ certificate: { ...sampleDocument.certificate, hcert: null } })
  assert.equal(codesOf(marks).length, 1)
  assert.match(
    textsOf(marks)
      .map(({ text }) => text)
      .join(' '),
    /Pas de code européen .* No EU code/,
  )
})

test('the longest names, device and site stay whole and on the page', () => {
  const long = (letter: string) => letter.repeat(80)
  const { marks } = sheetOf({
    person: { familyName: long('W'), firstNames: long('M'), birthDate: '1985-03-12' },
    device: `${long('D')} ${long('E')}`,
    siteName: long('S'),
  })
  const texts = textsOf(marks)
  for (const letter of ['W', 'M']) {
    const inside = texts.filter(({ text, y }) => y > 148.5 && text.startsWith(letter.repeat(3)))
    assert.equal(inside.map(({ text }) => text).join(''), long(letter))
  }
  for (const mark of texts) {
    assert.ok(mark.y < 292, `${mark.text} at ${mark.y}`)
    const column = mark.y < 148.5 ? (mark.x < 105 ? 105 : 210) : 210
    assert.ok(mark.x + measure(mark.text, mark.weight, mark.sizePoints) <= column - 11.9)
  }
})

test('a provisional certificate says so on each side in both languages, until when, and where the definitive one will be', () => {
  const { marks, title } = documentSheet(sampleProvisional, measure)
  const texts = textsOf(marks)
  const said = texts.map(({ text }) => text).join('\n')
  assert.match(title, /PROVISOIRE · PROVISIONAL/)
  const outside = texts.filter(({ y }) => y < 148.5).map(({ text }) => text)
  assert.ok(outside.includes('PROVISOIRE') && outside.includes('PROVISIONAL'))
  assert.match(said, /Certificat de test PROVISOIRE/)
  assert.match(said, /Test certificate PROVISIONAL/)
  assert.match(said, /26 novembre 2026 à 07:40/)
  const address = texts.map(({ text }) => text).join('')
  assert.ok(address.includes(sampleProvisional.provisional?.address ?? '?'))
  assert.doesNotMatch(outside.join(' '), /positi|négati|negati|antig|pharmacie|covid/i)
})

test('its code is printed at 40 mm or more, and everything stays on the page, however long the names are', () => {
  const long = (letter: string) => letter.repeat(80)
  for (const person of [
    sampleProvisional.person,
    { familyName: long('W'), firstNames: long('M'), birthDate: '1985-03-12' },
  ]) {
    const { marks } = documentSheet({ ...sampleProvisional, person }, measure)
    const [code, address] = codesOf(marks)
    assert.ok(code && code.side >= 40 && code.side / code.matrix.size >= 0.35)
    assert.ok(address && address.side >= 35)
    for (const mark of textsOf(marks)) {
      assert.ok(mark.y < 292, `${mark.text} at ${mark.y}`)
      const column = mark.y < 148.5 ? (mark.x < 105 ? 105 : 210) : 210
      assert.ok(mark.x + measure(mark.text, mark.weight, mark.sizePoints) <= column - 11.9)
    }
    const front = textsOf(marks).filter(({ x, y }) => x < 105 && y < 148.5)
    for (const { text, y } of front) assert.ok(y < 146, `${text} at ${y} is on the fold`)
    const back = textsOf(marks).filter(({ x, y }) => x > 105 && y < 148.5)
    for (const { text, y } of back) assert.ok(y < 146, `${text} at ${y} is on the fold`)
  }
})
