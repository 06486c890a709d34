import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseInsDataMatrix } from './ins-datamatrix.ts'
import {
  type KeyboardLayout,
  restoreLayout,
  scanReadings,
  sentThrough,
  typedThrough,
} from './keyboard-layout.ts'

const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(0x20 + index))
const layouts: readonly KeyboardLayout[] = ['french', 'caps-lock', 'french-caps-lock']

/**
 * What no reader can have back: `~` types nothing on the French layout (on the locked one, what is typed by its key
 * unshifted does), and a space after a dead key is what writes the dead key alone.
 */
const isLost = (text: string, layout: KeyboardLayout): boolean =>
  layout !== 'caps-lock' && (/[`~]/.test(text) || /[[{] /.test(text))

test('every printable character goes through each layout and comes back', () => {
  for (const layout of layouts)
    for (const character of printable)
      if (!isLost(character, layout))
        assert.equal(sentThrough(typedThrough(character, layout), layout), character, layout)
})

test('every text of printable characters and separators comes back, shifted and by dead keys too', () => {
  const unit = fc.constantFrom(...printable, '\u001d', '\u001f')
  for (const layout of layouts)
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 120 }), (text) => {
        fc.pre(!isLost(text, layout))
        assert.equal(sentThrough(typedThrough(text, layout), layout), text)
        assert.ok(scanReadings(typedThrough(text, layout)).some((one) => one.text === text))
      }),
      { numRuns: 500 },
    )
})

test('two characters next to each other come back, whichever they are: dead keys before each', () => {
  for (const layout of layouts)
    for (const first of printable)
      for (const second of printable)
        if (!isLost(first + second, layout))
          assert.equal(
            sentThrough(typedThrough(first + second, layout), layout),
            first + second,
            layout,
          )
})

test('any text has readings, and nothing is thrown', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      assert.equal(scanReadings(text)[0]?.text, text)
      assert.equal(
        restoreLayout(text, () => false),
        null,
      )
    }),
  )
})

const ins = `IS01${'0'.repeat(22)}S1269054958815780S21.2.250.1.213.1.4.10S3CORINNE ANNE\u001dS4LE GOFF\u001dS5FS614-05-1969S763220`
const isIns = (text: string): boolean => parseInsDataMatrix(text).ok

test('an INS DataMatrix typed through each layout is restored, and says through which', () => {
  assert.deepEqual(restoreLayout(ins, isIns), { text: ins, layout: null })
  for (const layout of layouts)
    assert.deepEqual(restoreLayout(typedThrough(ins, layout), isIns), { text: ins, layout })
})

test('one wrong character in it: nothing is guessed', () => {
  const wrong = ins.replace('269054958815780', '269054958815781')
  for (const layout of layouts)
    assert.equal(restoreLayout(typedThrough(wrong, layout), isIns), null)
})

const cases = join(import.meta.dirname, '../../../../shared/cases/portal')
test('what scanners were seen to type is restored', {
  skip: existsSync(cases) ? false : 'the folder ../shared/cases is not there',
}, () => {
  const read = (name: string): string => readFileSync(join(cases, name), 'utf8').trim()
  const good = read('ins-good.txt')
  for (const [name, layout] of [
    ['ins-as-azerty.txt', 'french'],
    ['ins-as-caps-lock.txt', 'caps-lock'],
  ] as const)
    assert.deepEqual(restoreLayout(read(name), isIns), { text: good, layout })
})
