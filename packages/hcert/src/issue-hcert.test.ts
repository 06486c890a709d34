import assert from 'node:assert/strict'
import { createPublicKey, KeyObject, verify } from 'node:crypto'
import { test } from 'node:test'
import { inflateSync } from 'node:zlib'
import { coseToBeSigned, decodeBase45 } from '@sidep/encoding'
import { issueHcert } from './issue-hcert.ts'
import { parseDcc } from './parse-dcc.ts'
import { readHcert } from './read-hcert.ts'
import { keyIdOf, verifyCose } from './signature.ts'
import { testDcc, testResultCode } from './test-dcc.ts'
import { issued, issueOptions, keyPair, readable, testInput, valueIn } from './testing.ts'

test('an issued certificate holds its claims, key id and payload, and verifies', async () => {
  const read = readable(await issued())
  assert.equal(read.claims.iss, 'FR')
  assert.equal(read.claims.iat, 1_628_869_931)
  assert.equal(read.claims.exp, 1_629_129_132)
  assert.deepEqual(keyIdOf(read.cose), issueOptions.keyId)
  assert.equal(read.cose.unprotectedHeader.size, 0)
  assert.deepEqual(valueIn(parseDcc(read.payload)).canonical, testDcc(testInput))
  assert.equal(await verifyCose(read.cose, keyPair.publicKey, 'ES256'), true)
})

test('somebody of one name has no gn and gnt; a birth date is as much as is known', () => {
  for (const birthDate of ['1958', '1958-06', '1958-06-03']) {
    const person = { familyName: 'Suharto', firstNames: '', birthDate }
    const dcc = testDcc({ ...testInput, person })
    assert.deepEqual(dcc.nam, { fn: 'Suharto', fnt: 'SUHARTO' })
    assert.equal(dcc.dob, birthDate)
    assert.equal(valueIn(parseDcc(dcc)).dateOfBirth, birthDate)
  }
})

test('its signature verifies with another implementation', async () => {
  const { cose } = readable(await issued())
  const key = createPublicKey(
    KeyObject.from(keyPair.publicKey).export({ format: 'pem', type: 'spki' }),
  )
  assert.ok(
    verify('sha256', coseToBeSigned(cose), { key, dsaEncoding: 'ieee-p1363' }, cose.signature),
  )
})

test('its bytes are a zlib stream holding a COSE_Sign1 with tag 18', async () => {
  const compressed = valueIn(decodeBase45((await issued()).slice(4)))
  assert.equal(inflateSync(compressed)[0], 0xd2)
})

test('the text suits the alphanumeric mode of a QR code, version 20 at correction M at most', async () => {
  const text = await issued()
  assert.match(text, /^HC1:[0-9A-Z $%*+\-./:]+$/)
  assert.ok(text.length <= 970, `${text.length} characters`) // ISO/IEC 18004, table 7: 20-M
})

test('any single changed character of an issued text never verifies', async () => {
  const text = await issued()
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'
  let tried = 0
  for (let position = 0; position < text.length; position++) {
    for (const character of alphabet) {
      if (character === text[position]) continue
      const changed = text.slice(0, position) + character + text.slice(position + 1)
      assert.equal(await isGenuine(changed), false, `position ${position}: ${character} in ${text}`)
      tried++
    }
  }
  assert.equal(tried, text.length * (alphabet.length - 1))
})

const isGenuine = async (text: string): Promise<boolean> => {
  const read = readHcert(text)
  return read.ok && (await verifyCose(read.cose, keyPair.publicKey, 'ES256'))
}

test('wrong lengths and reversed times are refused', async () => {
  const dcc = testDcc(testInput)
  await assert.rejects(issueHcert(dcc, { ...issueOptions, keyId: new Uint8Array(7) }), RangeError)
  const { issuedAt } = issueOptions
  await assert.rejects(issueHcert(dcc, { ...issueOptions, expiresAt: issuedAt }), RangeError)
  const sign = async () => new Uint8Array(71)
  await assert.rejects(issueHcert(dcc, { ...issueOptions, sign }), RangeError)
})

test('a failing signer is not hidden', async () => {
  const sign = () => Promise.reject(new Error('the key is away'))
  await assert.rejects(issueHcert(testDcc(testInput), { ...issueOptions, sign }), /the key is away/)
})

test('the certificate of a nucleic acid test has its name and no device', () => {
  const { device: _, ...test } = testInput.test
  const dcc = testDcc({
    ...testInput,
    test: { ...test, testType: 'LP6464-4', testName: 'RT-PCR', result: 'positive' },
  })
  const { entry } = valueIn(parseDcc(dcc))
  assert.ok(entry.kind === 'test')
  assert.equal(entry.device, undefined)
  assert.equal(entry.testName, 'RT-PCR')
  assert.equal(entry.result, testResultCode.positive)
})

test('long names and places are cut to what the schema allows', () => {
  const person = {
    ...testInput.person,
    familyName: 'É'.repeat(200),
    firstNames: '\u{1d504}'.repeat(90),
  }
  const test = { ...testInput.test, centre: 'Pharmacie '.repeat(20) }
  const dcc = valueIn(parseDcc(testDcc({ ...testInput, person, test })))
  assert.equal(dcc.name.fn, 'É'.repeat(80))
  assert.equal([...(dcc.name.gn ?? '')].length, 80)
})
