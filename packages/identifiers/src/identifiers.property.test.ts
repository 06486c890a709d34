import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fastestOfThree } from '../test/fastest-of-three.ts'
import * as identifiers from './index.ts'

const at = new Date('2021-08-13T13:30:00Z')
const digits = (count: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: count, maxLength: count })

const parsers: Readonly<Record<string, (text: string) => { ok: boolean }>> = {
  parseRpps: identifiers.parseRpps,
  parseProfessionalId: identifiers.parseProfessionalId,
  parseFiness: identifiers.parseFiness,
  parseNir: identifiers.parseNir,
  parseUvci: identifiers.parseUvci,
  parseUuidV7: identifiers.parseUuidV7,
  parsePersonName: identifiers.parsePersonName,
  parseInsDataMatrix: identifiers.parseInsDataMatrix,
  parsePhone: identifiers.parsePhone,
  parseEmail: identifiers.parseEmail,
  parseBirthDate: (text) => identifiers.parseBirthDate(text, at),
}

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  // Shreds of what the parsers look for, in any order, reach deeper than random characters.
  fc
    .array(
      fc.constantFrom(
        'IS01',
        '0'.repeat(22),
        'S1',
        'S3',
        'S6',
        '\u001d',
        '<GS>',
        'URN:UVCI:01:FR:',
        '#',
        '+33',
        '06',
        '@',
        '.fr',
        'é',
        '\u0301',
        'Α',
        'υ',
        '😀',
        '2A',
        '8',
        '7',
      ),
      { maxLength: 60 },
    )
    .map((shreds) => shreds.join('')),
)

/** Milliseconds that this thread has had of the processor. */
const processorMilliseconds = (): number => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}

for (const [name, parse] of Object.entries(parsers)) {
  test(`${name} answers any text and never throws`, () => {
    fc.assert(fc.property(anyText, (text) => typeof parse(text).ok === 'boolean'))
  })
  test(`${name} answers hostile lengths within 100 ms`, () => {
    for (const shred of [
      'a',
      '1',
      'é\u0301',
      ' ',
      'a.',
      'a-',
      'S1',
      'a@',
      '\u0301',
      '<GS>',
      '^',
      'IS01',
    ]) {
      const text = shred.repeat(200_000)
      const milliseconds = fastestOfThree(() => {
        parse(text)
        parse(`IS01${text}`)
      }, processorMilliseconds)
      assert.ok(milliseconds < 100, `${name} on ${shred}…: ${milliseconds} ms`)
    }
  })
}

/** Every text that differs from `text` in one character, drawn from `alphabet`. */
const singleChanges = (text: string, alphabet: string): string[] =>
  [...text].flatMap((original, index) =>
    [...alphabet]
      .filter((character) => character !== original)
      .map((character) => text.slice(0, index) + character + text.slice(index + 1)),
  )

const complete = (body: string, parse: (text: string) => { ok: boolean }): string => {
  const whole = [...'0123456789'].map((digit) => body + digit).filter((text) => parse(text).ok)
  assert.equal(whole.length, 1, 'exactly one check digit fits')
  return whole[0] ?? ''
}

test('one check digit fits an RPPS, and any single changed digit is noticed', () => {
  fc.assert(
    fc.property(digits(10), (body) => {
      const rpps = complete(body, identifiers.parseRpps)
      return singleChanges(rpps, '0123456789').every((text) => !identifiers.parseRpps(text).ok)
    }),
  )
})

test('one check digit fits a FINESS, Corsican too, and any single changed digit is noticed', () => {
  const body = fc
    .tuple(fc.constantFrom('75', '2A', '2B', '97'), digits(6))
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(body, (eight) => {
      const finess = complete(eight, identifiers.parseFiness)
      return singleChanges(finess, '0123456789').every(
        // 2A and 21 count the same: a letter taken for its value makes another valid number.
        (text) =>
          !identifiers.parseFiness(text).ok || /^2[AB]/.test(finess) !== /^2[AB]/.test(text),
      )
    }),
  )
})

test('any single changed character of a social security number is noticed', () => {
  const body = fc
    .tuple(
      fc.constantFrom('1', '2'),
      digits(2),
      fc.constantFrom('01', '12', '20', '42', '50', '99'),
      fc.constantFrom('75', '2A', '2B', '13'),
      fc.integer({ min: 1, max: 999 }).map((commune) => String(commune).padStart(3, '0')),
      fc.integer({ min: 1, max: 999 }).map((order) => String(order).padStart(3, '0')),
    )
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(body, (number) => {
      const nir = number + identifiers.nirKey(number)
      assert.equal(identifiers.parseNir(nir).ok, true)
      // A key changed by 97 is the same number mod 97, but keys run from 01 to 97 alone.
      return singleChanges(nir, '0123456789AB').every((text) => !identifiers.parseNir(text).ok)
    }),
  )
})

test('a made UVCI reads back with a right check character, and any single change is noticed', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 64, maxLength: 64 }), (seed) => {
      let used = 0
      const bytes = (count: number): Uint8Array =>
        Uint8Array.from({ length: count }, () => (seed[used++ % 64] ?? 0) % 250)
      const text = identifiers.makeUvci('FR', bytes)
      const uvci = identifiers.parseUvci(text)
      assert.ok(uvci.ok && uvci.value.checkCharacter === 'right')
      for (const changed of singleChanges(text.slice(15), 'ABZ059')) {
        const read = identifiers.parseUvci(text.slice(0, 15) + changed)
        if (read.ok) assert.notEqual(read.value.checkCharacter, 'right', changed)
      }
    }),
    { numRuns: 50 },
  )
})

test('a made UUIDv7 reads back with its time', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2 ** 48 - 1 }),
      fc.uint8Array({ minLength: 10, maxLength: 10 }),
      (milliseconds, random) => {
        const uuid = identifiers.makeUuidV7(new Date(milliseconds), () => random)
        const read = identifiers.parseUuidV7(uuid)
        assert.ok(read.ok)
        assert.equal(identifiers.timeOfUuidV7(read.value).getTime(), milliseconds)
      },
    ),
  )
})

test('transliteration answers A–Z and fillers for any text, and at least a letter for any name', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const icao = identifiers.transliterateIcao(text)
      const twoddoc = identifiers.transliterate2dDoc(text)
      assert.match(icao, /^(?:[A-Z]+(?:<[A-Z]+)*)?$/)
      assert.ok(icao.length <= identifiers.icaoNameLengthMax)
      assert.match(twoddoc, /^(?:[A-Z]+(?: [A-Z]+)*)?$/)
    }),
  )
})

const nameLetters = fc.string({
  unit: fc.constantFrom(...'AéÇœßđøåüñğşıİễưʿ’\u0301 -.'),
  minLength: 1,
  maxLength: 40,
})
test('a name that is read reads again as itself and transliterates to letters', () => {
  fc.assert(
    fc.property(nameLetters, (text) => {
      const name = identifiers.parsePersonName(text)
      if (!name.ok) return
      assert.deepEqual(identifiers.parsePersonName(name.value), name)
      assert.match(identifiers.transliterateIcao(name.value), /^[A-Z]/)
      assert.match(identifiers.transliterate2dDoc(name.value), /^[A-Z]/)
    }),
  )
})

test('a name reads the same whether its letters are told apart one by one or with their marks', () => {
  const letters = fc.string({
    unit: fc.oneof(
      fc.constantFrom(...'AéÇœßđøåüñğşıİễưʿ’\u0301\u0323'),
      // Latin with its additions, and Cyrillic.
      fc.integer({ min: 0xc0, max: 0x24f }).map((code) => String.fromCharCode(code)),
      fc.integer({ min: 0x1e00, max: 0x1eff }).map((code) => String.fromCharCode(code)),
      fc.integer({ min: 0x400, max: 0x52f }).map((code) => String.fromCharCode(code)),
    ),
    maxLength: 20,
  })
  fc.assert(
    fc.property(letters, (text) => {
      // A Greek letter in the word, here a Beta, makes all of it be read with the marks.
      const whole = identifiers.transliterate2dDoc(`${text}Β`)
      const parted = identifiers.transliterate2dDoc(text)
      assert.equal(whole.replace(/ ?.$/, ''), parted)
    }),
  )
})
