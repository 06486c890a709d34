import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeBase32, encodeBase45, storeInZlib } from '@sidep/encoding'
import { trimmed } from '@sidep/hcert'
import fc from 'fast-check'
import { issueBooklet, readBooklet } from './booklet.ts'
import { shortName } from './claims.ts'
import { authorityBytesMax, provisionalCharactersMax, siteNameBytesMax } from './limits.ts'
import { readProvisional } from './read-provisional.ts'
import { issueSlip, readSlip, verifySlip } from './slip.ts'
import { makeSlipSerial, parseSlipSerial, slipNumberMax } from './slip-serial.ts'
import {
  after,
  bookletWith,
  continuityKeys,
  finess,
  grant,
  hours,
  minutes,
  outage,
  provisionalText,
  readable,
  signerKeyId,
  signerKeys,
  signWith,
  valueIn,
} from './testing.ts'
import { verifyProvisional } from './verify-provisional.ts'
import { noSlipCancelled, nothingWithdrawn } from './withdrawn.ts'

const seed = Number(process.env.FUZZ_SEED ?? crypto.getRandomValues(new Int32Array(1))[0])
const runs = (numRuns: number) => ({ seed, numRuns })
test.before(() => console.log(`# replay with FUZZ_SEED=${seed}`))

const at = after(outage, hours(1))
const isAccepted = async (text: string): Promise<boolean> => {
  const read = readProvisional(text)
  if (!read.ok) return false
  return (await verifyProvisional(read, continuityKeys, at, nothingWithdrawn)).ok
}

// Names with a Latin letter, as those of `parsePersonName` all transliterate to something and have no blanks around.
const name = (maxLength: number) =>
  fc
    .string({ unit: fc.constantFrom(...'abcdeéèïôüßÆœçŁñABCDEÉ -’'), minLength: 1, maxLength })
    .filter((text) => /[a-zA-Z]/.test(text) && text.trim() === text)
const anyName = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 80 })
  .filter((text) => /[a-z]/i.test(text))
const shortText = (bytesMax: number) =>
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 80 })
    .map((text) => shortName(`A${text}`, bytesMax))
    .filter((text) => text !== '')

const booklets = fc
  .record({
    siteName: shortText(siteNameBytesMax),
    authority: shortText(authorityBytesMax),
    siteId: fc.constantFrom(finess('750712184'), finess('2B0000020'), finess('2A0000014')),
    maximum: fc.constantFrom(1, 50, 2000),
    testTypes: fc.constantFrom(
      ['LP217198-3'],
      ['LP217198-3', 'LP6464-4', 'LP99999-9', 'LP99998-8'],
    ),
  })
  .map((changes) => ({ ...grant, ...changes }))

const people = (names: fc.Arbitrary<string>) =>
  fc.record({ familyName: names, firstNames: names, birthDate: fc.constant('1983-03-12') })

test('whatever the names, the code has at most 1,100 characters, is read back and verifies', async () => {
  await fc.assert(
    fc.asyncProperty(
      booklets,
      people(fc.oneof(anyName, name(80))),
      fc.constantFrom('negative' as const, 'positive' as const),
      async (changes, person, result) => {
        const booklet = await bookletWith(changes)
        const test = {
          disease: '840539006',
          testType: 'LP217198-3',
          device: '1604',
          sampledAt: after(outage, minutes(20)),
          result,
        }
        const text = await provisionalText({ booklet, person, test, number: changes.maximum })
        assert.ok(text.length <= provisionalCharactersMax, `${text.length} characters`)
        assert.match(text, /^FC1:[0-9A-Z $%*+./:-]+$/)
        const { dcc, number } = readable(text)
        assert.equal(number, changes.maximum)
        assert.equal(dcc.dateOfBirth, person.birthDate)
        assert.equal(dcc.entry.centre, trimmed(changes.siteName))
        assert.equal(await isAccepted(text), true)
      },
    ),
    runs(150),
  )
})

test('names of up to 45 characters each are in the code as written, in the largest booklet', async () => {
  const siteName = 'Pharmacie de la Croix-Rousse et du Parc'
  const authority = 'Ministère des Solidarités et de la Santé'
  const booklet = await bookletWith({ siteName, authority, maximum: 2000 })
  await fc.assert(
    fc.asyncProperty(people(name(45)), async (person) => {
      const accents = [...`${person.familyName}${person.firstNames}`].filter((c) => c > '~').length
      fc.pre(accents <= 20)
      const { dcc } = readable(await provisionalText({ booklet, person }))
      assert.equal(dcc.name.fn, person.familyName)
      assert.equal(dcc.name.gn, person.firstNames)
    }),
    runs(100),
  )
})

const alphabet = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:aé\n\u{1f600}']
const replaced = (text: string, position: number, character: string): string =>
  text.slice(0, position) + character + text.slice(position + 1)

test('a single changed character of a provisional certificate never verifies', async () => {
  const texts = await Promise.all([provisionalText(), provisionalText({ number: 1 })])
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...texts),
      fc.nat(),
      fc.constantFrom(...alphabet),
      async (text, at, character) => {
        const position = at % text.length
        fc.pre(text[position] !== character)
        assert.equal(await isAccepted(replaced(text, position, character)), false)
      },
    ),
    runs(3000),
  )
})

test('characters lost, doubled or swapped never verify', async () => {
  const text = await provisionalText()
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
      assert.equal(await isAccepted(damaged), false)
    }),
    runs(500),
  )
})

const random = (count: number) => crypto.getRandomValues(new Uint8Array(count))
const slipText = (siteName: string, number: number) =>
  issueSlip(
    {
      serial: makeSlipSerial(grant.siteId, number, random),
      siteName,
      issuedAt: outage,
      expiresAt: after(outage, hours(24 * 30)),
    },
    signerKeyId,
    signWith(signerKeys),
    'https://sidep.example',
  )
const isGoodSlip = async (text: string): Promise<boolean> => {
  const read = readSlip(text)
  return read.ok && (await verifySlip(read.slip, continuityKeys, at, noSlipCancelled)).ok
}

test('every slip is read back and verifies; a changed character of its signed part never does', async () => {
  await fc.assert(
    fc.asyncProperty(
      shortText(siteNameBytesMax),
      fc.integer({ min: 1, max: slipNumberMax }),
      fc.nat(),
      fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567018 #é'),
      async (siteName, number, at, character) => {
        const text = await slipText(siteName, number)
        const read = readSlip(text)
        assert.ok(read.ok)
        assert.equal(read.slip.siteName, siteName)
        assert.equal(read.slip.serial.number, number)
        assert.equal(await isGoodSlip(text), true)
        const start = text.indexOf('#')
        const position = start + (at % (text.length - start))
        fc.pre(text[position] !== character)
        assert.equal(await isGoodSlip(replaced(text, position, character)), false)
      },
    ),
    runs(300),
  )
})

test('every booklet is read back as it was granted', async () => {
  await fc.assert(
    fc.asyncProperty(booklets, async (changes) => {
      const bytes = await issueBooklet(changes, signerKeyId, signWith(signerKeys))
      const { keyId: _keyId, cose: _cose, ...read } = valueIn(readBooklet(bytes))
      assert.deepEqual(read, changes)
    }),
    runs(100),
  )
})

test('no reader throws on any bytes or text, and each refuses with a code', async () => {
  const booklet = await issueBooklet(grant, signerKeyId, signWith(signerKeys))
  /** Any bytes, and good ones with some changed: those get further. */
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc
      .array(fc.tuple(fc.nat(booklet.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
      .map((changes) => changes.reduce((all, [at, byte]) => all.with(at, byte), booklet)),
  )
  fc.assert(
    fc.property(bytes, (given) => {
      const read = readBooklet(given)
      assert.ok(read.ok || /^[A-Z0-9_]+$/.test(read.code))
      const owned = new Uint8Array(given)
      const provisional = readProvisional(`FC1:${encodeBase45(storeInZlib(owned))}`)
      assert.ok(!provisional.ok && /^[A-Z0-9_]+$/.test(provisional.code))
      const slip = readSlip(`https://a.b/resultat/#F${encodeBase32(owned)}`)
      assert.ok(!slip.ok && /^[A-Z0-9_]+$/.test(slip.code))
    }),
    runs(2000),
  )
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 1500 }), (text) => {
      for (const prefix of ['', 'FC1:', 'https://a.b/resultat/#F']) {
        assert.equal(readProvisional(prefix + text).ok, false)
        assert.equal(readSlip(prefix + text).ok, false)
        const serial = parseSlipSerial(prefix + text)
        assert.ok(serial.ok || serial.code.startsWith('SERIAL_'))
      }
    }),
    runs(1000),
  )
})
