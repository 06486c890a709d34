import assert from 'node:assert/strict'
import { test } from 'node:test'
import { publicKey, signed, testHeader, testMessage } from '../test/signing.ts'
import { read2dDoc, twoddocLengthMax } from './read.ts'
import { verify2dDocSignature } from './verify.ts'

const vaccinationMessage =
  'L0LE GOFF\u001dL1JEAN/ZOE\u001dL229021980L3COVID-19\u001dL4J07BX03\u001dL5COMIRNATY PFIZER/BIONTECH\u001dL6COMIRNATY PFIZER/BIONTECH\u001dL72L82L901072021LATE'
const vaccinationHeader = testHeader.replace('B2', 'L1')

const readable = (text: string) => {
  const read = read2dDoc(text)
  assert.ok(read.ok, JSON.stringify(read))
  return read
}
const refusedWith = (code: string, text: string): void => {
  assert.deepEqual(read2dDoc(text), { ok: false, notMine: false, code }, JSON.stringify(text))
}

test('a test is read into what it says', async () => {
  const read = readable(await signed(testHeader + testMessage))
  assert.deepEqual(read.document, {
    type: 'B2',
    familyName: 'LE GOFF D ORSAY',
    firstNames: 'JEAN PIERRE ZOE',
    birthDate: '1980-02-29',
    sex: 'F',
    loinc: '94558-4',
    result: 'N',
    sampledAt: new Date('2021-08-13T13:30:00Z'),
  })
  assert.deepEqual(read.fields.get('F0'), { value: 'JEAN PIERRE/ZOE', truncated: false })
  assert.equal(read.header.signedOn, '2021-08-13')
  assert.equal(await verify2dDocSignature(read, publicKey), true)
})

test('a vaccination is read into what it says', async () => {
  const read = readable(await signed(vaccinationHeader + vaccinationMessage))
  assert.deepEqual(read.document, {
    type: 'L1',
    familyName: 'LE GOFF',
    firstNames: 'JEAN ZOE',
    birthDate: '1980-02-29',
    disease: 'COVID-19',
    agent: 'J07BX03',
    vaccine: 'COMIRNATY PFIZER/BIONTECH',
    maker: 'COMIRNATY PFIZER/BIONTECH',
    doseNumber: 2,
    dosesTotal: 2,
    vaccinatedOn: '2021-07-01',
    cycle: 'TE',
  })
  assert.equal(await verify2dDocSignature(read, publicKey), true)
})

test('version 03, which has no country, is read and verified', async () => {
  const header = testHeader.replace('DC04', 'DC03').slice(0, 24)
  const read = readable(await signed(header + testMessage))
  assert.equal(read.header.country, null)
  assert.equal(await verify2dDocSignature(read, publicKey), true)
})

test('what a hand scanner makes of the separators still verifies', async () => {
  const text = await signed(testHeader + testMessage)
  const spelt = text.replaceAll('\u001d', '<GS>').replaceAll('\u001f', '<US>')
  const caret = text.replaceAll('\u001d', '^]').replaceAll('\u001f', '^_')
  for (const scanned of [spelt, caret, `]d1${text}\r\n`, ` ${text} `, `${text}=`]) {
    assert.equal(await verify2dDocSignature(readable(scanned), publicKey), true)
  }
})

/** The ways in which a separator is written out by scanners, forms, mails and spreadsheets. */
const spellings = (name: string, hex: string, caret: string): string[] => [
  `<${name}>`,
  `<${name.toLowerCase()}>`,
  `{${name}}`,
  `[${name}]`,
  `(${name})`,
  `<0x${hex}>`,
  `[${hex}]`,
  `\\x${hex}`,
  `\\u00${hex.toLowerCase()}`,
  `\\u{${hex}}`,
  `\\0${Number.parseInt(hex, 16).toString(8)}`,
  `%${hex}`,
  `%${hex.toLowerCase()}`,
  `=${hex}`,
  `&#${Number.parseInt(hex, 16)};`,
  `&#x${hex};`,
  `_x00${hex}_`,
  `U+00${hex}`,
  `^${caret}`,
  String.fromCharCode(0x2400 + Number.parseInt(hex, 16)),
]
const groupSpellings = spellings('GS', '1D', ']')
const unitSpellings = spellings('US', '1F', '_')

test('separators written out in any way are put back, all of them or US alone', async () => {
  const text = await signed(testHeader + testMessage)
  for (const [index, unit] of unitSpellings.entries()) {
    const alone = text.replace('\u001f', () => unit)
    const all = alone.replaceAll('\u001d', () => groupSpellings[index] ?? '')
    for (const written of [alone, all, `${all}\r\n`]) {
      const read = read2dDoc(written)
      assert.ok(read.ok, JSON.stringify(written))
      assert.equal(await verify2dDocSignature(read, publicKey), true, JSON.stringify(written))
    }
  }
})

test('a name cut by its issuer is read with its RS written out', async () => {
  const long = 'A'.repeat(60)
  const cut = testMessage.replace(/F0[^\u001d]*\u001d/, `F0${long}\u001e`)
  const text = await signed(testHeader + cut)
  for (const written of spellings('RS', '1E', '^')) {
    const read = readable(text.replace('\u001e', () => written))
    assert.deepEqual(read.fields.get('F0'), { value: long, truncated: true })
    assert.equal(await verify2dDocSignature(read, publicKey), true)
  }
})

test('a text from an address has its spaces and slashes back', async () => {
  const text = await signed(testHeader + testMessage)
  assert.equal(await verify2dDocSignature(readable(encodeURIComponent(text)), publicKey), true)
})

test('without its US a 2D-DOC is parted by the length of its signature, with padding or a blank there too', async () => {
  for (const text of [
    await signed(testHeader + testMessage),
    await signed(vaccinationHeader + vaccinationMessage),
    await signed(testHeader.replace('DC04', 'DC03').slice(0, 24) + testMessage),
  ]) {
    for (const stand of ['', ' ', '\t', '\r\n', '\u00a0', '\u200b']) {
      for (const tail of ['', '=', '\n']) {
        const read = readable(text.replace('\u001f', stand) + tail)
        assert.equal(await verify2dDocSignature(read, publicKey), true)
      }
    }
  }
  const text = await signed(testHeader + testMessage)
  const forged = readable(text.replace('\u001f', '').replace('F5N', 'F5P'))
  assert.equal(await verify2dDocSignature(forged, publicKey), false)
})

test('a birth date of noughts is unknown; LOINC may have its hyphen', async () => {
  const unborn = testMessage.replace('F229021980', 'F200000000')
  const { document } = readable(await signed(testHeader + unborn))
  assert.equal(document.birthDate, '')
  const hyphened = readable(await signed(testHeader + testMessage.replace('F4945584', 'F494558-4')))
  assert.ok(hyphened.document.type === 'B2')
  assert.equal(hyphened.document.loinc, '94558-4')
  const vaccinated = vaccinationMessage.replace('L229021980', 'L200000000')
  assert.equal(readable(await signed(vaccinationHeader + vaccinated)).document.birthDate, '')
})

test('a person whose day or month of birth nobody knows has what is known', async () => {
  const born = async (date: string) =>
    readable(await signed(testHeader + testMessage.replace('F229021980', `F2${date}`))).document
      .birthDate
  assert.equal(await born('00021980'), '1980-02')
  assert.equal(await born('00001980'), '1980')
  assert.equal(await born('15001980'), '1980')
  assert.equal(await born('00000000'), '')
  assert.equal(await born('15060000'), '')
})

test('what does not begin with DC is not mine', () => {
  for (const text of ['', 'D', 'HC1:6BF', 'dc04FR03', 'XDC04', `A${'DC04'.repeat(100_000)}`]) {
    assert.deepEqual(read2dDoc(text), { ok: false, notMine: true, code: 'TWODDOC_OTHER' })
  }
})

test('what begins with DC and is broken is mine, with a code a condition', async () => {
  const text = await signed(testHeader + testMessage)
  const [content = '', signature = ''] = text.split('\u001f')
  refusedWith('TWODDOC_TOO_LONG', 'DC04'.repeat(100_000))
  refusedWith('TWODDOC_TOO_LONG', `DC${'0'.repeat(twoddocLengthMax - 1)}`)
  refusedWith('TWODDOC_CHARACTER', text.replace('ZOE', 'ZOÉ'))
  refusedWith('TWODDOC_VERSION', text.replace('DC04', 'DC02'))
  refusedWith('TWODDOC_HEADER', 'DC')
  refusedWith('TWODDOC_HEADER', text.replace('FR03', 'F 03'))
  refusedWith('TWODDOC_PERIMETER', text.replace('B201', 'B202'))
  refusedWith('TWODDOC_TYPE', text.replace('B201', '0001'))
  refusedWith('TWODDOC_SIGNATURE_MISSING', content)
  refusedWith('TWODDOC_SIGNATURE_FORMAT', `${content}\u001f`)
  refusedWith('TWODDOC_SIGNATURE_FORMAT', text.slice(0, -1))
  refusedWith('TWODDOC_SIGNATURE_FORMAT', `${text}==`)
  refusedWith('TWODDOC_SIGNATURE_FORMAT', `${content}\u001f${signature.toLowerCase()}`)
  refusedWith('TWODDOC_SIGNATURE_FORMAT', `${text}\u001dANNEX`)
  refusedWith('TWODDOC_FIELD_UNKNOWN', text.replace('F5N', 'G5N'))
  refusedWith('TWODDOC_FIELD_REPEATED', text.replace('F5N', 'F5NF5P'))
  refusedWith('TWODDOC_FIELD_LENGTH', text.replace('F4945584', 'F494'))
  refusedWith('TWODDOC_FIELD_MISSING', text.replace('F5N', ''))
})

test('values that a field cannot have are refused with TWODDOC_FIELD_VALUE', async () => {
  const text = testHeader + testMessage
  for (const [good, bad] of [
    ['F229021980', 'F231021980'],
    ['F229021980', 'F2AB021980'],
    ['F3F', 'F3X'],
    ['F5N', 'F5?'],
    ['F4945584', 'F4945-84'],
    ['F4945584', 'F4-94558'],
    ['F4945584', 'F494558-'],
    ['F229021980', 'F200131980'],
    ['F229021980', 'F245001980'],
    ['F229021980', 'F2        '],
    ['F6130820211530', 'F6130820212530'],
  ] as const) {
    refusedWith('TWODDOC_FIELD_VALUE', await signed(text.replace(good, bad)))
  }
  const vaccination = vaccinationHeader + vaccinationMessage
  for (const [good, bad] of [
    ['L229021980', 'L230021980'],
    ['L72', 'L7A'],
    ['L901072021', 'L901132021'],
    ['LATE', 'LAXX'],
  ] as const) {
    refusedWith('TWODDOC_FIELD_VALUE', await signed(vaccination.replace(good, bad)))
  }
})

test('a signature of another key does not verify', async () => {
  const other = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
    'sign',
    'verify',
  ])
  const read = readable(await signed(testHeader + testMessage))
  assert.equal(await verify2dDocSignature(read, other.publicKey), false)
})
