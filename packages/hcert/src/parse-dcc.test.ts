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
  assert.deepEqual(dcc.canonical, withTest({}))
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
  ['1971T00:00:00', '1971'],
  ['1971-05T00:00', '1971-05'],
  ['1971-05-09T00:00Z', '1971-05-09'],
  ['1971-05-09 23:59:59.5+02:00', '1971-05-09'],
  ['1988-00-02', '1988'],
  ['1988-00-00', '1988'],
  ['1988-00', '1988'],
  ['1988-05-00', '1988-05'],
  ['0000-00-00', ''],
  ['2000-02-29', '2000-02-29'],
  ['1998-02-26', '1998-02-26'],
  ['1998-02', '1998-02'],
  ['1998', '1998'],
  ['', ''],
  ['1978-01-26T00:00:00', '1978-01-26'],
  ['1978-01-26T00:00:00Z', '1978-01-26'],
]) {
  test(`birth date "${written}" is read as "${read}"`, () => {
    const dcc = valueIn(parseDcc({ ...withTest({}), dob: written }))
    assert.equal(dcc.dateOfBirth, read)
    assert.equal(dcc.canonical.dob, read)
  })
}

for (const [written, instant] of [
  ['2021-06-11T17:30:00Z', '2021-06-11T17:30:00.000Z'],
  ['2021-06-11T17:30:00+02', '2021-06-11T15:30:00.000Z'],
  ['2021-06-11T17:30:00+0200', '2021-06-11T15:30:00.000Z'],
  ['2021-06-11T17:30:00+02:00', '2021-06-11T15:30:00.000Z'],
  ['2021-06-11T00:30:00.123456-03:30', '2021-06-11T04:00:00.123Z'],
  ['2021-06-11t17:30:00z', '2021-06-11T17:30:00.000Z'],
  ['2021-06-11T17:30:00', '2021-06-11T17:30:00.000Z'],
  ['2021-06-11T17:30:00.5', '2021-06-11T17:30:00.500Z'],
  ['2021-06-11T17:30:00+2', '2021-06-11T15:30:00.000Z'],
  ['2021-06-11T17:30:00+200', '2021-06-11T15:30:00.000Z'],
  ['2021-06-11T17:30:00+2:00', '2021-06-11T15:30:00.000Z'],
  ['2021-06-11T17:30:00-130', '2021-06-11T19:00:00.000Z'],
  ['2021-06-11T17:30:00-9:30', '2021-06-12T03:00:00.000Z'],
  ['2021-06-11T17:30:00.1234567890123Z', '2021-06-11T17:30:00.123Z'],
  ['2021-06-11 17:30:00+02:00', '2021-06-11T15:30:00.000Z'],
  ['2021-06-11T17:30Z', '2021-06-11T17:30:00.000Z'],
  ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
] as const) {
  test(`sampling time ${written} is ${instant}`, () => {
    const { entry } = valueIn(parseDcc(withTest({ sc: written })))
    assert.ok(entry.kind === 'test')
    assert.equal(entry.sampledAt.toISOString(), instant)
    // What the rules get is one writing of it.
    const { canonical } = valueIn(parseDcc(withTest({ sc: written })))
    assert.deepEqual(canonical.t, [{ ...testEntry, sc: instant.replace('.000Z', 'Z') }])
  })
}

// Unicode White_Space and what has no shape besides, as it comes along from databases and forms.
const blanks = [
  ...'\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a',
  ...'\u2028\u2029\u202f\u205f\u3000\ufeff\u200b\u200c\u200d\u2060\u00ad\u200e\u202a\u202c\u2066\u2069\u180e\0\u001f\u007f\u2800',
]

/** A certificate with something around every text value in it, at every depth. */
const surrounded = (value: unknown, left: string, right: string): unknown => {
  if (typeof value === 'string') return left + value + right
  if (Array.isArray(value)) return value.map((item) => surrounded(item, left, right))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, surrounded(item, left, right)]),
  )
}

const kinds = [
  withTest({ dr: '2021-02-20T13:34:56Z', ma: '1232' }),
  withVaccination({}),
  withRecovery({}),
]

test('blanks of every kind around any value are no part of it', () => {
  for (const payload of kinds) {
    const plain = valueIn(parseDcc(payload))
    assert.deepEqual(plain.canonical, payload)
    for (const blank of [...blanks, ' \t ', '\r\n', `\u00a0${' '.repeat(200)}`]) {
      for (const [left, right] of [
        ['', blank],
        [blank, ''],
        [blank, blank],
      ] as const) {
        const dcc = valueIn(parseDcc(surrounded(payload, left, right)))
        assert.deepEqual(dcc, plain, JSON.stringify([left, right]))
      }
    }
  }
})

test('blanks within a value stay', () => {
  const dcc = valueIn(parseDcc(withTest({ tc: ' Centre  de\u00a0test ' })))
  assert.ok(dcc.entry.kind === 'test')
  assert.equal(dcc.entry.centre, 'Centre  de\u00a0test')
})

for (const version of [
  '1',
  '1.0',
  '1.3',
  '1.3.0',
  '1.2.1',
  '1.3.3',
  '1.3.0-rc.1',
  '1.3.0+7',
  ' 1.3.0 ',
]) {
  test(`version "${version}" is read`, () => {
    assert.equal(valueIn(parseDcc({ ...withTest({}), ver: version })).version, version.trim())
  })
}

const long = 'x'.repeat(300)
test('texts without a length in the schema may be long; an identifier too', () => {
  const free = { tg: long, tt: long, ma: long, tr: long, ci: long }
  for (const change of Object.entries(free)) {
    assert.equal(parseDcc(withTest(Object.fromEntries([change]))).ok, true, change[0])
  }
  for (const key of ['tg', 'vp', 'mp', 'ma', 'ci']) {
    assert.equal(parseDcc(withVaccination({ [key]: long })).ok, true, key)
  }
  for (const key of ['tg', 'ci'])
    assert.equal(parseDcc(withRecovery({ [key]: long })).ok, true, key)
})

test('a test name has a length since 1.3', () => {
  for (const ver of ['1', '1.0', '1.0.0', '1.2.1']) {
    assert.equal(parseDcc({ ...withTest({ nm: long }), ver }).ok, true, ver)
  }
  for (const ver of ['1.3', '1.3.0', '1.3.3', '1.10.0']) {
    assert.deepEqual(parseDcc({ ...withTest({ nm: long }), ver }), {
      ok: false,
      code: 'SCHEMA_TEST',
    })
    assert.equal(parseDcc({ ...withTest({ nm: ` ${'x'.repeat(80)} ` }), ver }).ok, true, ver)
  }
})

test('of several entries of one kind the latest counts, wherever it stands, and alone is shown to the rules', () => {
  const cases = [
    [
      't',
      testEntry,
      'sc',
      '2021-02-20T12:34:56Z',
      '2021-02-20T15:00:00+02:00',
      '2021-02-19T23:00:00Z',
    ],
    ['v', vaccination, 'dt', '2021-02-18', '2021-07-01', '2021-01-01'],
    ['r', recovery, 'fr', '2021-02-20', '2021-05-01', '2020-12-01'],
  ] as const
  for (const [key, entry, field, middle, latest, first] of cases) {
    const at = [middle, latest, first]
    for (const order of [
      [0, 1, 2],
      [1, 0, 2],
      [2, 0, 1],
      [1, 2],
      [2, 1],
    ]) {
      const list = order.map((index) => ({ ...entry, [field]: at[index], ci: `CI-${index}` }))
      const dcc = valueIn(parseDcc({ ...certificate, [key]: list }))
      assert.equal(dcc.entry.uvci, 'CI-1', `${key} ${order}`)
      assert.deepEqual(
        dcc.entries.map(({ uvci }) => uvci),
        list.map(({ ci }) => ci),
      )
      const shown = dcc.canonical[key]
      assert.ok(Array.isArray(shown) && shown.length === 1)
    }
  }
})

test('of two doses of one day the later one counts', () => {
  const doses = [
    { ...vaccination, dn: 3, ci: 'third' },
    { ...vaccination, dn: 2, ci: 'second' },
  ]
  for (const v of [doses, doses.toReversed()]) {
    assert.equal(valueIn(parseDcc({ ...certificate, v })).entry.uvci, 'third')
  }
})

for (const [what, nam, expected] of [
  ['a space', { fnt: 'RUIZ SOLER', gnt: 'INES' }, { fnt: 'RUIZ SOLER', gnt: 'INES' }],
  ['an apostrophe', { fnt: "O'DEA" }, { fnt: "O'DEA" }],
  ['a typographic apostrophe', { fnt: 'O’DEA' }, { fnt: 'O’DEA' }],
  ['a hyphen', { fnt: 'ROY-PETIT' }, { fnt: 'ROY-PETIT' }],
  ['small letters', { fnt: 'Jones' }, { fnt: 'Jones' }],
  ['letters with marks', { fnt: 'MÜLLER' }, { fnt: 'MÜLLER' }],
  ['blank names as written', { fn: ' ', gn: '', fnt: 'A', gnt: 'B' }, { fnt: 'A', gnt: 'B' }],
  ['hyphens for no name', { fn: '-', gn: '---', fnt: 'A', gnt: '<' }, { fnt: 'A' }],
  ['a blank name for machines', { fn: 'Jones', fnt: '' }, { fn: 'Jones' }],
] as const) {
  test(`a name with ${what} is read`, () => {
    assert.deepEqual(valueIn(parseDcc({ ...withTest({}), nam })).name, expected)
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
  assert.deepEqual(dcc.canonical, withTest({}))
})

test('a time of day behind a date is left out', () => {
  const { entry } = valueIn(parseDcc(withVaccination({ dt: '2021-03-09T00:00:00' })))
  assert.ok(entry.kind === 'vaccination')
  assert.equal(entry.vaccinatedOn, '2021-03-09')
})

test('empty groups beside the entry count as absent, and are not there for the rules', () => {
  const dcc = valueIn(parseDcc({ ...withTest({}), v: null, r: [] }))
  assert.equal(dcc.entry.kind, 'test')
  assert.deepEqual(Object.keys(dcc.canonical).sort(), ['dob', 'nam', 't', 'ver'])
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
  assert.deepEqual(valueIn(parseDcc({ ...withTest({}), x: [1] })).canonical.x, [1])
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
  ['no name', { ...withTest({}), nam: undefined }, 'SCHEMA_NAME'],
  ['no transliterated name', { ...withTest({}), nam: { fn: 'Jones', gn: 'Dave' } }, 'SCHEMA_NAME'],
  ['a name of 81 characters', { ...withTest({}), nam: { fnt: 'A'.repeat(81) } }, 'SCHEMA_NAME'],
  [
    'names that are all blank',
    { ...withTest({}), nam: { fn: ' ', fnt: '', gn: '', gnt: ' ' } },
    'SCHEMA_NAME',
  ],
  ['fillers for a name', { ...withTest({}), nam: { fnt: '<<<', gnt: '<' } }, 'SCHEMA_NAME'],
  ['an invisible name', { ...withTest({}), nam: { fn: '\u200b', fnt: '\u00a0' } }, 'SCHEMA_NAME'],
  [
    'signs for a name',
    { ...withTest({}), nam: { fn: '.', fnt: '-', gn: '?', gnt: '*' } },
    'SCHEMA_NAME',
  ],
  ['version 10', { ...withTest({}), ver: '10.0' }, 'SCHEMA_VERSION'],
  ['an empty version', { ...withTest({}), ver: ' ' }, 'SCHEMA_VERSION'],
  ['no birth date', { ...withTest({}), dob: undefined }, 'SCHEMA_BIRTH_DATE'],
  ['a birth date as number', { ...withTest({}), dob: 1998 }, 'SCHEMA_BIRTH_DATE'],
  ['a birth date in 1809', { ...withTest({}), dob: '1809-02-28' }, 'SCHEMA_BIRTH_DATE'],
  ['a birth date in 2100', { ...withTest({}), dob: '2100-01-01' }, 'SCHEMA_BIRTH_DATE'],
  ...[
    '1988-13-45',
    '1988-13-01',
    '1988-13',
    '1988-02-30',
    '1989-02-29',
    '1971-04-31',
    '1988-05-32',
    '1988-00-45',
    '1988-13-00',
    '1971-05-09T25:00:00',
    '1971-05-09T99:99:99',
    '1971T24:00:00',
    '1971-05-09T',
    '1971-05-09T00:00:00+24:00',
    'T00:00:00',
    '1971-5-9',
    '09/05/1971',
    '19710509',
    '71',
  ].map((dob): [string, unknown, DccCode] => [
    `the birth date ${dob}`,
    { ...withTest({}), dob },
    'SCHEMA_BIRTH_DATE',
  ]),
  ...[
    '2021-02-20T25:00:00Z',
    '2021-02-20T12:60:00Z',
    '2021-02-20T12:34:61Z',
    '2021-02-20T12:34:56+24:00',
    '2021-02-20T12:34:56+2:60',
    '2021-02-20T12:34:56+20000',
    '2021-02-20T12:34:56+',
    '2021-02-20T12:34:56.Z',
    '2021-02-20T12:34:56 UTC',
    '2021-02-20T12Z',
    '2021-13-20T12:34:56Z',
    '0021-02-20T12:34:56Z',
    '',
    'yesterday',
  ].flatMap((time): [string, unknown, DccCode][] => [
    [`the sampling time "${time}"`, withTest({ sc: time }), 'SCHEMA_TEST'],
    // Blank is absent where a field may be.
    ...(time === ''
      ? []
      : [
          [`the result time "${time}"`, withTest({ dr: time }), 'SCHEMA_TEST'] as [
            string,
            unknown,
            DccCode,
          ],
        ]),
  ]),
  ...[
    '2021-02-18T99:99:99',
    '2021-02-18T24:00',
    '2021-02-18T',
    '2021-02-30',
    '2021-00-18',
    '2021-02-00',
    '',
  ].flatMap((date): [string, unknown, DccCode][] => [
    [`the vaccination date "${date}"`, withVaccination({ dt: date }), 'SCHEMA_VACCINATION'],
    ...['fr', 'df', 'du'].map((key): [string, unknown, DccCode] => [
      `the date "${date}" as ${key}`,
      withRecovery({ [key]: date }),
      'SCHEMA_RECOVERY',
    ]),
  ]),
  [
    'one wrong entry of two',
    { ...certificate, t: [testEntry, { ...testEntry, sc: 'x' }] },
    'SCHEMA_TEST',
  ],
  ['no group', certificate, 'SCHEMA_ENTRY_COUNT'],
  ['an empty group', { ...certificate, v: [] }, 'SCHEMA_ENTRY_COUNT'],
  ['two kinds', { ...withTest({}), r: [recovery] }, 'SCHEMA_ENTRY_COUNT'],
  ['a group that is no array', { ...certificate, r: recovery }, 'SCHEMA_RECOVERY'],
  ['an entry that is null', { ...certificate, t: [null] }, 'SCHEMA_TEST'],
  ['no sampling time', withTest({ sc: undefined }), 'SCHEMA_TEST'],
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
