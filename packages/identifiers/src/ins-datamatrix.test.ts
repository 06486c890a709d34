import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseInsDataMatrix } from './ins-datamatrix.ts'

const header = `IS01${'0'.repeat(22)}`
const fields = {
  S1: '255081416802538',
  S2: '1.2.250.1.213.1.4.8\u001d',
  S3: 'JEANNE MARIE-ZOE\u001d',
  S4: "D'ARC\u001d",
  S5: 'F',
  S6: '14-08-1955',
  S7: '14168',
}
const identity = {
  matricule: '255081416802538',
  oid: '1.2.250.1.213.1.4.8',
  firstNames: 'JEANNE MARIE-ZOE',
  familyName: "D'ARC",
  sex: 'F',
  birthDate: '1955-08-14',
  birthplaceCode: '14168',
}

const code = (changes: Partial<Record<keyof typeof fields, string | undefined>> = {}): string =>
  header +
  Object.entries({ ...fields, ...changes })
    .map(([name, value]) => (value === undefined ? '' : name + value))
    .join('')

test('an INS code is read', () => {
  assert.deepEqual(parseInsDataMatrix(code()), { ok: true, value: identity })
})

test('separators that a scanner spells out or swallows make no difference', () => {
  for (const form of ['<GS>', '^]', '{GS}', '\u241d', '']) {
    const text = code().replaceAll('\u001d', form)
    assert.deepEqual(parseInsDataMatrix(text), { ok: true, value: identity }, form)
  }
  assert.deepEqual(parseInsDataMatrix(`]d1${code()}\r\n`), { ok: true, value: identity })
})

test('a sign that a scanner was set to type in the place of a separator is one', () => {
  for (const sign of ['|', '~']) {
    const read = parseInsDataMatrix(code().replaceAll('\u001d', sign))
    assert.deepEqual(read, { ok: true, value: identity }, sign)
  }
})

test('fields may come in another order, and a field of maximum length ends by itself', () => {
  const { S4, ...rest } = fields
  const reordered = Object.entries({ ...rest, S2: '1.2.250.1.213.1.4.10', S4 })
  const text = header + reordered.map(([name, value]) => name + value).join('')
  assert.deepEqual(parseInsDataMatrix(text), {
    ok: true,
    value: { ...identity, oid: '1.2.250.1.213.1.4.10' },
  })
})

test('the birthplace may be missing or Corsican', () => {
  const missing = parseInsDataMatrix(code({ S7: undefined }))
  assert.equal(missing.ok && missing.value.birthplaceCode, undefined)
  const corsican = parseInsDataMatrix(code({ S7: '2A004' }))
  assert.equal(corsican.ok && corsican.value.birthplaceCode, '2A004')
})

test('a day or a month of birth that nobody knows is left out', () => {
  for (const [written, birthDate] of [
    ['00-00-1971', '1971'],
    ['00-06-1971', '1971-06'],
  ]) {
    assert.deepEqual(parseInsDataMatrix(code({ S6: written })), {
      ok: true,
      value: { ...identity, birthDate },
    })
  }
})

test('the one name of somebody who has no other is the family name, wherever it was written', () => {
  const value = { ...identity, familyName: 'SUHARTO', firstNames: '' }
  for (const names of [
    { S3: '\u001d', S4: 'SUHARTO\u001d' },
    { S3: undefined, S4: 'SUHARTO\u001d' },
    { S3: 'SANS PRENOM\u001d', S4: 'SUHARTO\u001d' },
    { S3: 'SUHARTO\u001d', S4: '\u001d' },
  ]) {
    assert.deepEqual(parseInsDataMatrix(code(names)), { ok: true, value }, JSON.stringify(names))
  }
})

test('first names longer than a certificate holds are cut between words', () => {
  const read = parseInsDataMatrix(code({ S3: `${'ANNE '.repeat(18)}MARIE\u001d` }))
  assert.ok(read.ok)
  assert.equal(read.value.firstNames, 'ANNE '.repeat(16).trim())
})

test('another code is INS_OTHER: not mine', () => {
  for (const text of ['', 'HC1:NCF', 'DC04FR00', 'IS', 'ISABELLE', 'a'.repeat(100_000)]) {
    assert.deepEqual(parseInsDataMatrix(text), { ok: false, code: 'INS_OTHER' }, text.slice(0, 20))
  }
})

test('a broken INS code says what is broken', () => {
  const broken: readonly (readonly [code: string, text: string])[] = [
    ['INS_TOO_LONG', code({ S3: `${'A'.repeat(400)}\u001d` })],
    ['INS_HEADER', code().replace('IS01', 'IS02')],
    ['INS_HEADER', 'IS0100'],
    ['INS_FIELD_UNKNOWN', `${code()}S8X`],
    ['INS_FIELD_UNKNOWN', `${header}X1`],
    ['INS_FIELD_REPEATED', `${code()}S5M`],
    ['INS_FIELD_MISSING', code({ S3: '\u001d', S4: undefined })],
    ['INS_MATRICULE', code({ S1: '255081416802539' })],
    ['INS_MATRICULE', code({ S1: '2 550814168025 38' })],
    ['INS_OID', code({ S2: '1.2.250.1.213.1.4.7\u001d' })],
    ['INS_NAME', code({ S4: 'D@RC\u001d' })],
    ['INS_SEX', code({ S5: 'X' })],
    ['INS_BIRTH_DATE', code({ S6: '31-02-1955' })],
    ['INS_BIRTH_DATE', code({ S6: '1955-08-14' })],
    ['INS_BIRTH_DATE', code({ S6: '14-00-1955' })],
    ['INS_BIRTH_DATE', code({ S6: '00-00-0000' })],
    ['INS_BIRTHPLACE', code({ S7: '1416' })],
  ]
  for (const [expected, text] of broken) {
    assert.deepEqual(parseInsDataMatrix(text), { ok: false, code: expected }, text)
  }
})
