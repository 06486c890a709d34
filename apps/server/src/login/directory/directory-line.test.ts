import assert from 'node:assert/strict'
import { test } from 'node:test'
import { demoPeople, directoryFile } from '@sidep/dev'
import { boundedLines, lineCharactersMax } from './bounded-lines.ts'
import { type DirectoryHeader, type LineReading, readHeader, readLine } from './directory-line.ts'

const [headerLine = '', pharmacistLine = '', nurseLine = '', nurseWithoutFinessLine = ''] =
  directoryFile([demoPeople.pharmacist, demoPeople.nurse]).split('\n')

const headerOf = (line: string): DirectoryHeader => {
  const reading = readHeader(line)
  assert.ok(reading.ok)
  return reading.value
}
const header = headerOf(headerLine)
const names = headerLine.split('|')

/** The pharmacist's line with one column changed. */
const withColumn = (name: string, value: string): LineReading => {
  const values = pharmacistLine.split('|')
  assert.ok(names.includes(name), name)
  values[names.indexOf(name)] = value
  return readLine(values.join('|'), header)
}

test('the header of the agency’s file has 56 columns and is found by name', () => {
  assert.equal(header.width, 56)
  assert.equal(headerOf(`\u{feff}${headerLine}`).width, 56)
})

test('columns may come in another order, and new ones do no harm', () => {
  const reversed = headerOf(['Nouveau', ...names.slice(0, -1).reverse()].join('|'))
  const values = ['x', ...pharmacistLine.split('|').slice(0, -1).reverse()].join('|')
  assert.deepEqual(readLine(values, reversed), readLine(pharmacistLine, header))
})

test('another file is not taken for the directory: its missing columns are named', () => {
  const reading = readHeader('id;name;finess')
  assert.ok(!reading.ok)
  assert.ok(reading.missing.includes('Numéro FINESS site'))
})

test('a line is an activity: person, profession and site', () => {
  assert.deepEqual(readLine(pharmacistLine, header), {
    kind: 'activity',
    value: {
      professionalId: demoPeople.pharmacist.nationalId,
      familyName: 'ESSAI-LEMAIRE',
      firstNames: 'Camille',
      profession: '21',
      site: {
        id: demoPeople.pharmacist.activities[0].finess,
        name: 'PHARMACIE DU PARVIS (ESSAI)',
        postalCode: '75011',
      },
      placeWithoutFiness: null,
      email: `contact@${demoPeople.pharmacist.activities[0].finess.toLowerCase()}.example`,
    },
  })
})

test('a Corsican FINESS is read, and a structure without one has a name and no site', () => {
  const nurse = readLine(nurseLine, header)
  assert.ok(nurse.kind === 'activity')
  assert.match(nurse.value.site?.id ?? '', /^2A/)
  const without = readLine(nurseWithoutFinessLine, header)
  assert.ok(without.kind === 'activity')
  assert.equal(without.value.site, null)
  assert.equal(without.value.placeWithoutFiness, demoPeople.nurse.activities[1].companyName)
})

test('the sign over the door names a site before its company', () => {
  const reading = withColumn('Enseigne commerciale site', 'PHARMACIE DE LA PLACE')
  assert.ok(reading.kind === 'activity')
  assert.equal(reading.value.site?.name, 'PHARMACIE DE LA PLACE')
})

test('somebody without RPPS is passed over, not refused', () => {
  assert.deepEqual(withColumn("Type d'identifiant PP", '0'), { kind: 'other-identifier' })
})

const faults: readonly [string, string, string][] = [
  ['Identification nationale PP', '899790000013', 'RPPS_CHECK'],
  ['Identification nationale PP', '8997', 'RPPS_FORMAT'],
  ['Identification nationale PP', '', 'PROFESSIONAL_ID_FORMAT'],
  ['Identification nationale PP', '099790000014', 'PROFESSIONAL_ID_FORMAT'],
  ['Identifiant PP', '99790000022', 'PROFESSIONAL_ID_DIFFERS'],
  ["Nom d'exercice", '', 'NAME_MISSING'],
  ["Nom d'exercice", 'X'.repeat(201), 'NAME_TOO_LONG'],
  ['Code profession', 'PHARMACIEN', 'PROFESSION_FORMAT'],
  ['Numéro FINESS site', '759990014', 'FINESS_CHECK'],
  ['Numéro FINESS site', '75999', 'FINESS_FORMAT'],
  ['Raison sociale site', '', 'SITE_NAME_MISSING'],
  ['Raison sociale site', 'X'.repeat(201), 'SITE_NAME_TOO_LONG'],
  ['Code postal (coord. structure)', '7501', 'POSTAL_CODE_FORMAT'],
]
for (const [column, value, code] of faults) {
  test(`${column} «${value.slice(0, 12)}» is refused with ${code}`, () => {
    const reading = withColumn(column, value)
    assert.ok(reading.kind === 'fault')
    assert.equal(reading.code, code)
    assert.ok(names.includes(reading.column ?? ''))
  })
}

test('too few or too many columns are refused with LINE_COLUMNS', () => {
  for (const line of ['a|b', '', `${pharmacistLine}|x`, pharmacistLine.slice(0, 40)]) {
    const reading = readLine(line, header)
    assert.ok(reading.kind === 'fault')
    assert.equal(reading.code, 'LINE_COLUMNS')
  }
})

test('a fault names the activity that the line is about, when that can be read', () => {
  const reading = withColumn("Nom d'exercice", '')
  assert.ok(reading.kind === 'fault')
  assert.deepEqual(reading.about, {
    professionalId: demoPeople.pharmacist.nationalId,
    siteId: demoPeople.pharmacist.activities[0].finess,
  })
})

test('any line of noise is refused with a code, never thrown', () => {
  for (const noise of ['\0', '|'.repeat(55), '|'.repeat(56), '💉'.repeat(100), '\u{fffd}']) {
    assert.equal(readLine(noise, header).kind, 'fault')
  }
})

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size)
}
const linesOf = async (bytes: Uint8Array, size: number): Promise<(string | null)[]> => {
  const lines: (string | null)[] = []
  for await (const { text, number } of boundedLines(chunksOf(bytes, size))) {
    lines.push(text)
    assert.equal(number, lines.length)
  }
  return lines
}
const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

test('lines are the same however the bytes are cut, letters of several bytes included', async () => {
  const bytes = encode('prénom|Zoé\r\n\nÎles\nlast')
  for (let size = 1; size <= bytes.length; size += 1) {
    assert.deepEqual(await linesOf(bytes, size), ['prénom|Zoé', '', 'Îles', 'last'])
  }
})

test('a line over the bound is told as such, and the next one is read', async () => {
  const bytes = encode(
    `a\n${'x'.repeat(lineCharactersMax * 3)}\nb\n${'y'.repeat(lineCharactersMax + 1)}`,
  )
  assert.deepEqual(await linesOf(bytes, 1000), ['a', null, 'b', null])
})

test('bytes that are no UTF-8 become a mark that the line is refused for', async () => {
  const [line] = await linesOf(new Uint8Array([0x5a, 0x6f, 0xe9, 0x0a]), 2)
  assert.equal(line, 'Zo\u{fffd}')
  const reading = readLine(line ?? '', header)
  assert.ok(reading.kind === 'fault')
  assert.equal(reading.code, 'LINE_NOT_UTF8')
})
