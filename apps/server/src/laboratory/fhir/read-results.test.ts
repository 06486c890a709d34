import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkMessages } from '../message-check.ts'
import { checkContext } from '../testing.ts'
import { mutants, observation, patient, put, report, specimen } from './mutants-testing.ts'
import { type Json, soundMessage, soundTransaction } from './testing.ts'

const checkText = (text: string) => checkMessages(new TextEncoder().encode(text), checkContext)
const check = (bundle: Json) => {
  const [only, ...others] = checkText(JSON.stringify(bundle))
  assert.ok(only !== undefined && others.length === 0)
  return only
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

const to = (reference: string): Json => ({ reference })
const resourceAt = (index: number): Record<string, Json> => {
  const { entry } = soundTransaction() as { entry: { resource: Record<string, Json> }[] }
  return entry[index]?.resource ?? {}
}
const ins = 'urn:oid:1.2.250.1.213.1.4.10'
const everySubject = (reference: Json): Json =>
  [observation('subject'), report('subject'), specimen('subject')].reduce(
    (all, path) => put(all, path, reference),
    soundTransaction(),
  )

test('references lead by identifier, by a search, by a UUID in capitals and by id', () => {
  const references: readonly Json[] = [
    { identifier: { system: ins, value: '279035121518989' } },
    to(`Patient?identifier=${encodeURIComponent(ins)}|279035121518989`),
    to('urn:uuid:0B6E1B0C-0000-4000-8000-000000000001'),
    { type: 'Patient', reference: 'urn:uuid:0b6e1b0c-0000-4000-8000-000000000001' },
  ]
  for (const reference of references) {
    const answer = check(everySubject(reference))
    assert.deepEqual(answer.errors, [], JSON.stringify(reference))
    assert.equal(answer.ack, 'AA')
  }
  const byId = put(everySubject(to('Patient/p-1')), patient('id'), 'p-1')
  assert.deepEqual(check(byId).errors, [])
  const nobody = { identifier: { system: ins, value: '1' } }
  assert.equal(check(everySubject(nobody)).ack, 'AE')
})

test('what is contained is read where it stands, and leads within its container', () => {
  const contained = [
    { ...resourceAt(0), id: 'p' },
    { ...resourceAt(4), id: 's', subject: to('#p') },
  ]
  const parts: readonly [string, Json | undefined][] = [
    [observation('contained'), contained],
    [observation('subject'), to('#p')],
    [observation('specimen'), to('#s')],
    ['entry[6]', undefined],
  ]
  const bundle = parts.reduce((all, [path, value]) => put(all, path, value), soundTransaction())
  assert.deepEqual(check(bundle).errors, [])
  const own = { ...resourceAt(5), id: 'o' }
  const inReport = put(put(soundTransaction(), report('contained'), [own]), report('result'), [
    to('#o'),
  ])
  assert.deepEqual(check(put(inReport, 'entry[5]', undefined)).errors, [])
})

test('a report names the panel that a result is in', () => {
  const panel = put(soundTransaction(), report('result'), [
    to('urn:uuid:0b6e1b0c-0000-4000-8000-00000000000a'),
  ])
  const entry = {
    fullUrl: 'urn:uuid:0b6e1b0c-0000-4000-8000-00000000000a',
    resource: {
      resourceType: 'Observation',
      status: 'final',
      code: { text: 'Panel' },
      hasMember: [to('urn:uuid:0b6e1b0c-0000-4000-8000-000000000006')],
    },
    request: { method: 'POST', url: 'Observation' },
  }
  assert.deepEqual(check(put(panel, 'entry[7]', entry)).errors, [])
})

test('codings that contradict each other tell no result', () => {
  const both = [
    { system: 'http://snomed.info/sct', code: '260415000' },
    { system: 'http://loinc.org', code: 'LA6576-8' },
  ]
  const answer = check(put(soundTransaction(), observation('valueCodeableConcept.coding'), both))
  assert.deepEqual(
    answer.errors.map(({ rule }) => rule),
    ['TEST_AMBIGUOUS'],
  )
})

test('conditional creates and partial dates are taken, a condition on a version is not', () => {
  const created = put(soundTransaction(), 'entry[0].request', {
    method: 'POST',
    url: 'Patient',
    ifNoneExist: `identifier=${ins}|279035121518989`,
  })
  assert.deepEqual(check(created).errors, [])
  const updated = put(created, 'entry[0].request', {
    method: 'PUT',
    url: `Patient?identifier=${ins}|279035121518989`,
  })
  assert.deepEqual(check(put(updated, patient('birthDate'), '1979-03')).errors, [])
  const matched = put(soundTransaction(), 'entry[0].request.ifMatch', 'W/"1"')
  assert.deepEqual(
    check(matched).errors.map(({ location }) => location),
    ['Bundle.entry[0].request.ifMatch'],
  )
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

test('brackets deeper than any bundle, and more values than any message has, are refused before they are parsed', (context) => {
  const parse = context.mock.method(JSON, 'parse')
  const bundle = (more: string) => `{"resourceType":"Bundle","type":"transaction","entry":${more}}`
  const told = (text: string) => {
    const before = parse.mock.callCount()
    const errors = checkText(text).flatMap((answer) => answer.errors)
    return {
      errors: errors.map(({ location, rule }) => `${location} ${rule}`),
      parsed: parse.mock.callCount() - before,
    }
  }
  const deep = (depth: number) => bundle('['.repeat(depth) + ']'.repeat(depth))
  assert.deepEqual(told(deep(100)), { errors: ['Bundle NOT_A_MESSAGE'], parsed: 0 })
  assert.deepEqual(told(deep(900_000)), { errors: ['Bundle NOT_A_MESSAGE'], parsed: 0 })
  const wide = bundle(`[${'{},'.repeat(200_000)}{}]`)
  assert.deepEqual(told(wide), { errors: ['Bundle MESSAGE_TOO_LARGE'], parsed: 0 })
  // As deep as may be, and read: what is wrong is told where it stands.
  assert.equal(told(deep(99)).parsed, 1)
  // In texts they are letters.
  const text = put(soundTransaction(), 'entry[0].resource.name[0].text', '[{'.repeat(400_000))
  assert.deepEqual(told(JSON.stringify(text)), { errors: [], parsed: 1 })
})
