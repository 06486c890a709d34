import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseDcc } from './parse-dcc.ts'
import { readHcert, readHcertMessage } from './read-hcert.ts'
import { verifyCose } from './signature.ts'
import { testDcc } from './test-dcc.ts'
import { issued, keyPair, readable, testInput, valueIn } from './testing.ts'

const seed = Number(process.env.FUZZ_SEED ?? crypto.getRandomValues(new Int32Array(1))[0])
const runs = (numRuns: number) => ({ seed, numRuns })
test.before(() => console.log(`# replay with FUZZ_SEED=${seed}`))

const written = fc
  .string({ unit: 'grapheme', maxLength: 80 })
  .filter((name) => /[a-z]/i.test(name) && !name.startsWith('\ufeff'))
const inputs = fc
  .record({
    familyName: written,
    firstNames: written,
    centre: fc
      .string({ unit: 'grapheme', maxLength: 120 })
      .filter((text) => !text.startsWith('\ufeff')),
    sampledAt: fc.date({
      min: new Date('2020-01-01'),
      max: new Date('2099-12-31'),
      noInvalidDate: true,
    }),
    result: fc.constantFrom('negative' as const, 'positive' as const),
  })
  .map(({ familyName, firstNames, centre, sampledAt, result }) => ({
    ...testInput,
    person: { ...testInput.person, familyName, firstNames },
    test: { ...testInput.test, centre, sampledAt, result },
  }))

test('every test issued is read back as it was, and verifies', async () => {
  await fc.assert(
    fc.asyncProperty(inputs, async (input) => {
      const dcc = testDcc(input)
      const read = readable(await issued(dcc))
      assert.deepEqual(valueIn(parseDcc(read.payload)).canonical, dcc)
      assert.equal(await verifyCose(read.cose, keyPair.publicKey, 'ES256'), true)
    }),
    runs(200),
  )
})

test('a changed character of any issued text never verifies', async () => {
  const alphabet = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:aé\n\u{1f600}']
  await fc.assert(
    fc.asyncProperty(
      inputs,
      fc.nat(),
      fc.constantFrom(...alphabet),
      async (input, at, character) => {
        const text = await issued(testDcc(input))
        const position = at % text.length
        fc.pre(text[position] !== character)
        const read = readHcert(text.slice(0, position) + character + text.slice(position + 1))
        assert.equal(read.ok && (await verifyCose(read.cose, keyPair.publicKey, 'ES256')), false)
      },
    ),
    runs(500),
  )
})

test('characters lost, doubled or swapped never verify', async () => {
  const text = await issued()
  const position = fc.nat(text.length - 2)
  const damages = fc.oneof(
    position.map((at) => text.slice(0, at) + text.slice(at + 1)),
    position.map((at) => text.slice(0, at) + text.slice(at, at + 1) + text.slice(at)),
    position.map((at) => text.slice(0, at)),
    position
      .filter((at) => text[at] !== text[at + 1])
      .map((at) => text.slice(0, at) + text[at + 1] + text[at] + text.slice(at + 2)),
  )
  await fc.assert(
    fc.asyncProperty(damages, async (damaged) => {
      const read = readHcert(damaged)
      assert.equal(read.ok && (await verifyCose(read.cose, keyPair.publicKey, 'ES256')), false)
    }),
    runs(1000),
  )
})

test('any text and any bytes are read or refused with step and code, and never throw', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .string({ unit: fc.constantFrom(...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:') })
      .map((text) => `HC1:${text}`),
  )
  const reads = fc.oneof(
    texts.map(readHcert),
    fc.uint8Array({ maxLength: 200 }).map(readHcertMessage),
  )
  fc.assert(
    fc.property(reads, (read) => {
      if (!read.ok)
        assert.match(`${read.step} ${read.code}`, /^(prefix|base45|zlib|cbor|cose|cwt) [A-Z0-9_]+$/)
    }),
    runs(5000),
  )
})

const anything = fc.anything({
  withMap: true,
  withBigInt: true,
  withDate: true,
  withNullPrototype: true,
  withTypedArray: true,
})

test('any payload is a certificate or refused with a code, and never throws', () => {
  const dcc = testDcc(testInput)
  const payloads = fc.oneof(
    anything,
    fc.record({
      ver: fc.oneof(fc.constant(dcc.ver), anything),
      nam: fc.oneof(fc.constant(dcc.nam), anything),
      dob: fc.oneof(fc.constant(dcc.dob), anything),
      t: fc.oneof(fc.constant(dcc.t), fc.array(anything)),
    }),
  )
  fc.assert(
    fc.property(payloads, (payload) => {
      const layer = parseDcc(payload)
      if (!layer.ok) assert.match(layer.code, /^SCHEMA_[A-Z_]+$/)
    }),
    runs(5000),
  )
})
