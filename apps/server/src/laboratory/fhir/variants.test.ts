/**
 * Bundles in the forms that FHIR R4 gives them, and in those that it does not: each place of a sound one spoilt in each way
 * that JSON allows, and each rule of the standard that a laboratory's software meets. What is expected is R4's word.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkMessages } from '../message-check.ts'
import { checkContext } from '../testing.ts'
import {
  observation,
  organization,
  patient,
  practitioner,
  put,
  report,
  request,
  specimen,
} from './mutants-testing.ts'
import { type Json, soundMessage, soundTransaction } from './testing.ts'

type JsonObject = { [name: string]: Json }
type Change = readonly [path: string, value: Json | undefined]

let count = 0

/** @param expected the expression and code that must be told, without `Bundle.`; or what is taken of it */
const variant = (title: string, bundle: Json, expected: string | object): void => {
  count += 1
  test(title, () => {
    const [answer, ...others] = checkMessages(
      new TextEncoder().encode(JSON.stringify(bundle)),
      checkContext,
    )
    assert.ok(answer !== undefined && others.length === 0)
    const found = answer.errors.map(({ location, code }) => `${location} ${code}`)
    if (typeof expected === 'string') {
      assert.equal(answer.ack, 'AE')
      const wanted = expected.startsWith('Bundle') ? expected : `Bundle.${expected}`
      assert.ok(found.includes(wanted), `${wanted} is not in: ${found.join(', ')}`)
    } else {
      assert.deepEqual(found, [])
      assert.equal(answer.ack, 'AA')
      assert.partialDeepStrictEqual(answer.screening ?? {}, expected)
    }
  })
}
const changed = (changes: readonly Change[], bundle: Json = soundTransaction()): Json =>
  changes.reduce((all, [path, value]) => put(all, path, value), bundle)
const spoilt = (path: string, value: Json | undefined, expected: string | object): void =>
  variant(
    `${path} = ${JSON.stringify(value)?.slice(0, 90) ?? 'nothing'}`,
    changed([[path, value]]),
    expected,
  )

const negative = { act: 'final', result: 'negative' } as const
const to = (reference: string): Json => ({ reference })
const uuid = (last: string): string => `urn:uuid:0b6e1b0c-0000-4000-8000-0000000000${last}`
const resourceAt = (index: number): JsonObject => {
  const { entry } = soundTransaction() as { entry: { resource: JsonObject }[] }
  return structuredClone(entry[index]?.resource ?? {})
}

// Every place of a sound bundle, spoilt in each way that JSON allows (R4 §2.6.2).
const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
/** A choice of types goes by its name alone in an expression (R4 §2.1.3.1). */
const expressionOf = (path: string): string =>
  path
    .replace('valueCodeableConcept', 'value')
    .replace('effectiveDateTime', 'effective')
    .replace('collectedDateTime', 'collected')
const walk = (value: Json, path: string, visit: (path: string, value: Json) => void): void => {
  if (path !== '') visit(path, value)
  if (Array.isArray(value)) {
    for (const [index, one] of value.entries()) walk(one, `${path}[${index}]`, visit)
  } else if (isObject(value)) {
    for (const [name, one] of Object.entries(value))
      walk(one, path === '' ? name : `${path}.${name}`, visit)
  }
}
walk(soundTransaction(), '', (path, value) => {
  // What a bundle or a resource is comes first, and has its own answers below.
  if (/resourceType$|^type$/.test(path)) return
  const at = expressionOf(path)
  if (Array.isArray(value)) {
    spoilt(path, {}, `${at} structure`)
    spoilt(path, 'x', `${at} structure`)
    spoilt(path, [], `${at} required`)
    spoilt(path, [null], `${at}[0] structure`)
  } else if (isObject(value)) {
    spoilt(path, 'x', `${at} structure`)
    if (path.endsWith('resource')) return
    spoilt(path, [value], `${at} structure`)
    spoilt(path, {}, `${at} required`)
    spoilt(`${path}.unknownThing`, 'x', `${at}.unknownThing structure`)
  } else {
    spoilt(path, 7, `${at} structure`)
    spoilt(path, '', `${at} required`)
    spoilt(path, null, `${at} structure`)
    spoilt(path, [value], `${at} structure`)
  }
})

// Elements that R4 or the result requires, each taken away.
for (const path of [
  'entry[0].resource.name',
  patient('birthDate'),
  request('status'),
  request('intent'),
  request('subject'),
  observation('status'),
  observation('code'),
  observation('subject'),
  report('status'),
  report('code'),
  'entry[3].request',
  'entry[3].request.method',
  'entry[3].request.url',
  'entry[3].resource',
])
  spoilt(path, undefined, `${path} required`)
spoilt(observation('valueCodeableConcept'), undefined, `${observation('value')} required`)
spoilt('type', undefined, 'type required')
spoilt('entry', undefined, 'entry required')
spoilt(patient('resourceType'), undefined, `${patient('resourceType')} required`)
// And those that neither does.
for (const path of [
  'identifier',
  'timestamp',
  'entry[0].fullUrl',
  patient('identifier'),
  patient('telecom'),
  patient('gender'),
  patient('address'),
  patient('name[0].use'),
  patient('name[0].given'),
  practitioner('name'),
  organization('name'),
  request('identifier'),
  request('code'),
  specimen('identifier'),
  specimen('type'),
  specimen('subject'),
  specimen('collection'),
  observation('effectiveDateTime'),
  observation('issued'),
  observation('performer'),
  observation('specimen'),
  observation('basedOn'),
  report('subject'),
  report('identifier'),
  report('specimen'),
  report('basedOn'),
  'entry[6]',
]) {
  // Without an address nobody can refer to the patient; a report without a subject is of nobody else.
  if (path === 'entry[0].fullUrl' || path === report('subject')) continue
  spoilt(path, undefined, negative)
}
spoilt('entry[0].fullUrl', undefined, `${observation('subject.reference')} not-found`)

// Bundles that are no request to record (R4 §2.36), and none at all.
for (const type of [
  'batch',
  'collection',
  'document',
  'searchset',
  'history',
  'batch-response',
  'transaction-response',
  'message-response',
])
  spoilt('type', type, type === 'message-response' ? 'type code-invalid' : 'type not-supported')
for (const type of ['Parameters', 'Patient', 'bundle', 'OperationOutcome'])
  spoilt('resourceType', type, 'resourceType not-supported')
spoilt('resourceType', 7, 'Bundle structure')
for (const type of [
  'Person',
  'patient',
  'Coverage',
  'Task',
  'Unknown',
  'Patient.contact',
  'Element',
])
  spoilt(patient('resourceType'), type, 'entry[0].resource not-supported')
spoilt('total', 7, 'total code-invalid')

// What changes the meaning of what it stands in, and is not known (R4 §2.4.1.1, §2.6.3).
const modifier: Json = [{ url: 'http://example.org/not', valueBoolean: true }]
for (const at of [patient, practitioner, organization, request, specimen, observation, report]) {
  spoilt(at('modifierExtension'), modifier, `${at('modifierExtension[0]')} extension`)
  spoilt(at('implicitRules'), 'http://example.org/rules', `${at('implicitRules')} extension`)
  spoilt(at('extension'), modifier, negative)
  spoilt(
    at('meta'),
    { profile: ['http://example.org/profile'], tag: [{ system: 'http://example.org', code: 'x' }] },
    negative,
  )
  spoilt(at('meta'), { profile: 'http://example.org/profile' }, `${at('meta.profile')} structure`)
  spoilt(at('meta'), { lastUpdated: '2026-11-29' }, `${at('meta.lastUpdated')} value`)
  spoilt(at('language'), 'fr', negative)
  spoilt(at('id'), 'not an id', `${at('id')} value`)
  spoilt(at('id'), 'x'.repeat(65), `${at('id')} value`)
  spoilt(
    at('text'),
    { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">x</div>' },
    negative,
  )
  spoilt(at('text'), { status: 'generated' }, `${at('text.div')} required`)
  spoilt(at('text'), { status: 'made', div: '<div>x</div>' }, `${at('text.status')} code-invalid`)
}
spoilt(
  specimen('collection.modifierExtension'),
  modifier,
  `${specimen('collection.modifierExtension[0]')} extension`,
)
spoilt('entry[0].modifierExtension', modifier, 'entry[0].modifierExtension[0] extension')
spoilt('implicitRules', 'http://example.org/rules', 'implicitRules extension')
// ext-1: a value or extensions, and one of them.
for (const [extension, expected] of [
  [{ url: 'http://example.org', valueString: 'x' }, negative],
  [{ url: 'http://example.org', extension: [{ url: 'a', valueCode: 'x' }] }, negative],
  [
    {
      url: 'http://example.org',
      _valueString: { extension: [{ url: 'http://example.org/why', valueCode: 'unknown' }] },
    },
    negative,
  ],
  [{ url: 'http://example.org' }, `${patient('extension[0]')} required`],
  [{ valueString: 'x' }, `${patient('extension[0].url')} required`],
  [
    { url: 'http://example.org', valueString: 'x', extension: [{ url: 'a', valueCode: 'x' }] },
    `${patient('extension[0].value')} code-invalid`,
  ],
  [
    { url: 'http://example.org', valueString: 'x', valueCode: 'x' },
    `${patient('extension[0].value')} code-invalid`,
  ],
  [{ url: 'http://example.org', valueText: 'x' }, `${patient('extension[0].valueText')} structure`],
  [{ url: 'http://example.org', valueString: 7 }, `${patient('extension[0].value')} structure`],
] as const)
  spoilt(patient('extension'), [extension] as unknown as Json, expected)

// Dates, and what stands beside a primitive (R4 §2.6.2.2).
for (const text of ['1979-03-11', '1979-03', '1979', '2000-02-29'])
  spoilt(patient('birthDate'), text, { person: { birthDate: text } })
for (const text of [
  '1979-13-01',
  '1979-02-30',
  '1900-02-29',
  '79',
  '1979-3-11',
  '1979-03-11T00:00:00Z',
  '11.03.1979',
  '1979-00',
  ' 1979',
])
  spoilt(patient('birthDate'), text, `${patient('birthDate')} value`)
const unknown: Json = {
  extension: [
    { url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' },
  ],
}
spoilt(patient('_birthDate'), unknown, negative)
spoilt(patient('_birthDate'), { id: 'b', ...(unknown as JsonObject) }, negative)
spoilt(patient('_birthDate'), 'x', `${patient('birthDate')} structure`)
spoilt(patient('_birthDate'), [unknown], `${patient('birthDate')} structure`)
spoilt(patient('_birthDate'), {}, `${patient('birthDate')} required`)
spoilt(patient('_birthDate'), { precision: 'year' }, `${patient('birthDate.precision')} structure`)
spoilt(
  patient('_birthDate'),
  { extension: [{ valueCode: 'x' }] },
  `${patient('birthDate.extension[0].url')} required`,
)
spoilt(patient('_name'), [unknown], `${patient('_name')} structure`)
variant(
  'a birth date that is told to be unknown',
  changed([
    [patient('birthDate'), undefined],
    [patient('_birthDate'), unknown],
  ]),
  `${patient('birthDate')} required`,
)
variant(
  'first names of which one has only an extension',
  changed([
    [patient('name[0].given'), ['ANNE', null]],
    [patient('name[0]._given'), [null, unknown]],
  ]),
  { person: { firstNames: 'ANNE' } },
)
spoilt(patient('name[0]._given'), unknown, `${patient('name[0].given')} structure`)

// dateTime and instant (R4 §2.24.0.1): seconds and an offset with every time.
const times: readonly [string, boolean][] = [
  ['2026-11-29T08:30:00+01:00', true],
  ['2026-11-29T07:30:00Z', true],
  ['2026-11-29T07:30:00.123Z', true],
  ['2026-11-29T07:30:00.123456789Z', true],
  ['2026-11-29T07:30:00+00:00', true],
  ['2026-11-28T21:30:00-10:00', true],
  ['2026-11-29T21:30:00+14:00', true],
  ['2026-11-29T08:30+01:00', false],
  ['2026-11-29T08:30:00', false],
  ['2026-11-29T08:30:00+0100', false],
  ['2026-11-29T08:30:00+01', false],
  ['2026-11-29T08:30:00+15:00', false],
  ['2026-11-29T24:30:00Z', false],
  ['2026-11-29T08:60:00Z', false],
  ['2026-11-29 08:30:00Z', false],
  ['2026-11-29t08:30:00z', false],
  ['2026-11-31T08:30:00Z', false],
  ['20261129083000+0100', false],
]
for (const [text, isSound] of times) {
  const at = specimen('collection.collected')
  spoilt(
    specimen('collection.collectedDateTime'),
    text,
    isSound ? { sampledAt: text } : `${at} value`,
  )
  variant(
    `effectiveDateTime ${text}`,
    changed([
      ['entry[4].resource.collection', undefined],
      [observation('effectiveDateTime'), text],
    ]),
    isSound ? { sampledAt: text } : `${observation('effective')} value`,
  )
  if (!isSound) spoilt('timestamp', text, 'timestamp value')
}
for (const text of ['2026', '2026-11', '2026-11-29'])
  spoilt(
    specimen('collection.collectedDateTime'),
    text,
    `${specimen('collection.collected')} value`,
  )
variant(
  'a period of collection',
  changed([
    [specimen('collection.collectedDateTime'), undefined],
    [
      specimen('collection.collectedPeriod'),
      { start: '2026-11-29T08:30:00+01:00', end: '2026-11-29T08:31:00+01:00' },
    ],
  ]),
  { sampledAt: '2026-11-29T08:30:00+01:00' },
)
variant(
  'a period that ends before it begins',
  changed([
    [specimen('collection.collectedDateTime'), undefined],
    [
      specimen('collection.collectedPeriod'),
      { start: '2026-11-29T08:30:00Z', end: '2026-11-29T08:00:00Z' },
    ],
  ]),
  `${specimen('collection.collected.end')} code-invalid`,
)

// Names, numbers and addresses that are in use, and that are not.
const name = (use: string | undefined, family = 'TESTNOM'): Json => ({
  ...(use === undefined ? {} : { use }),
  family,
  given: ['ANNE'],
})
for (const names of [
  [name('official')],
  [name('usual', 'TESTUSAGE'), name('official')],
  [name('usual', 'TESTUSAGE'), name('maiden')],
  [name('nickname', 'TESTPETIT'), name(undefined)],
  [name('anonymous', 'TESTNEMO'), name('usual')],
  [name('old', 'TESTVIEUX'), name('usual')],
  [name('temp')],
])
  spoilt(patient('name'), names as Json, { person: { familyName: 'TESTNOM' } })
spoilt(patient('name'), [{ text: 'Anne TESTNOM' }], `${patient('name[0].family')} required`)
spoilt(patient('telecom[0].use'), 'old', { person: { contact: { email: 'anne@example.org' } } })
for (const use of ['home', 'work', 'mobile', 'temp'])
  spoilt(patient('telecom[0].use'), use, { person: { contact: { phone: '0612345678' } } })
spoilt(patient('telecom[0].use'), 'private', `${patient('telecom[0].use')} code-invalid`)
spoilt(patient('telecom[0].rank'), 0, `${patient('telecom[0].rank')} value`)
spoilt(patient('telecom[0].rank'), 1, negative)
for (const last of ['8', '9', '10', '11'])
  spoilt(patient('identifier[0].system'), `urn:oid:1.2.250.1.213.1.4.${last}`, {
    person: { ins: '279035121518989' },
  })
for (const gender of ['male', 'female', 'other', 'unknown'])
  spoilt(patient('gender'), gender, negative)
for (const gender of ['F', 'Female', 'undetermined'])
  spoilt(patient('gender'), gender, `${patient('gender')} code-invalid`)

// References (R4 §2.3.0, §2.36.4): by fullUrl, relative to a server, by version, by id.
const everySubject = (reference: string): Change[] =>
  [observation('subject'), report('subject'), specimen('subject'), request('subject')].map(
    (path): Change => [path, to(reference)],
  )
for (const reference of [
  uuid('01'),
  uuid('01').toUpperCase().replace('URN:UUID', 'urn:uuid'),
  `${uuid('01')}`,
])
  variant(`every subject ${reference}`, changed(everySubject(reference)), negative)
const server = 'https://laboratoire.example/fhir/'
const served: Change[] = [
  ['entry[0].fullUrl', `${server}Patient/1`],
  [patient('id'), '1'],
]
for (const reference of [
  'Patient/1',
  'Patient/1/_history/2',
  `${server}Patient/1`,
  `${server}Patient/1/_history/2`,
])
  variant(`every subject ${reference}`, changed([...served, ...everySubject(reference)]), negative)
for (const reference of [
  'Patient/2',
  `${server}Patient/2`,
  'https://anderswo.example/fhir/Patient/1',
  '#1',
  'urn:oid:1.2.3',
  'Patient',
])
  variant(
    `every subject ${reference}, which is nowhere`,
    changed([...served, ...everySubject(reference)]),
    `${observation('subject.reference')} not-found`,
  )
/** The same id on two servers is two patients. */
const twoServers = (from: Change[]): Json =>
  changed([
    ...served,
    [
      'entry[7]',
      {
        fullUrl: 'https://anderswo.example/fhir/Patient/1',
        resource: { ...resourceAt(0), id: '1', name: [{ family: 'TESTAUTRE', given: ['EVE'] }] },
        request: { method: 'POST', url: 'Patient' },
      },
    ],
    ...everySubject('Patient/1'),
    ...from,
  ])
variant(
  'one id on two servers, and nothing says which',
  twoServers([]),
  `${observation('subject.reference')} not-found`,
)
variant(
  'one id on two servers, and each refers to its own',
  twoServers([
    ['entry[5].fullUrl', `${server}Observation/1`],
    [report('result'), [to(`${server}Observation/1`)]],
    ['entry[6].fullUrl', `${server}DiagnosticReport/1`],
    ['entry[4].fullUrl', `${server}Specimen/1`],
    [observation('specimen'), to('Specimen/1')],
    [report('specimen'), [to('Specimen/1')]],
    ['entry[3].fullUrl', `${server}ServiceRequest/1`],
    [observation('basedOn'), [to('ServiceRequest/1')]],
    [report('basedOn'), [to('ServiceRequest/1')]],
  ]),
  { person: { familyName: 'TESTNOM' } },
)
variant(
  'a fullUrl that disagrees with the id',
  changed([...served, [patient('id'), '2'], ...everySubject(`${server}Patient/1`)]),
  'entry[0].fullUrl code-invalid',
)
for (const url of ['Patient/1', 'x', 'ftp://x/Patient/1', '#1'])
  spoilt('entry[0].fullUrl', url, 'entry[0].fullUrl value')
spoilt(observation('subject'), { display: 'Anne' }, `${observation('subject.reference')} not-found`)
spoilt(
  observation('subject.reference'),
  uuid('05'),
  `${observation('subject.reference')} code-invalid`,
)

// Contained resources (dom-2 to dom-5).
const contained = (resource: JsonObject): Json =>
  changed([
    [observation('contained'), [resource] as Json],
    [observation('specimen'), to('#s')],
  ])
const inner = { ...resourceAt(4), id: 's' }
variant('a contained specimen', contained(inner), negative)
const [within] = [observation('contained[0]')]
variant(
  'a contained resource in one',
  contained({ ...inner, contained: [{ ...inner, id: 't' }] }),
  `${within}.contained code-invalid`,
)
variant(
  'a contained resource that nobody refers to',
  contained({ ...inner, id: 't' }),
  `${within}.id not-found`,
)
variant(
  'a contained resource with a version',
  contained({ ...inner, meta: { versionId: '1' } }),
  `${within}.meta.versionId code-invalid`,
)
variant(
  'a contained resource of a time',
  contained({ ...inner, meta: { lastUpdated: '2026-11-29T10:00:00Z' } }),
  `${within}.meta.lastUpdated code-invalid`,
)
variant('a contained resource of no id', contained(resourceAt(4)), `${within}.id required`)

// Requests of a transaction (R4 §3.1.0.11), and a message, which has none.
for (const [asked, expected] of [
  [{ method: 'POST', url: 'Patient' }, negative],
  [{ method: 'PUT', url: 'Patient?identifier=http://example.org|1' }, negative],
  [{ method: 'PUT', url: 'Patient/1' }, 'entry[0].resource.id required'],
  [{ method: 'PUT', url: 'Patient' }, 'entry[0].request.url code-invalid'],
  [{ method: 'POST', url: 'Patient/1' }, 'entry[0].request.url code-invalid'],
  [{ method: 'POST', url: 'Patient?x=1' }, 'entry[0].request.url code-invalid'],
  [{ method: 'POST', url: '/Patient' }, 'entry[0].request.url code-invalid'],
  [{ method: 'GET', url: 'Patient' }, 'entry[0].request.method code-invalid'],
  [{ method: 'PATCH', url: 'Patient/1' }, 'entry[0].request.method code-invalid'],
  [{ method: 'put', url: 'Patient' }, 'entry[0].request.method code-invalid'],
  [{ method: 'POST', url: 'Patient', ifMatch: 'W/"1"' }, 'entry[0].request.ifMatch code-invalid'],
] as const)
  spoilt('entry[0].request', asked as Json, expected)
variant(
  'an update by its id',
  changed([
    [patient('id'), '1'],
    ['entry[0].request', { method: 'PUT', url: 'Patient/1' }],
  ]),
  negative,
)
variant(
  'an update of another id',
  changed([
    [patient('id'), '2'],
    ['entry[0].request', { method: 'PUT', url: 'Patient/1' }],
  ]),
  'entry[0].resource.id code-invalid',
)
const message = (path: string, value: Json | undefined): Json => put(soundMessage(), path, value)
const header = 'entry[0].resource'
variant('a message', soundMessage(), negative)
for (const [path, value, expected] of [
  [`${header}.eventCoding`, undefined, `${header}.event required`],
  [`${header}.source`, undefined, `${header}.source required`],
  [`${header}.source.endpoint`, undefined, `${header}.source.endpoint required`],
  [`${header}.eventCoding.code`, 'A01', `${header}.event.code not-supported`],
  [`${header}.focus[0].reference`, 'urn:uuid:none', `${header}.focus[0].reference not-found`],
  [`${header}.resourceType`, 'Patient', header],
  ['entry[1].request', { method: 'POST', url: 'Patient' }, 'entry[1].request code-invalid'],
  ['entry[1].fullUrl', undefined, 'entry[1].fullUrl required'],
  ['entry[1].search', { mode: 'match' }, 'entry[1].search code-invalid'],
  ['entry[0]', undefined, `${header} required`],
] as const)
  variant(
    `message: ${path} = ${JSON.stringify(value) ?? 'nothing'}`,
    message(path, value as Json),
    expected === header ? `${header} required` : expected,
  )

// Codings: one that is known among others, by its system alone.
const codes = (path: string, ...codings: JsonObject[]): Json =>
  changed([[observation(`${path}.coding`), codings]])
const [loinc, snomed, own] = [
  'http://loinc.org',
  'http://snomed.info/sct',
  'http://laboratoire.example/codes',
]
variant(
  'a test by the second coding',
  codes('code', { system: own, code: 'PCR' }, { system: loinc, code: '94500-6' }),
  negative,
)
variant(
  'a test by LOINC with its version',
  codes('code', { system: loinc, version: '2.72', code: '94500-6', userSelected: true }),
  negative,
)
for (const coding of [
  { code: '94500-6' },
  { system: own, code: '94500-6' },
  { system: snomed, code: '94500-6' },
  { system: loinc, code: '2345-7' },
  { system: loinc, display: '94500-6' },
])
  variant(
    `a test by ${JSON.stringify(coding)}`,
    codes('code', coding),
    `${observation('code')} code-invalid`,
  )
const interpretation = 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation'
for (const [coding, result] of [
  [{ system: snomed, code: '260415000' }, 'negative'],
  [{ system: snomed, code: '260373001' }, 'positive'],
  [{ system: snomed, code: '419984006' }, 'inconclusive'],
  [{ system: loinc, code: 'LA6577-6' }, 'negative'],
  [{ system: interpretation, code: 'POS' }, 'positive'],
  [{ system: own, code: 'X', display: 'Négatif' }, 'negative'],
] as const) {
  variant(`a result by ${JSON.stringify(coding)}`, codes('valueCodeableConcept', coding), {
    result,
  })
  variant(
    `a result by another coding and ${JSON.stringify(coding)}`,
    codes('valueCodeableConcept', { system: own, code: 'X' }, coding),
    { result },
  )
}
for (const coding of [
  { system: own, code: '260415000' },
  { code: '260415000' },
  { system: snomed, code: '999' },
])
  variant(
    `a result by ${JSON.stringify(coding)}`,
    codes('valueCodeableConcept', coding),
    `${observation('value')} code-invalid`,
  )
variant(
  'codings that contradict each other',
  codes(
    'valueCodeableConcept',
    { system: snomed, code: '260415000' },
    { system: loinc, code: 'LA6576-8' },
  ),
  `${observation('value')} business-rule`,
)
for (const [property, value] of [
  ['valueBoolean', false],
  ['valueInteger', 0],
  ['valueQuantity', { value: 31 }],
  ['valueString', 'voir document'],
] as const)
  variant(
    `a result as ${property}`,
    changed([
      [observation('valueCodeableConcept'), undefined],
      [observation(property), value as Json],
    ]),
    `${observation('value')} code-invalid`,
  )
variant(
  'a result in words',
  changed([
    [observation('valueCodeableConcept'), undefined],
    [observation('valueString'), 'Négatif'],
  ]),
  negative,
)

// Statuses of what was observed and of what reports it.
for (const [status, act] of Object.entries({
  registered: 'preliminary',
  preliminary: 'preliminary',
  final: 'final',
  amended: 'corrected',
  corrected: 'corrected',
  'entered-in-error': 'wrong',
}))
  spoilt(observation('status'), status, { act })
variant(
  'no result to be had',
  changed([
    [observation('status'), 'cancelled'],
    [observation('valueCodeableConcept'), undefined],
  ]),
  { result: 'inconclusive' },
)
for (const status of [
  'registered',
  'partial',
  'preliminary',
  'final',
  'amended',
  'corrected',
  'appended',
  'unknown',
])
  spoilt(report('status'), status, negative)
for (const status of ['entered-in-error', 'cancelled'])
  spoilt(report('status'), status, `${report('status')} business-rule`)
variant(
  'a cancelled report of a test that is at work',
  changed([
    [report('status'), 'cancelled'],
    [observation('status'), 'preliminary'],
    [observation('valueCodeableConcept'), undefined],
  ]),
  `${report('status')} business-rule`,
)
variant(
  'a report and its result that were both wrong',
  changed([
    [report('status'), 'entered-in-error'],
    [observation('status'), 'entered-in-error'],
  ]),
  { act: 'wrong' },
)

// Several patients, orders, tests and genes of one bundle.
const gene = (code: string, value: string, last: string, order: string): Json => ({
  fullUrl: uuid(last),
  resource: {
    ...resourceAt(5),
    identifier: [{ value: order }],
    code: { coding: [{ system: loinc, code }] },
    valueCodeableConcept: { coding: [{ system: snomed, code: value }] },
  },
  request: { method: 'POST', url: 'Observation' },
})
const genes = (...all: Json[]): Json =>
  changed([
    [
      report('result'),
      [to(uuid('06')), ...all.map((one) => to(String((one as JsonObject).fullUrl)))],
    ],
    ...all.map((one, index): Change => [`entry[${7 + index}]`, one]),
  ])
const [found, notFound] = ['260373001', '260415000']
variant('a gene below its conclusion', genes(gene('94533-7', found, '0a', 'F001')), negative)
variant(
  'genes that contradict each other, of no conclusion',
  put(genes(gene('94533-7', found, '0a', 'F001')), observation('code.coding[0].code'), '94559-2'),
  'entry[7].resource.value business-rule',
)
variant(
  'genes that agree, of no conclusion',
  put(
    genes(gene('94533-7', notFound, '0a', 'F001')),
    observation('code.coding[0].code'),
    '94559-2',
  ),
  negative,
)
variant(
  'two conclusions of one order that agree',
  genes(gene('94309-2', notFound, '0a', 'F001')),
  negative,
)
variant(
  'two conclusions of one order that do not',
  genes(gene('94309-2', found, '0a', 'F001')),
  'entry[7].resource.value business-rule',
)
/** A second person, whose order was looked for by one gene alone. */
const others = Array.from({ length: 2 }, (_, index) => resourceAt([0, 6][index] ?? 0))
test('a gene of one order is a result, although another order has a conclusion', () => {
  const bundle = changed([
    ['entry[7]', gene('94533-7', found, '0a', 'F002')],
    [
      'entry[8]',
      {
        fullUrl: uuid('0b'),
        resource: {
          ...others[1],
          identifier: [{ value: 'F002' }],
          result: [to(uuid('0a'))],
        } as Json,
        request: { method: 'POST', url: 'DiagnosticReport' },
      },
    ],
  ])
  const [answer] = checkMessages(new TextEncoder().encode(JSON.stringify(bundle)), checkContext)
  assert.deepEqual(answer?.errors, [])
  assert.deepEqual(
    answer?.screenings?.map(({ result }) => result),
    ['negative', 'positive'],
  )
})

// How much there may be.
const filled = (length: number): Json => changed([['entry', Array.from({ length }, () => ({}))]])
variant('3,841 entries', filled(3_841), 'entry too-long')
variant('3,841 entries of a message', put(filled(3_841), 'type', 'message'), 'entry too-long')
variant(
  '101 contained resources',
  changed([
    [
      observation('contained'),
      Array.from({ length: 101 }, (_, index) => ({ ...resourceAt(4), id: `s${index}` })) as Json,
    ],
  ]),
  `${observation('contained')} too-long`,
)
const deep = (levels: number): Json =>
  levels === 0 ? { url: 'x', valueString: 'x' } : { url: 'x', extension: [deep(levels - 1)] }
spoilt(patient('extension'), [deep(10)], negative)
test('extensions nested a hundred deep are refused, not followed', () => {
  const bundle = changed([[patient('extension'), [deep(100)]]])
  const [answer] = checkMessages(new TextEncoder().encode(JSON.stringify(bundle)), checkContext)
  assert.equal(answer?.ack, 'AE')
})

test('there are enough of them', () => assert.ok(count >= 900, String(count)))
