import assert from 'node:assert/strict'
import { test } from 'node:test'
import { publicKey, screening, sign, testHeader, testMessage } from '../test/signing.ts'
import { issue2dDocB2 } from './issue.ts'
import { read2dDoc } from './read.ts'
import { verify2dDocSignature } from './verify.ts'

const issued = async (changes: Partial<(typeof screening)['person']>): Promise<string> =>
  issue2dDocB2({ ...screening, person: { ...screening.person, ...changes } }, sign)

test('a test is written as the specification has it, and verifies', async () => {
  const text = await issue2dDocB2(screening, sign)
  assert.equal(text.split('\u001f')[0], testHeader + testMessage)
  assert.match(text.split('\u001f')[1] ?? '', /^[A-Z2-7]{103}$/)
  const read = read2dDoc(text)
  assert.ok(read.ok)
  assert.equal(await verify2dDocSignature(read, publicKey), true)
})

test('a code of the analysis is written with or without its hyphen', async () => {
  const text = await issue2dDocB2({ ...screening, loinc: '945584' }, sign)
  assert.equal(text.split('\u001f')[0], testHeader + testMessage)
})

test('a name that is too long is cut at its maximum and marked', async () => {
  const text = await issued({ familyName: 'A'.repeat(39), firstNames: 'Anne '.repeat(13) })
  assert.ok(text.includes(`F1${'A'.repeat(38)}\u001e`))
  assert.ok(text.includes(`F0${'ANNE/'.repeat(12)}\u001e`))
  const read = read2dDoc(text)
  assert.ok(read.ok)
  assert.deepEqual(read.fields.get('F1'), { value: 'A'.repeat(38), truncated: true })
  assert.equal(read.fields.get('F0')?.truncated, true)
})

test('a name of exactly the maximum length has no separator', async () => {
  const text = await issued({ familyName: 'A'.repeat(38), firstNames: 'B'.repeat(60) })
  assert.ok(text.includes(`F0${'B'.repeat(60)}F1${'A'.repeat(38)}F2`))
  const read = read2dDoc(text)
  assert.ok(read.ok)
  assert.deepEqual(read.fields.get('F1'), { value: 'A'.repeat(38), truncated: false })
})

test('what nobody knows of a birth date is written 00, and read again as it was', async () => {
  for (const [birthDate, written] of [
    ['1958', 'F200001958'],
    ['1958-06', 'F200061958'],
    ['1958-06-03', 'F203061958'],
  ] as const) {
    const text = await issued({ birthDate })
    assert.ok(text.includes(written), written)
    const read = read2dDoc(text)
    assert.equal(read.ok && read.document.birthDate, birthDate)
  }
})

test('somebody of one name has an empty field of first names', async () => {
  const text = await issued({ familyName: 'Suharto', firstNames: '' })
  assert.ok(text.includes('F0\u001dF1SUHARTO\u001d'))
  const read = read2dDoc(text)
  assert.equal(read.ok && `${read.document.familyName}|${read.document.firstNames}`, 'SUHARTO|')
})

test('a test sampled at night is written with the date in Paris', async () => {
  const sampledAt = new Date('2021-12-31T23:10:00Z')
  const text = await issue2dDocB2({ ...screening, sampledAt, issuedAt: sampledAt }, sign)
  assert.ok(text.includes('F6010120220010'))
  const read = read2dDoc(text)
  assert.equal(read.ok && read.header.emittedOn, '2022-01-01')
})

test('what was not parsed before is a broken invariant', async () => {
  await assert.rejects(issued({ birthDate: '1981-02-29' }), RangeError)
  await assert.rejects(issue2dDocB2({ ...screening, loinc: 'LP6464-4' }, sign), RangeError)
  await assert.rejects(issue2dDocB2({ ...screening, caId: 'FR' }, sign), RangeError)
  await assert.rejects(
    issue2dDocB2(screening, async () => new Uint8Array(70)),
    RangeError,
  )
})
