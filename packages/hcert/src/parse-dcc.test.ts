import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeCbor, Tagged } from '@sidep/encoding'
import { type DccCode, parseDcc } from './parse-dcc.ts'
import { testDcc } from './test-dcc.ts'
import { testInput, valueIn } from './testing.ts'

const name = {
  fn: 'Musterfrau-Gößinger',
  fnt: 'MUSTERFRAU<GOESSINGER',
  gn: 'Gabriele',
  gnt: 'GABRIELE',
}
const common = {
  tg: '840539006',
  co: 'AT',
  is: 'Ministry of Health, Austria',
  ci: '01:AT:10807843F94AEE0EE5093FBC254BD813#B',
}
const testEntry = {
  ...common,
  tt: 'LP6464-4',
  nm: 'Roche LightCycler qPCR',
  sc: '2021-02-20T12:34:56Z',
  tr: '260415000',
  tc: 'Testing center Vienna 1',
}
const vaccination = {
  ...common,
  vp: '1119349007',
  mp: 'EU/1/20/1528',
  ma: 'ORG-100030215',
  dn: 2,
  sd: 2,
  dt: '2021-02-18',
}
const recovery = { ...common, fr: '2021-02-20', df: '2021-04-04', du: '2021-10-04' }
const certificate = { ver: '1.0.0', nam: name, dob: '1998-02-26' }
const withTest = (change: object) => ({ ...certificate, t: [{ ...testEntry, ...change }] })
const withVaccination = (change: object) => ({ ...certificate, v: [{ ...vaccination, ...change }] })
const withRecovery = (change: object) => ({ ...certificate, r: [{ ...recovery, ...change }] })

test('a test is read', () => {
  const dcc = valueIn(parseDcc(withTest({})))
  assert.deepEqual(dcc.entry, {
    kind: 'test',
    disease: '840539006',
    country: 'AT',
    issuer: 'Ministry of Health, Austria',
    uvci: '01:AT:10807843F94AEE0EE5093FBC254BD813#B',
    testType: 'LP6464-4',
    testName: 'Roche LightCycler qPCR',
    sampledAt: new Date('2021-02-20T12:34:56Z'),
    result: '260415000',
    centre: 'Testing center Vienna 1',
  })
  assert.equal(dcc.version, '1.0.0')
  assert.equal(dcc.dateOfBirth, '1998-02-26')
  assert.deepEqual(dcc.name, name)
  assert.deepEqual(dcc.raw, withTest({}))
})

test('a vaccination is read, a booster beyond the series too', () => {
  const { entry } = valueIn(parseDcc(withVaccination({ dn: 3 })))
  assert.ok(entry.kind === 'vaccination')
  assert.deepEqual([entry.dose, entry.doses, entry.vaccinatedOn], [3, 2, '2021-02-18'])
})

test('a recovery is read', () => {
  const { entry } = valueIn(parseDcc(withRecovery({})))
  assert.ok(entry.kind === 'recovery')
  assert.deepEqual(
    [entry.firstPositiveOn, entry.validFrom, entry.validUntil],
    ['2021-02-20', '2021-04-04', '2021-10-04'],
  )
})

test('the certificate that testDcc makes is read back', () => {
  const dcc = valueIn(parseDcc(testDcc(testInput)))
  assert.ok(dcc.entry.kind === 'test')
  assert.equal(dcc.entry.device, '1604')
  assert.deepEqual(dcc.entry.sampledAt, testInput.test.sampledAt)
  assert.equal(dcc.name.gnt, 'ANNE<SOPHIE<GWENAELLE')
})

for (const [written, read] of [
  ['1998-02-26', '1998-02-26'],
  ['1998-02', '1998-02'],
  ['1998', '1998'],
  ['', ''],
  ['1978-01-26T00:00:00', '1978-01-26'],
  ['1978-01-26T00:00:00Z', '1978-01-26'],
]) {
  test(`birth date "${written}" is read as "${read}"`, () => {
    assert.equal(valueIn(parseDcc({ ...withTest({}), dob: written })).dateOfBirth, read)
  })
}

for (const [written, instant] of [
  ['2021-06-11T17:30:00Z', '2021-06-11T17:30:00.000Z'],
  ['2021-06-11T17:30:00+02', '2021-06-11T15:30:00.000Z'],
  ['2021-06-11T17:30:00+0200', '2021-06-11T15:30:00.000Z'],
  ['2021-06-11T17:30:00+02:00', '2021-06-11T15:30:00.000Z'],
  ['2021-06-11T00:30:00.123456-03:30', '2021-06-11T04:00:00.123Z'],
  ['2021-06-11t17:30:00z', '2021-06-11T17:30:00.000Z'],
  ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
] as const) {
  test(`sampling time ${written} is ${instant}`, () => {
    const { entry } = valueIn(parseDcc(withTest({ sc: written })))
    assert.ok(entry.kind === 'test')
    assert.equal(entry.sampledAt.toISOString(), instant)
  })
}

test('a date text tagged 0, as CBOR allows, is read', () => {
  const sc = new Tagged(0, '2021-02-20T12:34:56Z')
  const payload = new Map<string, unknown>([
    ...Object.entries(certificate),
    ['nam', new Map(Object.entries(name))],
    ['t', [new Map<string, unknown>([...Object.entries(testEntry), ['sc', sc]])]],
  ])
  const dcc = valueIn(parseDcc(payload))
  assert.ok(dcc.entry.kind === 'test')
  assert.equal(dcc.entry.sampledAt.toISOString(), '2021-02-20T12:34:56.000Z')
  assert.deepEqual(dcc.raw, withTest({}))
})

test('a time of day behind a date is left out', () => {
  const { entry } = valueIn(parseDcc(withVaccination({ dt: '2021-03-09T00:00:00' })))
  assert.ok(entry.kind === 'vaccination')
  assert.equal(entry.vaccinatedOn, '2021-03-09')
})

test('empty groups beside the entry count as absent, and are not there for the rules', () => {
  const dcc = valueIn(parseDcc({ ...withTest({}), v: null, r: [] }))
  assert.equal(dcc.entry.kind, 'test')
  assert.deepEqual(Object.keys(dcc.raw).sort(), ['dob', 'nam', 't', 'ver'])
})

test('optional fields may be absent or null', () => {
  const least = { ...common, tt: 'LP217198-3', sc: '2021-02-20T12:34:56Z', tr: '260415000' }
  assert.equal(parseDcc({ ...certificate, t: [least] }).ok, true)
  assert.equal(parseDcc(withTest({ nm: null, ma: null, dr: null, tc: null })).ok, true)
  assert.equal(parseDcc({ ...withTest({}), nam: { fnt: 'A' } }).ok, true)
  assert.equal(
    parseDcc({ ...withTest({}), nam: { gnt: 'A', fn: null, gn: null, fnt: null } }).ok,
    true,
  )
})

test('fields that no version of the schema knows are let through to the rules', () => {
  assert.deepEqual(valueIn(parseDcc({ ...withTest({}), x: [1] })).raw.x, [1])
})

const eighty = '\u{1d504}'.repeat(80)
test('texts hold 80 characters, not 80 UTF-16 units', () => {
  assert.equal(parseDcc(withTest({ tc: eighty })).ok, true)
  assert.deepEqual(parseDcc(withTest({ tc: `${eighty}a` })), { ok: false, code: 'SCHEMA_TEST' })
})

const refusals: readonly [string, unknown, DccCode][] = [
  ['nothing', undefined, 'SCHEMA_NOT_A_CERTIFICATE'],
  ['a text', 'dcc', 'SCHEMA_NOT_A_CERTIFICATE'],
  ['an array', [withTest({})], 'SCHEMA_NOT_A_CERTIFICATE'],
  ['keys that are numbers', new Map([[1, 2]]), 'SCHEMA_NOT_A_CERTIFICATE'],
  ['bytes in a field', withTest({ tc: encodeCbor(1) }), 'SCHEMA_NOT_A_CERTIFICATE'],
  ['a large integer', withVaccination({ dn: 2n ** 60n }), 'SCHEMA_NOT_A_CERTIFICATE'],
  ['infinity', withVaccination({ dn: Number.POSITIVE_INFINITY }), 'SCHEMA_NOT_A_CERTIFICATE'],
  ['another tag', withTest({ sc: new Tagged(1, 1_613_824_496) }), 'SCHEMA_NOT_A_CERTIFICATE'],
  ['no version', { ...withTest({}), ver: undefined }, 'SCHEMA_VERSION'],
  ['version 2', { ...withTest({}), ver: '2.0.0' }, 'SCHEMA_VERSION'],
  ['a version of two numbers', { ...withTest({}), ver: '1.3' }, 'SCHEMA_VERSION'],
  ['no name', { ...withTest({}), nam: undefined }, 'SCHEMA_NAME'],
  ['no transliterated name', { ...withTest({}), nam: { fn: 'Jones', gn: 'Dave' } }, 'SCHEMA_NAME'],
  ['lower case for machines', { ...withTest({}), nam: { fnt: 'Jones' } }, 'SCHEMA_NAME'],
  ['a name of 81 characters', { ...withTest({}), nam: { fnt: 'A'.repeat(81) } }, 'SCHEMA_NAME'],
  ['no birth date', { ...withTest({}), dob: undefined }, 'SCHEMA_BIRTH_DATE'],
  ['a birth date as number', { ...withTest({}), dob: 1998 }, 'SCHEMA_BIRTH_DATE'],
  ['a birth date in 1809', { ...withTest({}), dob: '1809-02-28' }, 'SCHEMA_BIRTH_DATE'],
  ['a birth date in 2100', { ...withTest({}), dob: '2100-01-01' }, 'SCHEMA_BIRTH_DATE'],
  ['a birth date with a line end', { ...withTest({}), dob: '1998-02-26\n' }, 'SCHEMA_BIRTH_DATE'],
  ['no group', certificate, 'SCHEMA_ENTRY_COUNT'],
  ['an empty group', { ...certificate, v: [] }, 'SCHEMA_ENTRY_COUNT'],
  ['two entries', { ...certificate, t: [testEntry, testEntry] }, 'SCHEMA_ENTRY_COUNT'],
  ['two kinds', { ...withTest({}), r: [recovery] }, 'SCHEMA_ENTRY_COUNT'],
  ['a group that is no array', { ...certificate, r: recovery }, 'SCHEMA_RECOVERY'],
  ['an entry that is null', { ...certificate, t: [null] }, 'SCHEMA_TEST'],
  ['no sampling time', withTest({ sc: undefined }), 'SCHEMA_TEST'],
  ['a sampling time without offset', withTest({ sc: '2021-02-20T12:34:56' }), 'SCHEMA_TEST'],
  ['a sampling date without time', withTest({ sc: '2021-02-20' }), 'SCHEMA_TEST'],
  ['a sampling hour of 24', withTest({ sc: '2021-02-20T24:00:00Z' }), 'SCHEMA_TEST'],
  ['a sampling day of 30 February', withTest({ sc: '2021-02-30T12:34:56Z' }), 'SCHEMA_TEST'],
  ['a country in lower case', withTest({ co: 'at' }), 'SCHEMA_TEST'],
  ['a result as number', withTest({ tr: 260_415_000 }), 'SCHEMA_TEST'],
  ['no identifier', withTest({ ci: null }), 'SCHEMA_TEST'],
  ['dose zero', withVaccination({ dn: 0 }), 'SCHEMA_VACCINATION'],
  ['half a dose', withVaccination({ dn: 1.5 }), 'SCHEMA_VACCINATION'],
  ['a dose as text', withVaccination({ sd: '2' }), 'SCHEMA_VACCINATION'],
  ['a vaccination in a month', withVaccination({ dt: '2021-02' }), 'SCHEMA_VACCINATION'],
  ['a vaccination on 31 April', withVaccination({ dt: '2021-04-31' }), 'SCHEMA_VACCINATION'],
  ['no end of recovery', withRecovery({ du: undefined }), 'SCHEMA_RECOVERY'],
]
for (const [what, payload, code] of refusals) {
  test(`${what} is refused with ${code}`, () => {
    assert.deepEqual(parseDcc(payload), { ok: false, code })
  })
}

test('JSON nested without end is refused, not followed', () => {
  let deep: unknown = 0
  for (let level = 0; level < 100_000; level++) deep = [deep]
  assert.deepEqual(parseDcc({ ...withTest({}), x: deep }), {
    ok: false,
    code: 'SCHEMA_NOT_A_CERTIFICATE',
  })
})
