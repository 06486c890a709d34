import assert from 'node:assert/strict'
import { test } from 'node:test'
import { a4, type Mark } from '../../shared/documents/sheet.ts'
import type { MeasureText } from '../../shared/documents/text-layout.ts'
import { numbersOf, slipSheets } from './slip-sheet.ts'
import { sampleSlips } from './testing.ts'

/** Every letter 0.55 of its size wide: about what the real font has. */
const measure: MeasureText = (text, _weight, size) => text.length * size * 0.55 * (25.4 / 72)

const codesOf = (marks: readonly Mark[]) => marks.filter((mark) => mark.kind === 'code')
const textsOf = (marks: readonly Mark[]): string =>
  marks.flatMap((mark) => (mark.kind === 'text' ? [mark.text] : [])).join('\n')

test('48 slips are twelve pages of four and a register of four pages with every number once', async () => {
  const print = await sampleSlips(48, 41)
  const sheets = slipSheets(print, measure)
  const slips = sheets.filter(({ marks }) => codesOf(marks).length > 0)
  assert.deepEqual(
    slips.map(({ marks }) => codesOf(marks).length),
    new Array(12).fill(8),
  )
  const registers = sheets.slice(12).map(({ marks }) => textsOf(marks))
  assert.equal(registers.length, 4)
  for (const { printed } of print.slips) {
    const short = printed.slice(printed.indexOf('-') + 1)
    assert.equal(registers.filter((text) => text.split('\n').includes(short)).length, 1, short)
  }
})

test('an odd slip has a page of its own, and no slip none', async () => {
  const print = await sampleSlips(5)
  assert.deepEqual(
    slipSheets(print, measure).map(({ marks }) => codesOf(marks).length),
    [8, 2, 0],
  )
  assert.throws(() => slipSheets({ ...print, slips: [] }, measure), RangeError)
})

test('what opens the result is below the fold and nowhere else, on the slip or in the register', async () => {
  const print = await sampleSlips(1)
  const [slip] = print.slips
  assert.ok(slip)
  const [page, register] = slipSheets(print, measure)
  assert.ok(register)
  const secret = slip.code.replaceAll('-', '')
  for (const { text } of textMarks([...page.marks, ...register.marks])) {
    if (text.replaceAll('-', '').includes(secret)) assert.ok(isBelowTheFold(page.marks, text), text)
  }
  assert.equal(textsOf(register.marks).includes(slip.code), false)
  const [check, persons] = codesOf(page.marks)
  assert.ok(check && persons && check.y + check.side < persons.y)
  assert.equal(slip.check.includes(secret), false)
  assert.ok(slip.address.endsWith(secret))
})

const textMarks = (marks: readonly Mark[]) => marks.filter((mark) => mark.kind === 'text')
/** The fold is the one dashed line across a slip that is not a cut. */
const isBelowTheFold = (marks: readonly Mark[], text: string): boolean => {
  const fold = marks.find((mark) => mark.kind === 'line' && mark.dash === 0.8)
  const said = textMarks(marks).find((mark) => mark.text === text)
  return fold?.kind === 'line' && said !== undefined && said.y > fold.from[1]
}

test('the code for whoever checks keeps 35 mm, both their quiet zone, and 5 mm from the edges and cuts', async () => {
  const [page] = slipSheets(await sampleSlips(4), measure)
  assert.equal(codesOf(page.marks).filter(({ side }) => side >= 35).length, 4)
  for (const { x, y, side, matrix } of codesOf(page.marks)) {
    const quiet = (side / matrix.size) * 4
    const [left, top] = [x % (a4.widthMillimetres / 2), y % (a4.heightMillimetres / 2)]
    assert.ok(left > quiet && left + side + quiet < a4.widthMillimetres / 2, `${left}`)
    assert.ok(top >= 5 && top > quiet, `${top}`)
    assert.ok(top + side + 5 <= a4.heightMillimetres / 2, `${top}`)
    for (const mark of page.marks) {
      if (mark.kind !== 'text') continue
      const isBeside = mark.x + measure(mark.text, mark.weight, mark.sizePoints) < x - quiet
      const isBelow = mark.y > y + side + quiet
      const isOther = mark.x > x + side || mark.y < y - quiet
      assert.ok(isBeside || isBelow || isOther, mark.text)
    }
  }
})

test('a slip says its number, site, end, address and instructions, in French and English', async () => {
  const print = await sampleSlips(1, 41)
  const text = textsOf(slipSheets(print, measure)[0].marks).replaceAll('\n', ' ')
  for (const said of [
    `N° ${print.slips[0]?.printed.replace('-', '- ')}`,
    'Pharmacie du Port de l’Océan, Brest',
    'Valable jusqu’au · until 24/02/2027',
    'https://depistage.sante.example/resultat/',
    'Nom de naissance',
    'First names',
    'Né(e) le',
    'Indéterminé',
    'Cachet et signature',
    'Comparez avec une pièce d’identité.',
    'vouched for, not the writing.',
    'pliez ici avant de montrer la fiche',
    print.slips[0]?.code ?? '',
  ]) {
    assert.ok(text.includes(said), said)
  }
})

test('numbers are written as a range, or as one', () => {
  assert.equal(numbersOf([{ number: 41 }, { number: 42 }]), '00041–00042')
  assert.equal(numbersOf([{ number: 7 }]), '00007')
  assert.equal(numbersOf([]), '')
})
