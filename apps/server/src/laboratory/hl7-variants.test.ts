/**
 * ORU^R01 in the forms that the standard gives it (v2.3 to v2.8), one variant after the other: what is sound is taken for
 * what it says, what is not is told at its field. What each must be told is the standard's word, not this reader's.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkMessages } from './message-check.ts'
import {
  checkContext,
  messageOf,
  messageWith,
  soundSegments,
  testIns,
  withField,
} from './testing.ts'

type Sent = string | Uint8Array
const bytesOf = (sent: Sent): Uint8Array =>
  typeof sent === 'string' ? new TextEncoder().encode(sent) : sent

let count = 0

/** @param expected each message's faults, `PID^1^7 MALFORMED`; or what its screening says */
const variant = (title: string, sent: Sent, ...expected: (string | object)[]): void => {
  count += 1
  test(title, () => {
    const answers = checkMessages(bytesOf(sent), checkContext)
    assert.equal(answers.length, expected.length)
    for (const [index, { ack, errors, screening }] of answers.entries()) {
      const faults = errors.map(({ location, rule }) => `${location} ${rule}`).join(', ')
      const wanted = expected[index]
      if (typeof wanted === 'string') {
        assert.equal(faults, wanted)
        assert.equal(ack, 'AE')
      } else {
        assert.equal(faults, '')
        assert.equal(ack, 'AA')
        assert.partialDeepStrictEqual(screening ?? {}, wanted)
      }
    }
  })
}

const negative = { act: 'final', result: 'negative' } as const
const required = (segment: string, field: number): string => `${segment}^1^${field} REQUIRED`
const without = (name: string): string => messageOf({ [name]: null })
const obx = (value: string, type = 'CWE'): string =>
  withField('OBX', 5, value).replace('|CWE|', `|${type}|`)

// §2.17.1: versions, each with the header as that version has it.
const versions = '2.3 2.3.1 2.4 2.5 2.5.1 2.6 2.7 2.7.1 2.8 2.8.1 2.8.2'.split(' ')
for (const version of versions) {
  const header = withField('MSH', 12, version)
  variant(`${version}: with its structure in MSH-9`, messageOf({ MSH: header }), negative)
  variant(
    `${version}: as 2.3 has MSH-9, ORC and no SPM`,
    messageOf({ MSH: header.replace('ORU^R01^ORU_R01', 'ORU^R01'), SPM: null }),
    negative,
  )
  variant(
    `${version} with its country and profile`,
    messageOf({ MSH: withField('MSH', 12, `${version}^FRA^2.11`) }),
    negative,
  )
  variant(
    `${version}: a birth date taken away is told the same way`,
    messageOf({ MSH: header, PID: withField('PID', 7, '') }),
    required('PID', 7),
  )
}
for (const version of ['1.0', '2.0', '2.1', '2.2', '2.9', '3.0', '2', 'v2.5', '2,5', '2.5.1.1'])
  variant(`version ${version}`, messageWith('MSH', 12, version), 'MSH^1^12 VERSION_NOT_SUPPORTED')

// Each field of each segment, taken away. What 2.5.1 requires of the segment, or the profile of the result, is told.
const requiredFields: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  MSH: {
    7: required('MSH', 7),
    9: required('MSH', 9),
    10: required('MSH', 10),
    11: required('MSH', 11),
    12: required('MSH', 12),
  },
  PID: { 3: required('PID', 3), 5: required('PID', 5), 7: required('PID', 7) },
  PV1: { 2: required('PV1', 2) },
  ORC: { 1: required('ORC', 1) },
  OBR: { 4: required('OBR', 4) },
  OBX: {
    2: required('OBX', 2),
    3: required('OBX', 3),
    5: required('OBX', 5),
    11: required('OBX', 11),
  },
  SPM: { 4: required('SPM', 4) },
}
for (const [name, fields] of Object.entries(requiredFields)) {
  const last = (soundSegments[name] ?? '').split('|').length - 1
  const first = name === 'MSH' ? 3 : 1
  for (let field = first; field <= last; field += 1) {
    const fault = fields[field]
    variant(
      `${name}-${field} taken away`,
      messageWith(name, field, ''),
      fault === undefined ? { act: 'final' } : fault,
    )
    // Two quotation marks are no value (§2.5.3): nothing is there, and nothing was.
    if (name !== 'MSH')
      variant(
        `${name}-${field} removed by two quotation marks`,
        messageWith(name, field, '""'),
        fault === undefined ? { act: 'final' } : fault,
      )
  }
}
const requiredSegments: Readonly<Record<string, string>> = {
  PID: 'PID^1 SEGMENT_MISSING',
  OBX: 'OBX^1 SEGMENT_MISSING',
}
for (const name of ['PV1', 'ORC', 'SPM', 'OBX'])
  variant(`without ${name}`, without(name), requiredSegments[name] ?? negative)
variant('without PID', messageOf({ PID: null, PV1: null }), 'PID^1 SEGMENT_MISSING')

// §2.5.4: delimiters of the sender's own.
const withDelimiters = ([field, component, repetition, escaping, sub]: string): string =>
  [...messageOf()]
    .map((one) => {
      const index = '|^~\\&'.indexOf(one)
      return index < 0 ? one : ([field, component, repetition, escaping, sub][index] ?? one)
    })
    .join('')
// A full stop of the addresses and OIDs would be a component then.
for (const signs of [
  '$!%/*',
  '*^~\\&',
  '|*~\\&',
  '|^!\\&',
  '|^~/&',
  '|^~\\%',
  '#$%;!',
  '(^~\\&',
  '?.~\\&',
])
  variant(`delimiters ${signs}`, withDelimiters(signs.replace('.', ']')), {
    ...negative,
    person: { familyName: 'TESTNOM', ins: testIns },
  })
for (const signs of [
  '',
  '^',
  '^~',
  '^~\\',
  '^~\\^',
  '^~~&',
  '^~\\|',
  '^~\\&#!',
  'a~\\&',
  '^1\\&',
  '^~ &',
])
  variant(
    `MSH-2 ${JSON.stringify(signs)}`,
    messageOf().replace('MSH|^~\\&', `MSH|${signs}`),
    'MSH^1^2 DELIMITERS_INVALID',
  )

// §2.7: escape sequences, in a name and in a value.
const escapes: readonly [string, string | null][] = [
  ['TEST\\X27\\NOM', "TEST'NOM"],
  ['TEST\\X2D\\NOM', 'TEST-NOM'],
  ['TEST\\X20\\NOM', 'TEST NOM'],
  ['\\XC389\\CHANTILLON', 'ÉCHANTILLON'],
  ['\\XC9\\CHANTILLON', 'ÉCHANTILLON'],
  ['TESTN\\XC592\\UD', 'TESTNŒUD'],
  ['TEST\\.br\\NOM', 'TEST NOM'],
  ['TEST\\.sp1\\NOM', 'TEST NOM'],
  ['\\H\\TESTNOM\\N\\', 'TESTNOM'],
  ['TEST\\F\\NOM', null],
  ['TEST\\S\\NOM', null],
  ['TEST\\T\\NOM', null],
  ['TEST\\R\\NOM', null],
  ['TEST\\E\\NOM', null],
  ['TEST\\Z9\\NOM', null],
  ['TEST\\C2842\\NOM', null],
  ['TEST\\X4\\NOM', null],
  ['TEST\\XZZ\\NOM', null],
  ['TEST\\NOM', null],
]
for (const [written, meant] of escapes)
  variant(
    `the name ${written}`,
    messageWith('PID', 5, `${written}^ANNE^^^^^L`),
    meant === null ? 'PID^1^5 NAME_CHARACTERS' : { person: { familyName: meant } },
  )
variant('an escaped value', messageOf({ OBX: obx('\\H\\N\\XE9\\gatif\\N\\', 'FT') }), negative)
variant('a value in lines', messageOf({ OBX: obx('\\.br\\Négatif\\.br\\', 'FT') }), negative)
variant('an escaped telephone', messageWith('PID', 13, '\\X2B\\33612345678^PRN^CP'), {
  person: { contact: { phone: '+33612345678' } },
})

// MSH-18 (table 0211), true and wrong: what arrives is read by its bytes.
const accented = messageWith('PID', 5, 'ÉÇHANTILLON^ZOÉ^^^^^L')
const sets = [
  '',
  'ASCII',
  '8859/1',
  '8859/15',
  'UNICODE UTF-8',
  'UNICODE',
  'ISO IR87',
  'KLINGON',
  'utf-8',
]
for (const set of sets) {
  const named = accented.replace('UNICODE UTF-8', set)
  const expected = { person: { familyName: 'ÉÇHANTILLON', firstNames: 'ZOÉ' } }
  variant(`UTF-8 that says ${set || 'nothing'}`, named, expected)
  variant(`ISO 8859-1 that says ${set || 'nothing'}`, Buffer.from(named, 'latin1'), expected)
}
variant(
  'ISO 8859-2',
  Buffer.from(messageWith('PID', 5, 'TEST\xa3OM^ZO').replace('UNICODE UTF-8', '8859/2'), 'latin1'),
  { person: { familyName: 'TESTŁOM' } },
)
variant(
  'several sets in MSH-18',
  accented.replace('UNICODE UTF-8', 'UNICODE UTF-8~8859/1'),
  negative,
)

// §2.3.5: line ends that are not the standard's, and frames.
for (const [title, end] of Object.entries({
  LF: '\n',
  CRLF: '\r\n',
  'CR CR': '\r\r',
  'LF CR': '\n\r',
}))
  variant(`segments that end with ${title}`, messageOf().replaceAll('\r', end), negative)
variant('the last segment without an end', messageOf().slice(0, -1), negative)
variant('blank lines around', `\r\n${messageOf()}\r\n \r\n`, negative)
variant('in its frame', `\x0b${messageOf()}\x1c\r`, negative)

// §2.A.77: times, and how much of them is known.
const sampled: readonly [string, string][] = [
  ['202611290830+0100', '2026-11-29T08:30:00+01:00'],
  ['20261129083015+0100', '2026-11-29T08:30:15+01:00'],
  ['20261129083015.1+0100', '2026-11-29T08:30:15.1+01:00'],
  ['20261129083015.1234+0100', '2026-11-29T08:30:15.1234+01:00'],
  ['202611290730+0000', '2026-11-29T07:30:00+00:00'],
  ['202611290730-0000', '2026-11-29T07:30:00-00:00'],
  ['202611282130-1000', '2026-11-28T21:30:00-10:00'],
  ['202611291930+1200', '2026-11-29T19:30:00+12:00'],
  ['202611290830', '2026-11-29T08:30:00+01:00'],
]
for (const [written, meant] of sampled) {
  variant(`sampled at ${written}`, messageWith('SPM', 17, written), { sampledAt: meant })
  variant(
    `sampled at ${written}, in OBR-7`,
    messageOf({ SPM: null, OBR: withField('OBR', 7, written) }),
    { sampledAt: meant },
  )
}
for (const text of [
  '2026',
  '202611',
  '20261129',
  '2026112908',
  '20261129+0100',
  '202611290830+0100&D',
  '202611290830+0100&H',
])
  variant(`sampled at ${text}`, messageWith('SPM', 17, text), 'SPM^1^17 TIME_TOO_IMPRECISE')
for (const text of [
  '20261329083000',
  '20261131083000',
  '202611292430',
  '202611290860',
  '20261129083060',
  '202611290830+01:00',
  '202611290830Z',
  '2026-11-29T08:30',
  '29/11/2026',
  '20261129083',
  '202611290830+2500',
  '20261129083015.+0100',
  'hier',
])
  variant(`sampled at ${text}`, messageWith('SPM', 17, text), 'SPM^1^17 MALFORMED')
variant('a range of collection', messageWith('SPM', 17, '202611290830+0100^202611290840+0100'), {
  sampledAt: '2026-11-29T08:30:00+01:00',
})
const births: readonly [string, string][] = [
  ['19790311', '1979-03-11'],
  ['197903', '1979-03'],
  ['1979', '1979'],
  ['19790311^D', '1979-03-11'],
  ['19790301^L', '1979-03'],
  ['19790101^Y', '1979'],
  ['197903110000', '1979-03-11'],
  ['197903110000+0100', '1979-03-11'],
  ['19790311000000.0000^S', '1979-03-11'],
  ['20000229', '2000-02-29'],
]
for (const [written, meant] of births)
  variant(`born ${written}`, messageWith('PID', 7, written), { person: { birthDate: meant } })
for (const [text, rule] of [
  ['19790230', 'BIRTH_DATE_NOT_REAL'],
  ['19000229', 'BIRTH_DATE_NOT_REAL'],
  ['19791301', 'BIRTH_DATE_NOT_REAL'],
  ['19790000', 'BIRTH_DATE_NOT_REAL'],
  ['1979-03-11', 'MALFORMED'],
  ['11 mars 1979', 'MALFORMED'],
  ['20270311', 'BIRTH_DATE_IN_FUTURE'],
] as const)
  variant(`born ${text}`, messageWith('PID', 7, text), `PID^1^7 ${rule}`)

// XPN (table 0200): the name on identity papers, wherever it stands among the others.
const usual = 'TESTUSAGE^ANNE^^^^^D'
const birth = (type: string): string => `TESTNOM^ANNE^^^^^${type}`
for (const names of [
  birth('L'),
  birth('B'),
  birth('M'),
  birth(''),
  birth('U'),
  `${usual}~${birth('L')}`,
  `${usual}~${birth('B')}`,
  `${usual}~${birth('M')}`,
  `${birth('')}~${usual}`,
  `${usual}~${birth('')}`,
  `TESTALIAS^ANNE^^^^^A~${birth('L')}`,
  `TESTALIAS^ANNE^^^^^A~${birth('')}`,
  `TESTPSEUDO^ANNE^^^^^S~${birth('D')}`,
  `TESTPETIT^ANNE^^^^^N~${birth('B')}`,
  `~${birth('L')}`,
  `^ANNE^^^^^L~${birth('D')}`,
  'TESTNOM&DE&TEST^ANNE^^^^^L',
  'TESTNOM^ANNE^^^MME^^L',
])
  variant(`named ${names}`, messageWith('PID', 5, names), { person: { familyName: 'TESTNOM' } })
variant('a prefix and the own surname alone', messageWith('PID', 5, '&DE&TEST^ANNE^^^^^L'), {
  person: { familyName: 'DE TEST' },
})
for (const [given, meant] of [
  ['ANNE', 'ANNE'],
  ['ANNE^LUCIE', 'ANNE LUCIE'],
  ['ANNE^ANNE LUCIE', 'ANNE LUCIE'],
  ['ANNE^ANNE,LUCIE', 'ANNE,LUCIE'],
  ['^LUCIE', 'LUCIE'],
] as const)
  variant(`first names ${given}`, messageWith('PID', 5, `TESTNOM^${given}`), {
    person: { firstNames: meant },
  })

// CX: the matricule INS by its authority, its type or its key.
const [number, key] = [testIns.slice(0, 13), testIns.slice(13)]
for (const identifier of [
  `${testIns}^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.8&ISO^INS`,
  `${testIns}^^^ASIP-SANTE-INS-NIA&1.2.250.1.213.1.4.9&ISO^INS`,
  `${testIns}^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.10&ISO^INS`,
  `${testIns}^^^&1.2.250.1.213.1.4.11&ISO^INS`,
  `${testIns}^^^&1.2.250.1.213.1.4.10&ISO`,
  `${testIns}^^^1.2.250.1.213.1.4.10^INS`,
  `${testIns}^^^ASIP-SANTE-INS-NIR^NH`,
  `${testIns}^^^ASIP-SANTE-INS-NIA`,
  `${testIns}^^^^INS`,
  `${number}^${key}^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.10&ISO^INS`,
  `${number}^${key}^ISO^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.10&ISO^INS^LABTEST^20200101`,
  `4242^^^LABTEST^PI~${testIns}^^^&1.2.250.1.213.1.4.10&ISO^INS`,
])
  variant(`identified by ${identifier}`, messageWith('PID', 3, identifier), {
    person: { ins: testIns },
  })
for (const identifier of [
  '1234567890123456789012^^^ASIP-SANTE-INS-C&1.2.250.1.213.1.4.2&ISO^INS-C',
  `${testIns}^^^CNAM^SS`,
  '4242^^^LABTEST&1.2.250.1.99&ISO^PI',
  '4242',
])
  variant(
    `identified by ${identifier}, which is no INS`,
    messageWith('PID', 3, identifier),
    negative,
  )
for (const wrong of [number, `${number}00`, '279035121518990', 'INS', `${testIns}1`])
  variant(
    `the INS ${wrong}`,
    messageWith('PID', 3, `${wrong}^^^&1.2.250.1.213.1.4.10&ISO^INS`),
    'PID^1^3 INS_INVALID',
  )

// XTN, as 2.3, 2.5 and 2.8 have it.
const contacts: readonly [string, object][] = [
  ['0612345678', { phone: '0612345678' }],
  ['06 12 34 56 78^PRN^CP', { phone: '06 12 34 56 78' }],
  ['^PRN^CP^^33^6^12345678', { phone: '+33 612345678' }],
  ['^PRN^CP^^^^0612345678', { phone: '0612345678' }],
  ['^PRN^CP^^^^^^^^^+33612345678', { phone: '+33612345678' }],
  ['^PRN^PH^^33^1^45678901~^PRN^CP^^33^6^12345678', { phone: '+33 612345678' }],
  ['0145678901^PRN^FX~0612345678^PRN^CP', { phone: '0612345678' }],
  ['^NET^Internet^anne@example.org', { email: 'anne@example.org' }],
  ['^NET^^anne@example.org', { email: 'anne@example.org' }],
  ['anne@example.org^NET^Internet', { email: 'anne@example.org' }],
  ['anne@example.org^NET', { email: 'anne@example.org' }],
  ['0612345678^PRN^CP~anne@example.org^NET', { phone: '0612345678', email: 'anne@example.org' }],
]
for (const [written, contact] of contacts) {
  variant(`PID-13 ${written}`, messageWith('PID', 13, written), { person: { contact } })
  const moved = withField('PID', 13, '')
  variant(
    `PID-40 ${written}`,
    messageOf({
      MSH: withField('MSH', 12, '2.8'),
      PID: `${moved}${'|'.repeat(40 - moved.split('|').length + 1)}${written}`,
    }),
    { person: { contact } },
  )
}

// Tables 0001 and 0085.
for (const [written, sex] of Object.entries({
  F: 'F',
  M: 'M',
  U: 'U',
  O: 'U',
  A: 'U',
  N: 'U',
  f: 'F',
  'F^Female^HL70001': 'F',
}))
  variant(`sex ${written}`, messageWith('PID', 8, written), { person: { sex } })
for (const written of ['Z', '1', 'Femme', 'FM'])
  variant(`sex ${written}`, messageWith('PID', 8, written), 'PID^1^8 NOT_ALLOWED')
const acts: Readonly<Record<string, object>> = {
  F: { act: 'final' },
  U: { act: 'final' },
  C: { act: 'corrected' },
  P: { act: 'preliminary' },
  R: { act: 'preliminary' },
  S: { act: 'preliminary' },
  I: { act: 'preliminary' },
  W: { act: 'wrong' },
  D: { act: 'deleted' },
  X: { act: 'final', result: 'inconclusive' },
  // Not asked, and the detail of an order: nothing was observed.
  N: {},
  O: {},
}
for (const [status, expected] of Object.entries(acts)) {
  variant(`status ${status}`, messageWith('OBX', 11, status), expected)
  for (const version of ['2.3', '2.8'])
    variant(
      `status ${status} in ${version}`,
      messageOf({ MSH: withField('MSH', 12, version), OBX: withField('OBX', 11, status) }),
      expected,
    )
}
for (const status of ['f', 'FINAL', 'Q', '1'])
  variant(`status ${status}`, messageWith('OBX', 11, status), 'OBX^1^11 NOT_ALLOWED')

// OBX-5 by its type: codes by their system, their alternatives, their words.
for (const [value, result] of [
  ['260415000^Not detected^SCT', 'negative'],
  ['260373001^Detected^SCT', 'positive'],
  ['419984006^Inconclusive^SCT', 'inconclusive'],
  ['NEG^Négatif^L^260415000^Not detected^SCT', 'negative'],
  ['X^Négatif^L', 'negative'],
  ['^Négatif', 'negative'],
  ['^^^^^^^^Négatif', 'negative'],
  ['A^a^99L^B^b^99L^^^^260373001^Detected^SCT', 'positive'],
  [' 260415000 ^Not detected^SCT', 'negative'],
] as const)
  for (const type of ['CE', 'CWE', 'CNE', 'CF'])
    variant(`${type} ${value}`, messageOf({ OBX: obx(value, type) }), { result })
for (const [type, value] of [
  ['ST', 'NON DETECTE'],
  ['TX', 'Not detected'],
  ['FT', 'Négatif.'],
  ['IS', 'NEG'],
  ['ID', 'NEG'],
] as const)
  variant(`${type} ${value}`, messageOf({ OBX: obx(value, type) }), negative)
for (const [type, value, fault] of [
  ['NM', '31,4', 'OBX^1^5 MALFORMED'],
  ['NM', '31.4', 'OBX^1^5 RESULT_UNKNOWN'],
  ['DT', '2026-11-29', 'OBX^1^5 MALFORMED'],
  ['CWE', '""', 'OBX^1^5 REQUIRED'],
  ['CWE', '999^?^SCT', 'OBX^1^5 RESULT_UNKNOWN'],
  ['CWE', '260415000^^SCT~260373001^^SCT', 'OBX^1^5 TEST_AMBIGUOUS'],
  ['XX', '260415000^^SCT', 'OBX^1^2 NOT_ALLOWED'],
] as const)
  variant(`${type} ${value}: not told`, messageOf({ OBX: obx(value, type) }), fault)
for (const test of [
  '94500-6^^LN',
  '94309-2^^LN',
  '94559-2^^LN',
  'X^^L^94500-6^^LN',
  'A^a^L^B^b^L^^^^94500-6^^LN',
])
  variant(`the test ${test}`, messageWith('OBX', 3, test), { kind: 'pcr' })
for (const test of ['94558-4^^LN', '97097-0^^LN'])
  variant(`the test ${test}`, messageWith('OBX', 3, test), { kind: 'antigen' })
for (const test of ['94500-6^^99ZZZ', '2345-7^^LN', '94500^^LN', '^COVID'])
  variant(`the test ${test}`, messageWith('OBX', 3, test), 'OBX^1^3 TEST_UNKNOWN')

// §7.3.1: what may stand between, several of a kind, and what is out of place.
const note = 'NTE|1||Test'
variant(
  'notes after every segment',
  messageOf(
    Object.fromEntries(
      Object.entries(soundSegments).map(([name, text]) => [name, `${text}\r${note}`]),
    ),
  ),
  negative,
)
for (const extra of ['SFT|V|1|P|B', 'UAC|x', 'ZLB|x'])
  variant(
    `${extra} after the header`,
    messageOf({ MSH: `${soundSegments.MSH}\r${extra}` }),
    negative,
  )
for (const extra of ['PD1|x', 'NK1|1|T^T', 'PV2|x'])
  variant(
    `${extra} after the patient`,
    messageOf({ PID: `${soundSegments.PID}\r${extra}` }),
    negative,
  )
for (const extra of ['TQ1|1', 'CTD|x', 'FT1|1', 'CTI|x', 'PRT|1'])
  variant(
    `${extra} after the request`,
    messageOf({ OBR: `${soundSegments.OBR}\r${extra}` }),
    negative,
  )
for (const extra of ['PV1|1|O', 'PD1|x', 'NK1|1'])
  variant(
    `${extra} after the request`,
    messageOf({ PV1: null, OBR: `${soundSegments.OBR}\r${extra}` }),
    `${extra.slice(0, 3)}^1 SEGMENT_OUT_OF_ORDER`,
  )
for (const line of ['text', 'pid|1', 'P|1', '12|3'])
  variant(`the line ${line}`, messageOf({ PV1: line }), 'ZZZ^1 SEGMENT_UNKNOWN')
const another = (name: string): string => messageOf({ MSH: null }).replaceAll('001', name)
for (const patients of [2, 3, 5])
  variant(
    `${patients} patients`,
    messageOf() +
      Array.from({ length: patients - 1 }, (_, index) => another(`${100 + index}`)).join(''),
    negative,
  )
const request = (filler: string, test: string): string =>
  `OBR|2|P${filler}|F${filler}|${test}|||202611290830+0100||||||||||||||20261129102500+0100|||F\rOBX|1|CWE|${test}||260415000^^SCT||||||F\r`
variant(
  'one ORC and two requests',
  messageOf({ SPM: null }) + request('002', '94500-6^^LN'),
  negative,
)
variant(
  'two tests under one number',
  messageOf({ SPM: null }) + request('001', '94558-4^^LN'),
  negative,
)
variant(
  'one test twice under one number',
  messageOf({ SPM: null }) + request('001', '94500-6^^LN'),
  'OBX^2^5 RESULT_REPEATED',
)

// §2.10.3: files and batches.
const second = messageOf({ MSH: withField('MSH', 10, 'TEST00002') }).replaceAll('001|', '002|')
const both = [negative, negative] as const
const file = (start: string, end: string): string => `${start}${messageOf()}${second}${end}`
const [fhs, bhs] = ['FHS|^~\\&|LABTEST\r', 'BHS|^~\\&|LABTEST\r']
for (const [title, sent] of Object.entries({
  'a file of a batch': file(fhs + bhs, 'BTS|2\rFTS|1\r'),
  'a batch alone': file(bhs, 'BTS|2\r'),
  'a file alone': file(fhs, 'FTS|1\r'),
  'no batch': file('', ''),
  'counts with zeros in front and a comment': file(fhs + bhs, 'BTS|02|x\rFTS|01|x\r'),
  'counts that are left out': file(fhs + bhs, 'BTS\rFTS\r'),
  'a batch in one frame': `\x0b${file(fhs + bhs, 'BTS|2\rFTS|1\r')}\x1c\r`,
  'each in its frame': `\x0b${messageOf()}\x1c\r\x0b${second}\x1c\r`,
  'two batches': `${fhs}${bhs}${messageOf()}BTS|1\r${bhs}${second}BTS|1\rFTS|2\r`,
  'a batch in lines of an editor': file(fhs + bhs, 'BTS|2\rFTS|1\r').replaceAll('\r', '\r\n'),
}))
  variant(title, sent, ...both)
for (const [title, sent, fault] of [
  ['a batch that says 3', file(fhs + bhs, 'BTS|3\rFTS|1\r'), 'BTS^1^1 BATCH_COUNT_DIFFERS'],
  ['a batch that says some', file(fhs + bhs, 'BTS|x\rFTS|1\r'), 'BTS^1^1 MALFORMED'],
  ['a file that says 2', file(fhs + bhs, 'BTS|2\rFTS|2\r'), 'FTS^1^1 BATCH_COUNT_DIFFERS'],
  ['a batch without its end', file(bhs, ''), 'BTS^1 BATCH_TRUNCATED'],
  ['a file without its end', file(fhs + bhs, 'BTS|2\r'), 'FTS^1 BATCH_TRUNCATED'],
  ['an end without a beginning', file(fhs, 'BTS|2\rFTS|1\r'), 'BHS^1 BATCH_TRUNCATED'],
] as const)
  variant(title, sent, fault, fault)

test('there are enough of them', () => assert.ok(count >= 400, String(count)))
