/** All that the FHIR port says, held up to two validators of others; and profiles that ask for no more than the port does. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultLimits } from '@sidep/screening'
import { makeFhirValidators } from '../../../../../tools/src/fhir-validators.ts'
import { shippedCatalogue } from '../../platform/catalogue.ts'
import type { Answer } from '../answer.ts'
import { messageCodes, type Rule } from '../faults.ts'
import { checkAlone } from '../fhir/check-alone.ts'
import { type Json, soundMessage, soundTransaction } from '../fhir/testing.ts'
import type { JsonObject } from '../fhir/validate.ts'
import type { Sender } from '../record-results.ts'
import { idOf } from '../result-id.ts'
import { makeTakeResults } from '../take-results.ts'
import { texts } from '../texts.ts'
import { makeTurns } from '../turns.ts'
import { fhirJson, issuesIn } from './client-testing.ts'
import { definitionsOf } from './definitions.ts'
import { makeFhirHandler } from './handler.ts'
import { profiles } from './profiles.ts'
import type { Reply } from './reply.ts'

const base = 'https://laboratoires.example/fhir'
const now = (): Date => new Date('2026-11-30T12:00:00Z')
const limits = { ...defaultLimits, way: 'laboratory' } as const
const site = { id: '750712184', name: 'LABTEST', postalCode: '75004' }
const sender: Sender = {
  laboratory: { name: 'LABTEST', professionalId: '899700075122', perSecond: 50, sites: [site] },
  thumbprint: 'aa',
}
const accepted: Answer = {
  kind: 'accepted',
  recorded: [{ location: 'Bundle.entry[5].resource.value', id: idOf('1') }],
}

const makeHandler = (answer: Answer, turns = makeTurns(1_000)) => {
  const catalogue = shippedCatalogue
  const recordResults = async () => answer
  const results = makeTakeResults({ now, catalogue, limits, recordResults })
  return makeFhirHandler(base, {
    now,
    catalogue,
    limits,
    results,
    turns,
    onAnswered: () => undefined,
  })
}
const post = (url: string, body: Json, answer: Answer, language = 'fr'): Promise<Reply> =>
  makeHandler(answer)(
    {
      method: 'POST',
      url: `/fhir${url}`,
      headers: { 'content-type': fhirJson, 'accept-language': language },
      body: async () => new TextEncoder().encode(JSON.stringify(body)),
      isGone: () => false,
    },
    sender,
  )
const get = (url: string, whose: Sender | null = sender): Promise<Reply> =>
  makeHandler(accepted)(
    {
      method: 'GET',
      url: `/fhir${url}`,
      headers: {},
      body: () => assert.fail('not read'),
      isGone: () => false,
    },
    whose,
  )

const { faultsIn } = makeFhirValidators()

test('both validators find what is wrong with a resource', () => {
  const faults = faultsIn({ resourceType: 'OperationOutcome', issue: [{ severity: 'bad' }] })
  assert.ok(faults.some((one) => one.startsWith('medplum: OperationOutcome.issue')))
  assert.ok(faults.some((one) => one.startsWith('fhir: OperationOutcome.issue')))
})

test('the statement and all that is published are valid FHIR', async () => {
  const urls = definitionsOf(base).map(({ url }) => url.slice(base.length))
  assert.ok(urls.length >= 11)
  for (const url of ['/metadata', ...urls]) {
    const { status, body } = await get(url)
    assert.ok(status === 200 && body !== null)
    assert.deepEqual(faultsIn(body), [], url)
  }
})

test('answers to bundles, and every refusal, are valid FHIR', async () => {
  const faulty: Answer = {
    kind: 'faulty',
    faults: (Object.keys(texts) as Rule[]).map((rule) => ({ location: 'Bundle.entry', rule })),
  }
  const later: Answer = { kind: 'later', code: 'UNAVAILABLE', retryAfterSeconds: 2 }
  const replies: readonly [Promise<Reply>, number][] = [
    [post('', soundTransaction(), accepted), 200],
    [post('', soundMessage(), accepted), 200],
    [post('/$validate', soundTransaction(), accepted), 200],
    [post('/$validate', { resourceType: 'Patient' }, accepted, 'en'), 200],
    [post('', soundTransaction(), faulty, 'en'), 400],
    [post('', soundTransaction(), later), 503],
    [post('', { resourceType: 'Patient' }, accepted), 400],
    [post('/Patient/$validate?_format=xml', {}, accepted), 406],
    [get('/Patient/1'), 404],
    [get(''), 405],
    [get('/metadata', null), 403],
  ]
  for (const [reply, expected] of replies) {
    const { status, body } = await reply
    assert.equal(status, expected)
    assert.ok(body !== null)
    assert.deepEqual(faultsIn(body), [])
  }
  assert.ok(faulty.faults.length > messageCodes.length)
})

test('our trouble is told with a time to come back, and who sends too much at once by a status of its own', async () => {
  const later = { kind: 'later', code: 'UNAVAILABLE', retryAfterSeconds: 2 } as const
  const { headers } = await post('', soundTransaction(), later)
  assert.equal(headers?.['retry-after'], '2')
  // Nobody waits any more: who has no turn is told so at once.
  const turns = makeTurns(1_000)
  turns.end()
  const slow = { name: 'LABTEST', perSecond: 1 }
  while ((await turns.take(slow, () => false)).ok);
  const request = {
    method: 'POST',
    url: '/fhir',
    headers: { 'content-type': fhirJson },
    body: async () => new TextEncoder().encode(JSON.stringify(soundTransaction())),
    isGone: () => false,
  }
  const { status, body } = await makeHandler(accepted, turns)(request, sender)
  assert.equal(status, 429)
  assert.partialDeepStrictEqual(body, { issue: [{ code: 'throttled', diagnostics: 'OVERLOADED' }] })
  const other = { ...sender, laboratory: { ...sender.laboratory, name: 'OTHER' } }
  assert.equal((await makeHandler(accepted, turns)(request, other)).status, 200)
})

test('the statement names each operation that is answered, and none else', async () => {
  const { body } = await get('/metadata')
  assert.ok(body !== null)
  assert.partialDeepStrictEqual(body, {
    fhirVersion: '4.0.1',
    rest: [
      {
        interaction: [{ code: 'transaction' }],
        operation: [{ name: 'process-message' }, { name: 'validate' }],
      },
    ],
  })
  const [rest] = (
    body as { rest: { resource: { type: string; operation?: { name: string }[] }[] }[] }
  ).rest
  for (const { type, operation = [] } of rest?.resource ?? []) {
    for (const { name } of operation) {
      const { status } = await post(`/${type}/$${name}`, { resourceType: type }, accepted)
      assert.equal(status, 200, `${type}/$${name}`)
    }
  }
})

const entries = (soundTransaction() as { entry: { resource: JsonObject }[] }).entry
/** A sound resource of a type. */
const soundOf = (type: string): JsonObject =>
  entries.find(({ resource }) => resource.resourceType === type)?.resource ??
  (soundTransaction() as unknown as JsonObject)
const faultsOf = async (type: string, resource: JsonObject): Promise<string[]> => {
  const { body } = await post(`/${type}/$validate`, resource as Json, accepted)
  return body === null ? [] : issuesIn(body as JsonObject)
}

for (const { type, demands } of profiles) {
  test(`what the profile of ${type} demands is demanded`, async () => {
    assert.deepEqual(await faultsOf(type, soundOf(type)), ['informational'])
    for (const { path, min } of demands) {
      if (min === undefined) continue
      const { [path]: _, ...without } = soundOf(type)
      assert.deepEqual(
        (await faultsOf(type, without)).filter((one) => one.startsWith(`${type}.${path} `)),
        [`${type}.${path} REQUIRED`],
      )
    }
  })
}

test('every code of the published value sets is read, and another is not', () => {
  const concepts = (id: string): { system: string; code: string }[] => {
    const { resource } = definitionsOf(base).find((one) => one.id === id) ?? {}
    const { compose } = resource as {
      compose: { include: { system: string; concept: { code: string }[] }[] }
    }
    return compose.include.flatMap(({ system, concept }) =>
      concept.map(({ code }) => ({ system, code })),
    )
  }
  const check = (changes: JsonObject) =>
    checkAlone(
      { ...soundOf('Observation'), ...changes },
      { catalogue: shippedCatalogue(), limits, at: now() },
    )
  const tests = concepts('sidep-tests')
  const results = concepts('sidep-results')
  assert.ok(tests.length > 40 && results.length > 15)
  for (const coding of tests) assert.deepEqual(check({ code: { coding: [coding] } }), [])
  for (const coding of results)
    assert.deepEqual(check({ valueCodeableConcept: { coding: [coding] } }), [])
  const other = { system: 'http://loinc.org', code: '2345-7' }
  assert.deepEqual(check({ code: { coding: [other] } }), [
    { location: 'Observation.code', rule: 'TEST_UNKNOWN' },
  ])
})
