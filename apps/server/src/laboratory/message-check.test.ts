import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Hl7Message } from '@medplum/core'
import { resultsMax } from './laboratory-result.ts'
import { type CheckedMessage, checkMessages } from './message-check.ts'
import {
  checkContext,
  messageOf,
  messageWith,
  soundSegments,
  testIns,
  withField,
} from './testing.ts'

const checkAll = (text: string | Uint8Array): CheckedMessage[] =>
  checkMessages(typeof text === 'string' ? new TextEncoder().encode(text) : text, checkContext)

const check = (text: string | Uint8Array): CheckedMessage => {
  const [only, ...others] = checkAll(text)
  assert.ok(only !== undefined && others.length === 0)
  return only
}

/** Where it is wrong, and by which rule; nothing of what is accepted. */
const faultsOf = ({ errors }: CheckedMessage): string[] =>
  errors.map(({ location, code, rule }) => `${location} ${code} ${rule}`)

const accepted = (title: string, text: string | Uint8Array, expected: object = {}): void => {
  test(`accepted: ${title}`, () => {
    const answer = check(text)
    assert.deepEqual(faultsOf(answer), [])
    assert.equal(answer.ack, 'AA')
    assert.equal(answer.code, '0')
    assert.partialDeepStrictEqual(answer.screening, expected)
  })
}

const refused = (title: string, text: string | Uint8Array, ...faults: string[]): void => {
  test(`refused: ${title}`, () => {
    const answer = check(text)
    assert.deepEqual(faultsOf(answer), faults)
    assert.equal(answer.ack, 'AE')
    assert.equal(answer.code, faults[0]?.split(' ')[1])
    assert.equal(answer.screening, undefined)
    for (const { text: words } of answer.errors) assert.ok(words.length > 10)
  })
}

const person = {
  familyName: 'TESTNOM',
  firstNames: 'ANNE LUCIE',
  birthDate: '1979-03-11',
  sex: 'F',
  ins: testIns,
  postalCode: '75002',
  contact: { phone: '+33 612345678', email: 'anne@example.org' },
}

accepted('a sound result, by the French profile', messageOf(), {
  act: 'final',
  kind: 'pcr',
  result: 'negative',
  sampledAt: '2026-11-29T08:30:00+01:00',
  resultAt: '2026-11-29T10:20:00+01:00',
  site: '750712184',
  professional: '899700075122',
  person,
})

// Header
for (const version of ['2.3', '2.3.1', '2.4', '2.5', '2.6', '2.7', '2.8', '2.5.1^FRA^2.11']) {
  accepted(`version ${version}`, messageWith('MSH', 12, version))
}
accepted('without the structure in MSH-9', messageWith('MSH', 9, 'ORU^R01'))
accepted('without a word on acknowledgements', messageWith('MSH', 15, ''))
accepted('enhanced acknowledgement', messageWith('MSH', 16, 'AL'))
accepted('the truncation sign of 2.7 in MSH-2', messageWith('MSH', 2, '^~\\&#'))
accepted(
  'other delimiters',
  messageOf()
    .replaceAll('|', '\x01')
    .replaceAll('^', '!')
    .replaceAll('\x01', '$')
    .replaceAll('&', '*'),
  { person },
)
refused('no version', messageWith('MSH', 12, ''), 'MSH^1^12 101 REQUIRED')
for (const version of ['2.2', '2.9', '3.0', 'FHIR']) {
  refused(
    `version ${version}`,
    messageWith('MSH', 12, version),
    'MSH^1^12 203 VERSION_NOT_SUPPORTED',
  )
}
refused('an order', messageWith('MSH', 9, 'ORM^O01'), 'MSH^1^9 200 MESSAGE_TYPE_NOT_SUPPORTED')
refused(
  'an admission',
  messageWith('MSH', 9, 'ADT^A01^ADT_A01'),
  'MSH^1^9 200 MESSAGE_TYPE_NOT_SUPPORTED',
)
refused(
  'another event',
  messageWith('MSH', 9, 'ORU^R30^ORU_R30'),
  'MSH^1^9 201 MESSAGE_EVENT_NOT_SUPPORTED',
)
refused('no event', messageWith('MSH', 9, 'ORU'), 'MSH^1^9 101 REQUIRED')
refused('no type', messageWith('MSH', 9, ''), 'MSH^1^9 101 REQUIRED')
refused(
  'another structure',
  messageWith('MSH', 9, 'ORU^R01^ORU_W01'),
  'MSH^1^9 200 MESSAGE_TYPE_NOT_SUPPORTED',
)
refused('no control id', messageWith('MSH', 10, ''), 'MSH^1^10 101 REQUIRED')
refused('an endless control id', messageWith('MSH', 10, 'x'.repeat(200)), 'MSH^1^10 102 TOO_LONG')
refused(
  'a message of training',
  messageWith('MSH', 11, 'T'),
  'MSH^1^11 202 PROCESSING_ID_NOT_SUPPORTED',
)
refused('an unknown processing id', messageWith('MSH', 11, 'Q'), 'MSH^1^11 103 NOT_ALLOWED')
refused('no processing id', messageWith('MSH', 11, ''), 'MSH^1^11 101 REQUIRED')
refused('no time of the message', messageWith('MSH', 7, ''), 'MSH^1^7 101 REQUIRED')
refused('a time that is none', messageWith('MSH', 7, '29/11/2026'), 'MSH^1^7 102 MALFORMED')
refused(
  'an unknown wish for acknowledgement',
  messageWith('MSH', 15, 'YES'),
  'MSH^1^15 103 NOT_ALLOWED',
)
refused('three delimiters', messageWith('MSH', 2, '^~\\'), 'MSH^1^2 102 DELIMITERS_INVALID')
refused('one delimiter twice', messageWith('MSH', 2, '^^\\&'), 'MSH^1^2 102 DELIMITERS_INVALID')
refused('a letter as delimiter', messageWith('MSH', 2, '^A\\&'), 'MSH^1^2 102 DELIMITERS_INVALID')

// Segments
accepted('no visit', messageOf({ PV1: null }))
accepted('no ORC', messageOf({ ORC: null }))
accepted('no specimen: OBR-7 says when', messageOf({ SPM: null }))
accepted('a segment of the laboratory itself', messageOf({ PV1: 'PV1|1|O\rZLB|any|thing' }))
accepted('a note everywhere', messageOf({ OBX: `${soundSegments.OBX}\rNTE|1||Test` }))
accepted('a continuation nobody wants', `${messageOf()}DSC|\r`)
accepted('lines of an editor', messageOf().replaceAll('\r', '\r\n'))
accepted('a message in its MLLP frame', `\x0b${messageOf()}\x1c\r`)
refused('no patient', messageOf({ PID: null, PV1: null }), 'PID^1 100 SEGMENT_MISSING')
refused(
  'no request',
  messageOf({ ORC: null, OBR: null, OBX: null, SPM: null }),
  'OBR^1 100 SEGMENT_MISSING',
)
refused('no observation', messageOf({ OBX: null }), 'OBX^1 100 SEGMENT_MISSING')
refused(
  'the header alone',
  messageOf({ PID: null, PV1: null, ORC: null, OBR: null, OBX: null, SPM: null }),
  'PID^1 100 SEGMENT_MISSING',
)
refused(
  'a result before its request',
  messageOf({ OBR: soundSegments.OBX ?? '', OBX: soundSegments.OBR ?? '', SPM: null }),
  'OBX^1 100 SEGMENT_OUT_OF_ORDER',
)
const ofThePatient = (version: string): string =>
  messageOf({
    MSH: withField('MSH', 12, version),
    PV1: 'OBX|1|ST|8302-2^Height^LN||170||||||F\rPV1|1|O',
  })
accepted('an observation of the patient, as since 2.7', ofThePatient('2.8'), { result: 'negative' })
refused('the same before 2.7', ofThePatient('2.5.1'), 'OBX^1 100 SEGMENT_OUT_OF_ORDER')
refused(
  'a visit after the request',
  messageOf({ PV1: null, OBR: `${soundSegments.OBR}\rPV1|1|O` }),
  'PV1^1 100 SEGMENT_OUT_OF_ORDER',
)
refused(
  'an ORC that no request follows',
  `${messageOf()}ORC|RE|P002|F002\r`,
  'ORC^2 100 SEGMENT_OUT_OF_ORDER',
)
refused(
  'a line that is no segment',
  messageOf({ PV1: 'this is not HL7' }),
  'ZZZ^1 100 SEGMENT_UNKNOWN',
)
refused('a visit of no class', messageOf({ PV1: 'PV1|1|' }), 'PV1^1^2 101 REQUIRED')
refused('an ORC without control', messageOf({ ORC: 'ORC||P001|F001' }), 'ORC^1^1 101 REQUIRED')
refused('a specimen of no type', messageWith('SPM', 4, ''), 'SPM^1^4 101 REQUIRED')

// Patient
accepted('a man', messageWith('PID', 8, 'M'), { person: { sex: 'M' } })
accepted('a sex that is not told', messageWith('PID', 8, ''), { person: { sex: 'U' } })
accepted('a year of birth', messageWith('PID', 7, '1979'), { person: { birthDate: '1979' } })
accepted('a month of birth', messageWith('PID', 7, '197903'), { person: { birthDate: '1979-03' } })
accepted('a birth date with a time', messageWith('PID', 7, '197903110000+0100'), {
  person: { birthDate: '1979-03-11' },
})
accepted('no INS', messageWith('PID', 3, '4242^^^LABTEST^PI'))
accepted('an address elsewhere', messageWith('PID', 11, '1 Test St^^Boston^MA^02139^USA'))
accepted(
  'a delimiter in a name',
  messageWith('PID', 5, 'TEST\\S\\NOM^ANNE').replace('TEST\\S\\NOM', 'TEST\\X27\\NOM'),
  { person: { familyName: "TEST'NOM" } },
)
accepted(
  'a name of several words in subcomponents',
  messageWith('PID', 5, 'DE TEST&DE&TEST^ANNE'),
  { person: { familyName: 'DE TEST' } },
)
accepted('only one name', messageWith('PID', 5, 'TESTNOM'), {
  person: { familyName: 'TESTNOM', firstNames: '' },
})
refused('no identifier', messageWith('PID', 3, ''), 'PID^1^3 101 REQUIRED')
refused('no name', messageWith('PID', 5, ''), 'PID^1^5 101 REQUIRED')
refused('a name to be deleted', messageWith('PID', 5, '""'), 'PID^1^5 101 REQUIRED')
refused('digits in a name', messageWith('PID', 5, 'T3ST^ANNE'), 'PID^1^5 102 NAME_CHARACTERS')
refused('no birth date', messageWith('PID', 7, ''), 'PID^1^7 101 REQUIRED')
refused(
  'a birth date of no calendar',
  messageWith('PID', 7, '19790230'),
  'PID^1^7 102 BIRTH_DATE_NOT_REAL',
)
refused(
  'a birth date as people write it',
  messageWith('PID', 7, '11/03/1979'),
  'PID^1^7 102 MALFORMED',
)
refused(
  'a birth date to come',
  messageWith('PID', 7, '20270101'),
  'PID^1^7 102 BIRTH_DATE_IN_FUTURE',
)
refused('an unknown sex', messageWith('PID', 8, 'Z'), 'PID^1^8 103 NOT_ALLOWED')
refused(
  'an INS with a wrong key',
  messageWith('PID', 3, '279035121518900^^^A&1.2.250.1.213.1.4.8&ISO^INS'),
  'PID^1^3 204 INS_INVALID',
)
refused(
  'a phone that is none',
  messageWith('PID', 13, '^PRN^CP^^^^12'),
  'PID^1^13 102 PHONE_INVALID',
)
refused('a set id of letters', messageWith('PID', 1, 'one'), 'PID^1^1 102 MALFORMED')

// Orders and samples
accepted('the number of the order in ORC alone', messageWith('OBR', 3, ''))
accepted(
  'a time without offset: that of MSH-7',
  messageOf({ SPM: null, OBR: withField('OBR', 7, '20261129083000') }),
  { sampledAt: '2026-11-29T08:30:00+01:00' },
)
accepted(
  'no offset anywhere: the laboratory’s clock',
  messageOf({
    SPM: null,
    MSH: withField('MSH', 7, '20261129103000'),
    OBR: withField('OBR', 7, '20261129083000'),
  }),
  { sampledAt: '2026-11-29T08:30:00+01:00' },
)
accepted(
  'an offset of elsewhere',
  messageOf({ SPM: null, OBR: withField('OBR', 7, '20261129033000.1234-0400') }),
  { sampledAt: '2026-11-29T03:30:00.1234-04:00' },
)
refused(
  'no order number at all',
  messageOf({
    ORC: null,
    SPM: withField('SPM', 2, ''),
    OBR: withField('OBR', 3, '').replace('P001', ''),
  }),
  'OBR^1^3 101 REQUIRED',
)
refused('an order of nothing', messageWith('OBR', 4, ''), 'OBR^1^4 101 REQUIRED')
refused(
  'no time of the sample',
  messageOf({ SPM: null, OBR: withField('OBR', 7, ''), OBX: withField('OBX', 14, '') }),
  'OBR^1^7 101 REQUIRED',
)
refused(
  'a day alone',
  messageOf({ SPM: null, OBR: withField('OBR', 7, '20261129') }),
  'OBR^1^7 102 TIME_TOO_IMPRECISE',
)
refused('an hour alone', messageWith('SPM', 17, '2026112908'), 'SPM^1^17 102 TIME_TOO_IMPRECISE')
refused('25 o’clock', messageWith('SPM', 17, '202611292530+0100'), 'SPM^1^17 102 MALFORMED')
refused(
  'an offset of 25 hours',
  messageWith('SPM', 17, '202611290830+2500'),
  'SPM^1^17 102 MALFORMED',
)
refused(
  'a sample to come',
  messageWith('SPM', 17, '202612290830+0100'),
  'SPM^1^17 102 SAMPLED_IN_FUTURE',
  'OBX^1^19 102 RESULT_BEFORE_SAMPLING',
)
refused(
  'a sample of last year',
  messageWith('SPM', 17, '202511290830+0100'),
  'SPM^1^17 102 SAMPLED_TOO_OLD',
)
for (const status of ['F', 'U', 'V', 'C', 'A', 'P', 'R', 'S', 'I', 'B']) {
  refused(
    `a cancelled order whose result is ${status}`,
    messageOf({ OBR: withField('OBR', 25, 'X'), OBX: withField('OBX', 11, status) }),
    'OBR^1^25 103 STATUS_CONTRADICTS',
  )
}
accepted(
  'a cancelled order of which no result could be had',
  messageOf({ OBR: withField('OBR', 25, 'X'), OBX: withField('OBX', 11, 'X') }),
  { act: 'final', result: 'inconclusive' },
)
for (const [status, act] of Object.entries({ W: 'wrong', D: 'deleted' })) {
  accepted(
    `a cancelled order whose result is taken back by ${status}`,
    messageOf({ OBR: withField('OBR', 25, 'X'), OBX: withField('OBX', 11, status) }),
    { act },
  )
}
refused(
  'the second of two orders is cancelled',
  messageOf({
    SPM: `${soundSegments.SPM}\r${soundSegments.ORC}\r${withField('OBR', 25, 'X')}\r${soundSegments.OBX}`.replace(
      /(ORC.*OBR.*?\|)P001\|F001/s,
      (found) => found.replaceAll('F001', 'F002'),
    ),
  }),
  'OBR^2^25 103 STATUS_CONTRADICTS',
)
refused('an unknown report status', messageWith('OBR', 25, 'Q'), 'OBR^1^25 103 NOT_ALLOWED')
refused(
  'a result of before its sample',
  messageWith('OBX', 19, '202611280830+0100'),
  'OBX^1^19 102 RESULT_BEFORE_SAMPLING',
)

// Results
const results = {
  positive: [
    '260373001^Détecté^SCT',
    '10828004^Positif^SCT',
    'LA6576-8^Positif^LN',
    'POS^Positif^L',
    'X1^Détecté^99LAB',
  ],
  negative: [
    '260385009^Négatif^SCT',
    'LA11883-8^Not detected^LN',
    'X2^Négatif^99LAB',
    '^^^260415000^Non détecté^SCT',
  ],
  inconclusive: ['419984006^Inconclusive^SCT', '82334004^Indéterminé^SCT', 'IND^Indéterminé^L'],
} as const
for (const [result, values] of Object.entries(results)) {
  for (const value of values)
    accepted(`${result} as ${value}`, messageWith('OBX', 5, value), { result })
}
const ofType = (type: string, value: string): string =>
  messageOf({ OBX: withField('OBX', 5, value).replace('|CWE|', `|${type}|`) })
accepted('a word', ofType('ST', 'Négatif'), { result: 'negative' })
accepted('text in English', ofType('TX', 'Not Detected.'), { result: 'negative' })
accepted('an alternative code of the test', messageWith('OBX', 3, 'PCR1^PCR^L^94500-6^ARN^LN'))
accepted('an antigen', messageWith('OBX', 3, '94558-4^Ag^LN'), { kind: 'antigen' })
accepted(
  'a device of the EU list',
  messageOf({ OBX: withField('OBX', 17, '1833^Test^JRC').replace('94500-6', '94558-4') }),
  { device: '1833' },
)
accepted('preliminary: the person waits', messageWith('OBX', 11, 'P'), { act: 'preliminary' })
accepted('corrected', messageWith('OBX', 11, 'C'), { act: 'corrected', result: 'negative' })
accepted('of somebody else', messageWith('OBX', 11, 'W'), { act: 'wrong' })
accepted(
  'deleted, without a value',
  messageOf({ OBX: withField('OBX', 5, '').replace('||||||F|', '||||||D|') }),
  { act: 'deleted' },
)
accepted(
  'no result to be had',
  messageOf({ OBX: withField('OBX', 5, '').replace('||||||F|', '||||||X|') }),
  { result: 'inconclusive' },
)
accepted(
  'symptoms',
  `${messageOf({ SPM: null })}OBX|2|CWE|95419-8^Symptomatic^LN||Y^Yes^HL70136||||||F\rOBX|3|DT|65222-2^Onset^LN||20261127||||||F\r`,
  { symptoms: { presence: 'present', onset: '2026-11-27' } },
)
for (const word of ['Positif faible', 'PCR positive', 'Détectable', 'POSITIF FAIBLE'])
  accepted(`positive as ${word}`, ofType('ST', word), { result: 'positive' })
for (const word of ['Recherche négative', 'Indétectable', 'Absence de détection'])
  accepted(`negative as ${word}`, ofType('ST', word), { result: 'negative' })
accepted('a comment beside the result, as a repetition', ofType('TX', 'Négatif~à contrôler'), {
  result: 'negative',
})
refused(
  'two repetitions that contradict each other',
  messageWith('OBX', 5, '260415000^^SCT~260373001^^SCT'),
  'OBX^1^5 103 TEST_AMBIGUOUS',
)
refused(
  'an alternative code that says something else',
  messageWith('OBX', 5, '260415000^Non détecté^SCT^POS^Positif^L'),
  'OBX^1^5 103 TEST_AMBIGUOUS',
)
accepted('LOINC by its OID alone', messageWith('OBX', 3, '94500-6^ARN^2.16.840.1.113883.6.1'))
refused('no status', messageWith('OBX', 11, ''), 'OBX^1^11 101 REQUIRED')
refused('an unknown status', messageWith('OBX', 11, 'Q'), 'OBX^1^11 103 NOT_ALLOWED')
refused('no value', messageWith('OBX', 5, ''), 'OBX^1^5 101 REQUIRED')
refused('a value that says nothing', ofType('ST', 'voir document'), 'OBX^1^5 103 RESULT_UNKNOWN')
refused('a number', ofType('NM', '32.5'), 'OBX^1^5 103 RESULT_UNKNOWN')
refused('a number that is none', ofType('NM', 'high'), 'OBX^1^5 102 MALFORMED')
refused('no type of value', ofType('', '260415000^Non détecté^SCT'), 'OBX^1^2 101 REQUIRED')
refused(
  'an unknown type of value',
  ofType('QQ', '260415000^Non détecté^SCT'),
  'OBX^1^2 103 NOT_ALLOWED',
)
refused('no test', messageWith('OBX', 3, ''), 'OBX^1^3 101 REQUIRED')
refused('another analysis', messageWith('OBX', 3, '2345-7^Glucose^LN'), 'OBX^1^3 103 TEST_UNKNOWN')
refused('serology', messageWith('OBX', 3, '94563-4^IgG^LN'), 'OBX^1^3 103 TEST_UNKNOWN')
refused(
  'a device of no list',
  messageOf({ OBX: withField('OBX', 17, '1^Test^JRC').replace('94500-6', '94558-4') }),
  'OBX^1^17 103 DEVICE_UNKNOWN',
)
refused(
  'a wrong RPPS of the biologist',
  messageOf().replace('899700075122^TESTBIO', '899700075123^TESTBIO'),
  'OBX^1^16 204 RPPS_INVALID',
)
refused(
  'a wrong RPPS of who asked',
  messageOf().replace('899700075122^TESTMED', '899700075123^TESTMED'),
  'ORC^1^12 204 RPPS_INVALID',
)
refused(
  'a wrong FINESS',
  messageOf().replace('1750712184', '1750712185'),
  'OBX^1^23 204 FINESS_INVALID',
)
refused(
  'genes that contradict each other',
  messageOf({
    SPM: null,
    OBX: 'OBX|1|CWE|94559-2^ORF1ab^LN||260415000^^SCT||||||F\rOBX|2|CWE|94533-7^N^LN||260373001^^SCT||||||F',
  }),
  'OBX^2^5 103 TEST_AMBIGUOUS',
)
accepted(
  'genes below their conclusion',
  messageOf({
    SPM: null,
    OBX: 'OBX|1|CWE|94533-7^N^LN||260415000^^SCT||||||F\rOBX|2|CWE|94500-6^ARN^LN||260373001^^SCT||||||F',
  }),
  { result: 'positive' },
)

// Documents
const document = (
  xml: string,
  encoding = 'Base64',
  data = Buffer.from(xml).toString('base64'),
): string =>
  `${messageOf()}OBX|2|ED|11502-2^CR d'examens biologiques^LN||^TEXT^XML^${encoding}^${data}||||||F\r`
const cda = '<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3"></ClinicalDocument>'
accepted('a CDA document beside the result', document(cda), { result: 'negative' })
const packed = (last: string): string =>
  messageOf() +
  `OBX|2|ED|11502-2^CR^LN||^multipart^x-hl7-cda-level-one^A^MIME-Version: 1.0\\X0D0A\\Content-Type: multipart/related; boundary="HL7"\\X0D0A0D0A\\--HL7\\X0D0A0D0A\\text${last}||||||F\r`
accepted('a package of CDA R2', packed('\\X0D0A\\--HL7--'))
refused('a package cut off', packed(''), 'OBX^2^5 102 DOCUMENT_UNREADABLE')
accepted(
  'base64 in lines',
  document(
    cda,
    'Base64',
    Buffer.from(cda)
      .toString('base64')
      .replace(/^.{76}/, '$&\\.br\\'),
  ),
)
accepted('a document in hexadecimal', document(cda, 'Hex', Buffer.from(cda).toString('hex')))
refused(
  'a document that is not base64',
  document(cda, 'Base64', 'PD94*'),
  'OBX^2^5 102 DOCUMENT_UNREADABLE',
)
refused('a document cut off', document(cda.slice(0, 50)), 'OBX^2^5 102 DOCUMENT_UNREADABLE')
refused('a document of no encoding', document(cda, ''), 'OBX^2^5 102 DOCUMENT_UNREADABLE')
refused(
  'a document without the result',
  document(cda).replace(`${soundSegments.OBX}\r`, ''),
  'OBX^1^3 103 TEST_UNKNOWN',
)

// Characters
const named = (text: string): string => messageWith('PID', 5, `${text}^ZOÉ`)
const latin = (text: string): Uint8Array => Buffer.from(text, 'latin1')
const iso = (text: string, said: string): Uint8Array => latin(text.replace('UNICODE UTF-8', said))
accepted('UTF-8', named('ÉÇHANTILLON'), {
  person: { familyName: 'ÉÇHANTILLON', firstNames: 'ZOÉ' },
})
accepted('ISO 8859-1', iso(named('ÉÇHANTILLON'), '8859/1'), {
  person: { familyName: 'ÉÇHANTILLON' },
})
accepted('ISO 8859-15', iso(named('TEST\xbcUVRE'), '8859/15'), {
  person: { familyName: 'TESTŒUVRE' },
})
accepted('ISO 8859-1 that says UTF-8', latin(named('ÉÇHANTILLON')), {
  person: { familyName: 'ÉÇHANTILLON' },
})
accepted('UTF-8 that says ISO 8859-1', named('ÉÇHANTILLON').replace('UNICODE UTF-8', '8859/1'), {
  person: { familyName: 'ÉÇHANTILLON' },
})
accepted('a set that nobody knows', named('ÉÇHANTILLON').replace('UNICODE UTF-8', 'KLINGON'), {
  person: { familyName: 'ÉÇHANTILLON' },
})
accepted('a byte order mark', `\ufeff${named('ÉÇHANTILLON')}`, {
  person: { familyName: 'ÉÇHANTILLON' },
})

// What is no message
const nothing = 'MSH^1 100 NOT_A_MESSAGE'
refused('nothing', '', nothing)
refused('blanks', ' \r\n\r\n', nothing)
refused('garbage', '\x00\x01\x02garbage\xff', nothing)
refused('a picture', Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), nothing)
refused('MSH and no more', 'MSH', 'MSH^1^2 102 DELIMITERS_INVALID')
refused('a header cut off', 'MSH|^~\\', 'MSH^1^2 102 DELIMITERS_INVALID')
refused(
  'five megabytes',
  `${messageOf()}NTE|1||${'x'.repeat(5 * 1024 * 1024)}\r`,
  'MSH^1 102 MESSAGE_TOO_LARGE',
)

test('several patients are several results, and one that is wrong is told by its number', () => {
  const second = messageOf({ MSH: null }).replaceAll('001', '002').replace('TESTNOM', 'TESTAUTRE')
  const answer = check(messageOf() + second)
  assert.equal(answer.ack, 'AA')
  assert.equal(answer.screenings?.length, 2)
  assert.notEqual(answer.screenings?.[0]?.id, answer.screenings?.[1]?.id)
  const spoilt = second.replace('19790311', '19791311')
  assert.deepEqual(faultsOf(check(messageOf() + spoilt)), ['PID^2^7 102 BIRTH_DATE_NOT_REAL'])
})

test('two results of one message under one order number are one too many', () => {
  const second = messageOf({ MSH: null }).replace('TESTNOM', 'TESTAUTRE')
  assert.deepEqual(faultsOf(check(messageOf() + second)), ['OBX^2^5 205 RESULT_REPEATED'])
})

test('a result has one id, whichever message tells it and whatever its state', () => {
  const idOf = (text: string): string | undefined => check(text).screening?.id
  const id = idOf(messageOf())
  assert.match(id ?? '', /^[0-9a-f-]{36}$/)
  assert.equal(
    idOf(messageOf({ MSH: withField('MSH', 10, 'OTHER'), OBX: withField('OBX', 11, 'C') })),
    id,
  )
  assert.notEqual(idOf(messageOf().replaceAll('F001', 'F002')), id)
})

const batch = (
  messages: readonly string[],
  count = String(messages.length),
  batches = '1',
): string =>
  ['FHS|^~\\&|LABTEST\rBHS|^~\\&|LABTEST\r', ...messages, `BTS|${count}\rFTS|${batches}\r`].join('')
const answersOf = (text: string): string[] =>
  checkAll(text).map((answer) => [answer.message, answer.ack, ...faultsOf(answer)].join(' '))
const two = [
  messageOf(),
  messageOf({ MSH: withField('MSH', 10, 'TEST00002') }).replaceAll('001|', '002|'),
]

test('a batch is answered message by message', () => {
  assert.deepEqual(answersOf(batch(two)), ['TEST00001 AA', 'TEST00002 AA'])
  const spoilt = [two[0] ?? '', messageWith('PID', 7, '')]
  assert.deepEqual(answersOf(batch(spoilt)), ['TEST00001 AA', 'TEST00001 AE PID^1^7 101 REQUIRED'])
})

test('messages one after the other need no batch', () => {
  assert.deepEqual(answersOf(two.join('')), ['TEST00001 AA', 'TEST00002 AA'])
})

test('a batch that is not whole is believed in no part', () => {
  const fault = (place: string, rule: string): string[] =>
    ['TEST00001', 'TEST00002'].map((id) => `${id} AE ${place} ${rule}`)
  assert.deepEqual(answersOf(batch(two, '3')), fault('BTS^1^1', '102 BATCH_COUNT_DIFFERS'))
  assert.deepEqual(answersOf(batch(two, 'two')), fault('BTS^1^1', '102 MALFORMED'))
  assert.deepEqual(answersOf(batch(two, '2', '4')), fault('FTS^1^1', '102 BATCH_COUNT_DIFFERS'))
  assert.deepEqual(
    answersOf(batch(two).replace('FTS|1\r', '')),
    fault('FTS^1', '100 BATCH_TRUNCATED'),
  )
  assert.deepEqual(answersOf(batch(two).replace(/BTS.*\rFTS.*\r/, '')), [
    'TEST00001 AE BTS^1 100 BATCH_TRUNCATED FTS^1 100 BATCH_TRUNCATED',
    'TEST00002 AE BTS^1 100 BATCH_TRUNCATED FTS^1 100 BATCH_TRUNCATED',
  ])
  assert.deepEqual(
    answersOf(batch(two).replace(/BHS.*?\r/, '')),
    fault('BHS^1', '100 BATCH_TRUNCATED'),
  )
  assert.deepEqual(answersOf(batch([], '2')), [' AE BTS^1^1 102 BATCH_COUNT_DIFFERS'])
})

test('trailers that count nothing, and batches without a header of their own, are as the standard has them', () => {
  const whole = ['TEST00001 AA', 'TEST00002 AA']
  assert.deepEqual(answersOf(batch(two).replace(/BTS.*\rFTS.*\r/, 'BTS\rFTS\r')), whole)
  for (const count of ['', '|0', '|1'])
    assert.deepEqual(answersOf(`FHS|^~\\&|LABTEST\r${two.join('')}FTS${count}\r`), whole)
  const [fault] = answersOf(`FHS|^~\\&|LABTEST\r${two.join('')}FTS|2\r`)
  assert.equal(fault, 'TEST00001 AE FTS^1^1 102 BATCH_COUNT_DIFFERS')
})

test('as many results as one message may have are read, each of a patient of its own', () => {
  const [header, ...others] = messageOf().split(/(?<=\r)/)
  const results = Array.from({ length: resultsMax }, (_, index) =>
    others.join('').replaceAll('F001', `F${index}`),
  )
  const answer = check([header, ...results].join(''))
  assert.deepEqual(faultsOf(answer), [])
  assert.equal(answer.screenings?.length, resultsMax)
})

test('a message of delimiters, of escapes, or with a header without end is refused before it is taken apart', (context) => {
  const parse = context.mock.method(Hl7Message, 'parse')
  const signs = 4 * 1024 * 1024 - 4_096
  const hostile = [
    ...['~', '^', '&', '|', 'a&~', '\\XC3\\', '\\', 'ZZZ|\r'].map((unit) =>
      messageWith('OBX', 5, unit.repeat(signs / unit.length)),
    ),
    messageWith('MSH', 3, 'x'.repeat(4_096)),
  ]
  for (const text of hostile)
    assert.deepEqual(faultsOf(check(text)), ['MSH^1 102 MESSAGE_TOO_LARGE'])
  assert.equal(parse.mock.callCount(), 0)
  // Formatted text of two thousand lines, and a document of as many bytes as may be.
  const lines = 'Rendu\\.br\\'.repeat(2_000)
  const document = 'A'.repeat(3 * 1024 * 1024)
  const comments = `OBX|2|FT|8251-1^^LN||${lines}||||||F\rOBX|3|ED|11488-4^^LN||^AP^pdf^Base64^${document}||||||F`
  const sound = messageOf({ OBX: `${soundSegments.OBX}\r${comments}` })
  assert.deepEqual(faultsOf(check(sound)), [])
})

test('a message is judged as when it was made, or as at a moment that is given', () => {
  const late = { ...checkContext, now: new Date('2027-11-30T12:00:00Z') }
  const bytes = new TextEncoder().encode(messageOf())
  assert.equal(checkMessages(bytes, late)[0]?.ack, 'AA')
  const answer = checkMessages(bytes, { ...late, at: late.now })[0]
  assert.equal(answer?.errors[0]?.rule, 'SAMPLED_TOO_OLD')
})
