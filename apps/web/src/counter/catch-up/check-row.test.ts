import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { makeSlipSerial, writeSlipSerial } from '@sidep/continuity'
import { lateReasons } from '@sidep/contracts'
import { parseFiness } from '@sidep/identifiers'
import { checkRow, faultsOfRefusal } from './check-row.ts'
import { type Cells, columns, emptyCells } from './columns.ts'
import { readCsv } from './csv.ts'
import { settleCell } from './read-cell.ts'
import { sampleCells, sampleContext } from './testing.ts'

const id = '017b3f6a-0000-7000-8000-000000000001'
const faultsOf = (changes: Partial<Cells>) => {
  const checked = checkRow(id, { ...sampleCells, ...changes }, sampleContext)
  return checked.ok ? {} : checked.faults
}
const settle = (column: keyof Cells, text: string): string =>
  settleCell(column, text, sampleContext)

test('a line becomes a catch-up screening with the times of the paper', () => {
  const checked = checkRow(id, sampleCells, sampleContext)
  assert.ok(checked.ok)
  const { input, slip } = checked
  assert.equal(slip, null)
  assert.equal(input.catchUp, true)
  assert.equal(input.sampledAt, '2021-08-13T16:30:00+02:00')
  assert.equal(input.resultAt, '2021-08-13T16:45:00+02:00')
  assert.equal(input.result, 'negative')
  assert.equal(input.person.birthDate, '1980-04-03')
})

test('a line of more than a day ago says why it comes now, as the pile does; one of today says nothing', () => {
  for (const lateReason of lateReasons) {
    const checked = checkRow(id, sampleCells, { ...sampleContext, lateReason })
    assert.ok(checked.ok)
    assert.equal(checked.input.lateReason, lateReason)
  }
  const today = { ...sampleCells, sampledDay: '16/08/2021', sampledTime: '08:10' }
  const checked = checkRow(id, today, { ...sampleContext, lateReason: 'forgotten' })
  assert.ok(checked.ok, JSON.stringify(checked))
  assert.equal(checked.input.lateReason, undefined)
})

test('a blank line says what is missing, cell by cell', () => {
  const checked = checkRow(id, emptyCells, sampleContext)
  assert.ok(!checked.ok)
  assert.deepEqual(checked.faults, {
    familyName: 'REQUIRED',
    firstNames: 'REQUIRED',
    birthDate: 'REQUIRED',
    sex: 'REQUIRED',
    device: 'REQUIRED',
    sampledDay: 'REQUIRED',
    sampledTime: 'REQUIRED',
    result: 'REQUIRED',
  })
})

test('each wrong cell has its own fault', () => {
  assert.deepEqual(faultsOf({ familyName: 'Dupont 3' }), { familyName: 'NAME_CHARACTERS' })
  assert.deepEqual(faultsOf({ birthDate: '31/02/1980' }), { birthDate: 'DATE_NOT_REAL' })
  assert.deepEqual(faultsOf({ birthDate: '3/4/80' }), { birthDate: 'DATE_YEAR_SHORT' })
  assert.deepEqual(faultsOf({ sex: 'x' }), { sex: 'SEX_UNREADABLE' })
  assert.deepEqual(faultsOf({ contact: '06 12' }), { contact: 'PHONE_INVALID' })
  assert.deepEqual(faultsOf({ contact: '08 99 12 34 56' }), { contact: 'PHONE_PREMIUM' })
  assert.deepEqual(faultsOf({ device: 'inconnu' }), { device: 'DEVICE_NONE' })
  assert.deepEqual(faultsOf({ device: 'roche' }), { device: 'DEVICE_SEVERAL' })
  assert.deepEqual(faultsOf({ device: '1199' }), { device: 'DEVICE_NOT_VALID_THEN' })
  assert.deepEqual(faultsOf({ sampledTime: '25:00' }), { sampledTime: 'CLOCK_UNREADABLE' })
  assert.deepEqual(faultsOf({ sampledDay: '16/08/2021' }), { sampledDay: 'SAMPLED_IN_FUTURE' })
  assert.deepEqual(faultsOf({ birthDate: '14/08/2021' }), { sampledDay: 'SAMPLED_BEFORE_BIRTH' })
  assert.deepEqual(faultsOf({ result: 'oui' }), { result: 'RESULT_UNREADABLE' })
  assert.deepEqual(faultsOf({ contact: 'a'.repeat(301) }), { contact: 'CELL_TOO_LONG' })
})

test('days and times of a line are on the calendar and clock of the site', () => {
  const overseas = { ...sampleContext, timeZone: 'Indian/Reunion' }
  const checked = checkRow(id, sampleCells, overseas)
  assert.ok(checked.ok)
  assert.equal(checked.input.sampledAt, '2021-08-13T16:30:00+04:00')
})

test('people of one name, or born on a day that nobody knows, are entered', () => {
  for (const [typed, birthDate] of [
    ['1958', '1958'],
    ['06/1958', '1958-06'],
    ['00/00/1958', '1958'],
  ] as const) {
    const cells = { ...sampleCells, familyName: 'Suharto', firstNames: '-', birthDate: typed }
    const checked = checkRow(id, cells, sampleContext)
    assert.ok(checked.ok)
    assert.equal(checked.input.person.birthDate, birthDate)
    assert.equal(checked.input.person.familyName, 'Suharto')
    assert.equal(checked.input.person.firstNames, '')
  }
  assert.deepEqual(faultsOf({ firstNames: '' }), { firstNames: 'REQUIRED' })
})

test('a device off the list is named, and given as other', () => {
  const checked = checkRow(id, { ...sampleCells, device: 'autre : Test du coin' }, sampleContext)
  assert.ok(checked.ok)
  assert.equal(checked.input.device, 'other')
  assert.equal(checked.input.deviceName, 'Test du coin')
})

test('a slip is read with its site, without it, and not of another site or mistyped', () => {
  const siteOf = (text: string) => {
    const site = parseFiness(text)
    assert.ok(site.ok)
    return site.value
  }
  const serial = makeSlipSerial(siteOf('750712184'), 42, (count) => new Uint8Array(count))
  const printed = writeSlipSerial(serial)
  for (const text of [printed, printed.slice(10), ` n° ${printed.slice(10).toLowerCase()} `]) {
    assert.equal(settle('slip', text), printed)
    const checked = checkRow(id, { ...sampleCells, slip: text }, sampleContext)
    assert.ok(checked.ok)
    assert.equal(checked.slip, serial.text)
  }
  const other = makeSlipSerial(siteOf('970400024'), 1, (count) => new Uint8Array(count))
  assert.deepEqual(faultsOf({ slip: other.text }), { slip: 'SERIAL_OTHER_SITE' })
  assert.deepEqual(faultsOf({ slip: `${printed.slice(0, -1)}9` }), { slip: 'SERIAL_CHECK' })
  assert.deepEqual(faultsOf({ slip: '42' }), { slip: 'SERIAL_FORM' })
})

test('cells get one writing, and what cannot be read stays as typed', () => {
  assert.equal(settle('birthDate', '3.4.1980'), '03/04/1980')
  assert.equal(settle('sampledDay', '13/8'), '13/08/2021')
  assert.equal(settle('sampledDay', '20/8'), '20/08/2020')
  assert.equal(settle('birthDate', '29314'), '03/04/1980')
  assert.equal(settle('birthDate', '1958'), '1958')
  assert.equal(settle('sampledTime', '0,604166667'), '14:30')
  assert.equal(settle('sampledTime', '9 h 05'), '09:05')
  assert.equal(settle('sex', 'Homme'), 'M')
  assert.equal(settle('result', 'POSITIF'), 'P')
  assert.equal(settle('result', 'Neg.'), 'N')
  assert.equal(settle('result', 'Négatif (-)'), 'N')
  assert.equal(settle('result', 'Indét.'), 'I')
  assert.equal(settle('sex', 'F.'), 'F')
  assert.equal(settle('result', 'Indéterminé'), 'I')
  for (const sex of ['Féminin (F)', 'F - Féminin', 'Fém.', 'Fille', 'Mme'])
    assert.equal(settle('sex', sex), 'F')
  for (const sex of ['M./Mme', 'F/M', 'F - Masculin', '1']) assert.equal(settle('sex', sex), sex)
  assert.equal(settle('result', 'N (négatif)'), 'N')
  assert.equal(settle('result', '\u2212'), 'N')
  for (const result of ['négatif/positif', 'N (positif)', 'non positif', '0'])
    assert.equal(settle('result', result), result)
  assert.equal(settle('device', 'panbio'), '1232')
  assert.equal(settle('device', 'roche'), 'roche')
  assert.equal(settle('birthDate', 'hier'), 'hier')
})

test('a refusal of the server comes back to its cell, or is said to be of none', () => {
  assert.deepEqual(faultsOfRefusal('SLIP_USED', []), {
    cells: { slip: 'SERIAL_USED' },
    elsewhere: false,
  })
  assert.deepEqual(
    faultsOfRefusal('REQUEST_INVALID', [
      { pointer: '/person/birthDate', code: 'BIRTH_DATE_NOT_REAL' },
    ]),
    { cells: { birthDate: 'BIRTH_DATE_NOT_REAL' }, elsewhere: false },
  )
  assert.deepEqual(faultsOfRefusal('SCREENING_ID_REUSED', []), { cells: {}, elsewhere: true })
})

const portalCases = new URL('../../../../../../shared/cases/portal/', import.meta.url)
const skip = existsSync(portalCases) ? false : 'no folder ../shared/cases'

test('what a spreadsheet mangled is read, or said to be wrong, cell by cell', { skip }, () => {
  const bytes = readFileSync(new URL('partly-c5-excel-mangled.csv', portalCases))
  const file = readCsv(new Uint8Array(bytes), 'Europe/Paris')
  assert.ok(file.ok)
  const context = { ...sampleContext, now: new Date('2026-11-29T12:00:00+01:00') }
  const checked = file.lines.map(({ cells }) => {
    const settled = { ...cells }
    for (const column of columns) settled[column] = settleCell(column, cells[column], context)
    const row = checkRow(id, settled, context)
    if (!row.ok) return row.faults
    const { person, sampledAt, result } = row.input
    return [person.birthDate, person.contact?.phone, sampledAt, result]
  })
  const birth = '1980-04-03'
  assert.deepEqual(checked, [
    [birth, '+33612345601', '2026-11-28T09:50:00+01:00', 'negative'],
    [birth, '+33612345602', '2026-11-28T09:50:00+01:00', 'negative'],
    // Its digits are lost: nobody can know them.
    { contact: 'CONTACT_UNREADABLE' },
    [birth, '+262692123456', '2026-11-28T14:30:00+01:00', 'negative'],
    [birth, '+33612345605', '2026-11-28T14:30:00+01:00', 'negative'],
    [birth, '+33612345606', '2026-11-28T14:30:00+01:00', 'negative'],
  ])
})

test('contacts are cleaned as they are anywhere else', { skip }, () => {
  const text = readFileSync(new URL('contacts.txt', portalCases), 'utf8')
  const found = text
    .trimEnd()
    .split('\n')
    .map((contact) => {
      const row = checkRow(id, { ...sampleCells, contact }, sampleContext)
      return row.ok
        ? (row.input.person.contact?.phone ?? row.input.person.contact?.email)
        : row.faults.contact
    })
  assert.deepEqual(found, [
    '+33612345678',
    '+33612345678',
    '+33612345678',
    '+33612345678',
    'camille@exemple.fr',
    'camille@exemple.fr',
    '+262692123456',
    '+33145678901',
    'PHONE_PREMIUM',
  ])
})
