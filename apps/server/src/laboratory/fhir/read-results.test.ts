import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultLimits } from '@sidep/screening'
import { shippedCatalogue } from '../../platform/catalogue.ts'
import { checkMessages } from '../message-check.ts'
import { type Json, soundMessage, soundTransaction } from './testing.ts'

const context = {
  catalogue: shippedCatalogue(),
  limits: defaultLimits,
  at: null,
  now: new Date('2026-11-30T12:00:00Z'),
  timeZone: 'Europe/Paris',
  siteId: null,
  language: 'en',
} as const

const checkText = (text: string) => checkMessages(new TextEncoder().encode(text), context)
const check = (bundle: Json) => {
  const [only, ...others] = checkText(JSON.stringify(bundle))
  assert.ok(only !== undefined && others.length === 0)
  return only
}

const step = /\[(\d+)\]|([^.[]+)/g
const stepsOf = (path: string): (string | number)[] =>
  [...path.matchAll(step)].map(([, index, name = '']) =>
    index === undefined ? name : Number(index),
  )

/** Sets what stands at a path in JSON; undefined takes it away. */
const put = (root: Json, path: string, value: Json | undefined): Json => {
  const steps = stepsOf(path)
  const last = steps.pop() ?? ''
  let at = root as Record<string | number, Json>
  for (const name of steps) at = at[name] as Record<string | number, Json>
  if (value !== undefined) at[last] = value
  else if (Array.isArray(at)) at.splice(Number(last), 1)
  else delete at[last]
  return root
}

test('a sound transaction and the same as a message tell the result that HL7 would', () => {
  for (const bundle of [soundTransaction(), soundMessage()]) {
    const answer = check(bundle)
    assert.deepEqual(answer.errors, [])
    assert.equal(answer.ack, 'AA')
    assert.partialDeepStrictEqual(answer.screening, {
      act: 'final',
      kind: 'pcr',
      result: 'negative',
      sampledAt: '2026-11-29T08:30:00+01:00',
      site: '750712184',
      professional: '899700075122',
      person: {
        familyName: 'TESTNOM',
        firstNames: 'ANNE LUCIE',
        birthDate: '1979-03-11',
        sex: 'F',
        ins: '279035121518989',
        postalCode: '75002',
      },
    })
  }
})

const entry = (index: number, path: string): string => `entry[${index}].resource.${path}`
const [patient, practitioner, organization, request, specimen, observation, report] = [
  0, 1, 2, 3, 4, 5, 6,
].map((index) => (path: string) => entry(index, path)) as [
  (path: string) => string,
  (path: string) => string,
  (path: string) => string,
  (path: string) => string,
  (path: string) => string,
  (path: string) => string,
  (path: string) => string,
]

/** Where the JSON is spoilt, with what (nothing: it is taken away), and the expression and code that must be told. */
const mutants: readonly [string, Json | undefined, string, string][] = [
  ['resourceType', 'Patient', 'resourceType', 'not-supported'],
  ['type', undefined, 'type', 'required'],
  ['type', 'transactional', 'type', 'code-invalid'],
  ['type', 'collection', 'type', 'not-supported'],
  ['type', 7, 'type', 'structure'],
  ['total', 3, 'total', 'code-invalid'],
  ['timestamp', 'yesterday', 'timestamp', 'value'],
  ['entry', [], 'entry', 'required'],
  ['entry', undefined, 'entry', 'required'],
  ['entry', {}, 'entry', 'structure'],
  ['unknownThing', 'x', 'unknownThing', 'structure'],
  ['entry[0].request', undefined, 'entry[0].request', 'required'],
  ['entry[0].request.method', undefined, 'entry[0].request.method', 'required'],
  ['entry[0].request.method', 'DELETE', 'entry[0].request.method', 'code-invalid'],
  ['entry[0].request.method', 'post', 'entry[0].request.method', 'code-invalid'],
  ['entry[0].request.url', undefined, 'entry[0].request.url', 'required'],
  ['entry[0].request.url', 'Observation', 'entry[0].request.url', 'code-invalid'],
  ['entry[0].resource', undefined, 'entry[0].resource', 'required'],
  [
    'entry[1].fullUrl',
    'urn:uuid:0b6e1b0c-0000-4000-8000-000000000001',
    'entry[1].fullUrl',
    'duplicate',
  ],
  ['entry[0].response', { status: '200' }, 'entry[0].response', 'code-invalid'],
  [patient('resourceType'), undefined, 'entry[0].resource.resourceType', 'required'],
  [patient('resourceType'), 'Person', 'entry[0].resource', 'not-supported'],
  [patient('name'), undefined, patient('name'), 'required'],
  [patient('name'), 'TESTNOM', patient('name'), 'structure'],
  [patient('name[0].family'), 'T3ST', patient('name[0].family'), 'value'],
  [patient('name[0].family'), 12, patient('name[0].family'), 'structure'],
  [patient('name[0].given'), 'ANNE', patient('name[0].given'), 'structure'],
  [patient('name[0].given[0]'), 'ANN3', patient('name[0].given'), 'value'],
  [patient('name[0].given[0]'), true, patient('name[0].given[0]'), 'structure'],
  [patient('name[0].use'), 'birth', patient('name[0].use'), 'code-invalid'],
  [patient('name[0].first'), 'ANNE', patient('name[0].first'), 'structure'],
  [patient('name[0].given[1]'), null, patient('name[0].given[1]'), 'structure'],
  [patient('identifier[0].system'), 'nir', patient('identifier[0].system'), 'value'],
  ['entry[0].fullUrl', 'patient-1', 'entry[0].fullUrl', 'value'],
  [
    observation('valueCodeableConcept.coding[0].system'),
    'http://example.org/codes',
    observation('value'),
    'code-invalid',
  ],
  [patient('gender'), 'f', patient('gender'), 'code-invalid'],
  [patient('gender'), ['female'], patient('gender'), 'structure'],
  [patient('birthDate'), undefined, patient('birthDate'), 'required'],
  [patient('birthDate'), '1979-02-30', patient('birthDate'), 'value'],
  [patient('birthDate'), '11/03/1979', patient('birthDate'), 'value'],
  [patient('birthDate'), '2027-01-01', patient('birthDate'), 'value'],
  [patient('birthDate'), 19790311, patient('birthDate'), 'structure'],
  [patient('birthDate'), null, patient('birthDate'), 'structure'],
  [patient('identifier[0].value'), '279035121518900', patient('identifier[0].value'), 'value'],
  [patient('identifier[0].use'), 'first', patient('identifier[0].use'), 'code-invalid'],
  [patient('identifier'), {}, patient('identifier'), 'structure'],
  [patient('telecom[0].value'), '12', patient('telecom[0].value'), 'value'],
  [patient('telecom[0].system'), undefined, patient('telecom[0].system'), 'required'],
  [patient('telecom[0].system'), 'mobile', patient('telecom[0].system'), 'code-invalid'],
  [patient('telecom[1].value'), 'anne.example.org', patient('telecom[1].value'), 'value'],
  [patient('active'), 'true', patient('active'), 'structure'],
  [patient('address[0].line'), '1 rue', patient('address[0].line'), 'structure'],
  [patient('extension'), [{ url: 'http://example.org' }], patient('extension[0]'), 'required'],
  [patient('extension'), [{ valueString: 'x' }], patient('extension[0].url'), 'required'],
  [
    practitioner('identifier[0].value'),
    '899700075123',
    practitioner('identifier[0].value'),
    'value',
  ],
  [organization('identifier[0].value'), '1750712185', organization('identifier[0].value'), 'value'],
  [organization('name'), {}, organization('name'), 'structure'],
  [request('status'), undefined, request('status'), 'required'],
  [request('status'), 'done', request('status'), 'code-invalid'],
  [request('intent'), undefined, request('intent'), 'required'],
  [request('intent'), 'wish', request('intent'), 'code-invalid'],
  [request('subject'), undefined, request('subject'), 'required'],
  [request('subject.reference'), 'urn:uuid:nowhere', request('subject.reference'), 'not-found'],
  [
    specimen('collection.collectedDateTime'),
    '2026-11-29',
    specimen('collection.collected'),
    'value',
  ],
  [
    specimen('collection.collectedDateTime'),
    '2026-11-29T08:30',
    specimen('collection.collected'),
    'value',
  ],
  [
    specimen('collection.collectedDateTime'),
    '2026-12-29T08:30:00+01:00',
    specimen('collection.collected'),
    'value',
  ],
  [
    specimen('collection.collectedDateTime'),
    '2025-11-29T08:30:00+01:00',
    specimen('collection.collected'),
    'business-rule',
  ],
  [
    specimen('collection.collectedPeriod'),
    { start: '2026-11-29T08:00:00Z' },
    specimen('collection.collected'),
    'code-invalid',
  ],
  [specimen('status'), 'fresh', specimen('status'), 'code-invalid'],
  [specimen('subject.reference'), 'Patient/other', specimen('subject.reference'), 'not-found'],
  [specimen('type'), 'swab', specimen('type'), 'structure'],
  [observation('status'), undefined, observation('status'), 'required'],
  [observation('status'), 'finall', observation('status'), 'code-invalid'],
  [observation('status'), 'unknown', observation('status'), 'code-invalid'],
  [observation('code'), undefined, observation('code'), 'required'],
  [observation('code.coding[0].code'), '2345-7', observation('code'), 'code-invalid'],
  [observation('code.coding[0].system'), 'http://example.org', observation('code'), 'code-invalid'],
  [observation('code.coding'), {}, observation('code.coding'), 'structure'],
  [observation('code.coding[0].code'), '', observation('code.coding[0].code'), 'required'],
  [observation('subject'), undefined, observation('subject'), 'required'],
  [
    observation('subject.reference'),
    'urn:uuid:nobody',
    observation('subject.reference'),
    'not-found',
  ],
  [
    observation('subject.reference'),
    'urn:uuid:0b6e1b0c-0000-4000-8000-000000000005',
    observation('subject.reference'),
    'code-invalid',
  ],
  [
    observation('specimen.reference'),
    'urn:uuid:none',
    observation('specimen.reference'),
    'not-found',
  ],
  [
    observation('specimen.reference'),
    'urn:uuid:0b6e1b0c-0000-4000-8000-000000000001',
    observation('specimen.reference'),
    'code-invalid',
  ],
  [
    observation('basedOn[0].reference'),
    'ServiceRequest/99',
    observation('basedOn[0].reference'),
    'not-found',
  ],
  [
    observation('performer[0].reference'),
    'Practitioner/99',
    observation('performer[0].reference'),
    'not-found',
  ],
  [observation('performer'), { reference: 'x' }, observation('performer'), 'structure'],
  [observation('valueCodeableConcept'), undefined, observation('value'), 'required'],
  [observation('valueCodeableConcept.coding[0].code'), '999', observation('value'), 'code-invalid'],
  [observation('valueString'), 'Négatif', observation('value'), 'code-invalid'],
  [observation('valueCodeableConcept'), 'negative', observation('value'), 'structure'],
  [
    observation('dataAbsentReason'),
    { text: 'none' },
    observation('dataAbsentReason'),
    'code-invalid',
  ],
  [observation('issued'), '2026-11-29', observation('issued'), 'value'],
  [observation('issued'), '2026-11-28T10:00:00+01:00', observation('issued'), 'value'],
  [observation('issued'), '2026-11-29T25:00:00+01:00', observation('issued'), 'value'],
  [observation('effectiveDateTime'), '2026-13-01T08:00:00Z', observation('effective'), 'value'],
  [observation('effectiveDateTime'), '2026-02-30T08:00:00Z', observation('effective'), 'value'],
  [
    observation('effectivePeriod'),
    { start: '2026-11-29T08:00:00Z' },
    observation('effective'),
    'code-invalid',
  ],
  [observation('valueNegative'), true, observation('valueNegative'), 'structure'],
  [observation('component'), [{ valueString: 'x' }], observation('component[0].code'), 'required'],
  [report('status'), undefined, report('status'), 'required'],
  [report('status'), 'ready', report('status'), 'code-invalid'],
  [report('code'), undefined, report('code'), 'required'],
  [report('result[0].reference'), 'Observation/none', report('result[0].reference'), 'not-found'],
  [report('result'), [], report('result'), 'required'],
  [report('result'), undefined, report('result'), 'required'],
  [
    report('subject.reference'),
    'urn:uuid:0b6e1b0c-0000-4000-8000-000000000002',
    report('subject.reference'),
    'code-invalid',
  ],
  [report('specimen[0].reference'), '', report('specimen[0].reference'), 'required'],
  [report('conclusion'), 7, report('conclusion'), 'structure'],
  [report('issued'), 'soon', report('issued'), 'value'],
]

for (const [path, value, expression, code] of mutants) {
  test(`spoilt at ${path} (${JSON.stringify(value)}): refused at ${expression}`, () => {
    const answer = check(put(soundTransaction(), path, value))
    assert.equal(answer.ack, 'AE')
    const found = answer.errors.map((error) => `${error.location} ${error.code}`)
    assert.ok(found.includes(`Bundle.${expression} ${code}`), found.join('\n'))
  })
}

test('a message begins with its header, of event R01', () => {
  const at = (bundle: Json): string[] => check(bundle).errors.map(({ location }) => location)
  const header = 'Bundle.entry[0].resource'
  assert.ok(at(put(soundMessage(), 'entry[0]', undefined)).includes(header))
  const other = put(soundMessage(), 'entry[0].resource.eventCoding.code', 'A01')
  assert.deepEqual(at(other), [`${header}.event.code`])
  const none = put(soundMessage(), 'entry[0].resource.source', undefined)
  assert.deepEqual(at(none), [`${header}.source`])
  const asked = put(soundMessage(), 'entry[1].request', { method: 'POST', url: 'Patient' })
  assert.deepEqual(at(asked), ['Bundle.entry[1].request'])
})

test('what stands beside a result may be anything that FHIR permits', () => {
  const additions: readonly [string, Json][] = [
    [patient('maritalStatus'), { text: 'x' }],
    [patient('extension'), [{ url: 'http://example.org', valueString: 'x' }]],
    [patient('_birthDate'), { extension: [{ url: 'http://example.org', valueDateTime: '1979' }] }],
    [observation('note'), [{ text: 'x' }]],
    [observation('method'), { text: 'RT-PCR TEST' }],
    [report('presentedForm'), [{ contentType: 'application/pdf', data: 'AAAA' }]],
    [specimen('receivedTime'), '2026-11-29T09:00:00+01:00'],
    ['meta', { lastUpdated: '2026-11-29T10:30:00Z' }],
  ]
  const bundle = additions.reduce((all, [path, value]) => put(all, path, value), soundTransaction())
  assert.deepEqual(check(bundle).errors, [])
})

test('status and value say what becomes of it', () => {
  const told = (path: string, value: Json) =>
    check(put(soundTransaction(), observation(path), value)).screening
  assert.equal(told('status', 'corrected')?.act, 'corrected')
  assert.equal(told('status', 'preliminary')?.act, 'preliminary')
  assert.equal(told('status', 'entered-in-error')?.act, 'wrong')
  assert.equal(told('valueCodeableConcept.coding[0].code', '260373001')?.result, 'positive')
  assert.equal(told('code.coding[0].code', '94558-4')?.kind, 'antigen')
})

test('lines of bundles are bundles, and other JSON is none', () => {
  const line = JSON.stringify(soundTransaction())
  assert.deepEqual(
    checkText(`${line}\n${line}\n`).map(({ ack }) => ack),
    ['AA', 'AA'],
  )
  for (const text of ['{', '[]', '{}', '{"resourceType":"Bundle"', '{"a":1}\nx']) {
    const answers = checkText(text)
    assert.deepEqual(
      answers.map(({ ack }) => ack),
      ['AE'],
    )
    assert.match(answers[0]?.errors[0]?.location ?? '', /^Bundle/)
  }
})
