/** Laboratories over FHIR, on a real database: what is accepted is there, once, and answered the same again. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { ensureLaboratoryFolder } from '@sidep/dev'
import { systemClock } from '../../platform/clock.ts'
import { mutants, observation, organization, put } from '../fhir/mutants-testing.ts'
import { type Json, soundMessage, soundTransaction } from '../fhir/testing.ts'
import {
  countsOf,
  idOfNumber,
  type LaboratoryBesidePortal,
  startBesidePortal,
  storedOf,
} from '../running-testing.ts'
import { type FhirClient, fhirJson, issuesIn, openFhirClient } from './client-testing.ts'

const requestMilliseconds = 1_500
let running: LaboratoryBesidePortal
let client: FhirClient

before(async () => {
  running = await startBesidePortal('laboratory-fhir', {
    fhirBounds: { requestMilliseconds, headersMilliseconds: requestMilliseconds },
  })
  client = await openFhirClient(running.laboratory.fhirPort, running.files)
})
after(async () => {
  await client?.close()
  await running?.close()
})

const yesterday = new Date(systemClock.now().getTime() - 86_400_000).toISOString().slice(0, 10)
/** A bundle of yesterday, whose report has the number. */
const sent = (number: string, bundle = soundTransaction()): Json =>
  JSON.parse(
    JSON.stringify(bundle)
      .replaceAll('2026-11-29', yesterday)
      .replaceAll('F001', number)
      .replaceAll('TEST-BUNDLE', `B-${number}`),
  ) as Json
const stored = (number: string) => storedOf(running, number)
const positive = '260373001'
const withStatus = (number: string, status: string, code = '260415000'): Json => {
  const bundle = put(soundTransaction(), observation('status'), status)
  return sent(number, put(bundle, observation('valueCodeableConcept.coding[0].code'), code))
}

test('a transaction is recorded, and the same again has the same answer', async () => {
  const first = await client.post('', sent('A1'))
  assert.equal(first.status, 200)
  assert.partialDeepStrictEqual(first.body, {
    resourceType: 'Bundle',
    type: 'transaction-response',
  })
  assert.partialDeepStrictEqual(await stored('A1'), {
    state: 'final',
    result: 'negative',
    kind: 'pcr',
  })
  const entries = first.body.entry as {
    response: { status: string; outcome?: { issue: Json[] } }
  }[]
  assert.equal(entries.length, 7)
  assert.ok(entries.every(({ response }) => response.status === '201 Created'))
  assert.partialDeepStrictEqual(entries[5]?.response.outcome?.issue, [
    { diagnostics: `urn:uuid:${idOfNumber('A1')}` },
  ])
  for (const path of ['', '/']) {
    const again = await client.post(path, sent('A1'))
    assert.deepEqual([again.status, again.body], [first.status, first.body])
  }
  assert.deepEqual(await countsOf(running, 'A1'), { certificates: 1, acts: 1 })
})

test('a message is answered by a message that names it', async () => {
  for (const path of ['', '/$process-message']) {
    const { status, body } = await client.post(path, sent('A2', soundMessage()))
    assert.equal(status, 200)
    assert.partialDeepStrictEqual(body, {
      type: 'message',
      entry: [
        {
          resource: {
            resourceType: 'MessageHeader',
            response: { identifier: '0b6e1b0c-0000-4000-8000-000000000009', code: 'ok' },
          },
        },
      ],
    })
  }
  assert.deepEqual(await countsOf(running, 'A2'), { certificates: 1, acts: 1 })
  const { status, body } = await client.post('/$process-message', sent('A3'))
  assert.deepEqual([status, issuesIn(body)], [422, ['Bundle.type NOT_ALLOWED']])
  assert.equal(await stored('A3'), undefined)
})

test('what HL7 told is known to FHIR', async () => {
  const sender = await running.connect()
  const { messageOf } = await import('../testing.ts')
  const text = messageOf()
    .replaceAll('20261129', yesterday.replaceAll('-', ''))
    .replaceAll('F001', 'A4')
  assert.match(await sender.send(text), /\rMSA\|CA\|/)
  sender.close()
  assert.equal((await client.post('', sent('A4'))).status, 200)
  assert.deepEqual(await countsOf(running, 'A4'), { certificates: 1, acts: 1 })
})

test('status says preliminary, corrected and entered in error, as OBX-11 does', async () => {
  const say = async (...bundle: Parameters<typeof withStatus>): Promise<number> =>
    (await client.post('', withStatus(...bundle))).status
  assert.equal(await say('C1', 'preliminary'), 200)
  assert.equal((await stored('C1'))?.state, 'waiting')
  assert.equal(await say('C1', 'final'), 200)
  assert.partialDeepStrictEqual(await stored('C1'), { state: 'final', result: 'negative' })
  const contradiction = await client.post('', withStatus('C1', 'final', positive))
  assert.equal(contradiction.status, 422)
  assert.deepEqual(issuesIn(contradiction.body), ['Bundle.entry[5].resource.value RESULT_REPEATED'])
  for (let turn = 0; turn < 2; turn += 1) {
    assert.equal(await say('C1', 'corrected', positive), 200)
    assert.partialDeepStrictEqual(await stored('C1'), { result: 'positive', corrections: 1 })
  }
  for (let turn = 0; turn < 2; turn += 1) {
    assert.equal(await say('C1', 'entered-in-error'), 200)
    assert.notEqual((await stored('C1'))?.withdrawn_at, null)
  }
  const unknown = await client.post('', withStatus('C2', 'entered-in-error'))
  assert.deepEqual(issuesIn(unknown.body), ['Bundle.entry[5].resource.value RESULT_NOT_FOUND'])
})

test('of several results one is wrong: none is recorded, and its place is named', async () => {
  const bundle = sent('D1') as { entry: { resource: Record<string, Json> }[] } & Json
  const second = structuredClone(bundle.entry[5])
  assert.ok(second !== undefined)
  const { method: _, ...resource } = second.resource
  const wrong = {
    ...resource,
    code: { coding: [{ system: 'http://loinc.org', code: '94558-4' }] },
    issued: 'soon',
  }
  bundle.entry.push({
    ...second,
    fullUrl: 'urn:uuid:0b6e1b0c-0000-4000-8000-00000000000a',
    resource: wrong,
  } as never)
  const { status, body } = await client.post('', bundle)
  assert.equal(status, 422)
  assert.ok(
    issuesIn(body).includes('Bundle.entry[7].resource.issued MALFORMED'),
    issuesIn(body).join('\n'),
  )
  assert.equal(await stored('D1'), undefined)
})

test('a site of somebody else is refused where it is named, in the sender’s language', async () => {
  const elsewhere = sent(
    'D2',
    put(soundTransaction(), organization('identifier[0].value'), '12A0000014'),
  )
  for (const [language, text] of [
    ['fr', 'Ce FINESS n’est pas l’un de ceux de ce certificat.'],
    ['en', 'This FINESS is none of those of this certificate.'],
  ] as const) {
    const { status, body } = await client.post('', elsewhere, { 'accept-language': language })
    assert.equal(status, 422)
    assert.partialDeepStrictEqual(body, {
      resourceType: 'OperationOutcome',
      issue: [
        {
          severity: 'error',
          code: 'forbidden',
          details: { text },
          expression: ['Bundle.entry[2].resource.identifier'],
        },
      ],
    })
  }
  assert.equal(await stored('D2'), undefined)
})

test('mutants of a sound transaction are refused by $validate at the expression that is wrong', async () => {
  const sound = await client.post('/$validate', sent('E1'))
  assert.equal(sound.status, 200)
  assert.partialDeepStrictEqual(sound.body, {
    issue: [{ severity: 'information', code: 'informational' }],
  })
  assert.equal(await stored('E1'), undefined)
  // Of this test's day; what a mutant spoils is told as of the day that all of them are.
  const missed: string[] = []
  for (const [path, value, expression, code] of mutants) {
    const bundle = JSON.parse(
      JSON.stringify(put(soundTransaction(), path, value)).replaceAll('2026-11-29', yesterday),
    )
    const { status, body } = await client.post('/Bundle/$validate', bundle)
    assert.equal(status, 200)
    const issues = (body.issue ?? []) as { severity: string; code: string; expression?: string[] }[]
    const isTold = issues.some(
      (issue) =>
        issue.severity === 'error' &&
        issue.code === code &&
        issue.expression?.[0] === `Bundle.${expression}`,
    )
    if (!isTold) missed.push(`${path} ${JSON.stringify(value)}`)
  }
  assert.ok(mutants.length >= 100)
  assert.ok(missed.length <= mutants.length * 0.02, missed.join('\n'))
})

test('a resource by itself, or in Parameters, is validated as its type', async () => {
  const [patient] = (soundTransaction() as { entry: { resource: Record<string, Json> }[] }).entry
  const sound = patient?.resource ?? {}
  const cases: readonly [string, Json, string[]][] = [
    ['/Patient/$validate', sound, ['informational']],
    ['/$validate', sound, ['informational']],
    ['/Patient/$validate', { ...sound, birthDate: '1979-02-30' }, ['Patient.birthDate MALFORMED']],
    [
      '/Patient/$validate',
      { resourceType: 'Patient' },
      ['Patient.name REQUIRED', 'Patient.birthDate REQUIRED'],
    ],
    ['/Observation/$validate', sound, ['Observation.resourceType NOT_ALLOWED']],
    [
      '/$validate',
      {
        resourceType: 'Parameters',
        parameter: [{ name: 'resource', resource: { ...sound, gender: 'f' } }],
      },
      ['Patient.gender NOT_ALLOWED'],
    ],
    ['/$validate', { resourceType: 'Parameters' }, ['Bundle NOT_A_MESSAGE']],
    ['/Patient/$validate', 'text', ['Patient NOT_A_MESSAGE']],
  ]
  for (const [path, resource, issues] of cases) {
    const { status, body } = await client.post(path, resource)
    assert.equal(status, 200)
    assert.deepEqual(issuesIn(body), issues)
  }
})

test('requests that are none of ours are refused by their status', async () => {
  const body = JSON.stringify(sent('G1'))
  const json = { 'content-type': fhirJson }
  const cases: readonly [string, string, string | null, Record<string, string>, number][] = [
    ['GET', '', null, {}, 405],
    ['DELETE', '/metadata', null, {}, 405],
    ['GET', '/Patient/1', null, {}, 404],
    ['POST', '/Nothing/$validate', body, json, 404],
    ['GET', '/StructureDefinition/../metadata', null, {}, 404],
    [
      'POST',
      '',
      '<Bundle xmlns="http://hl7.org/fhir"/>',
      { 'content-type': 'application/fhir+xml' },
      415,
    ],
    ['POST', '', body, {}, 415],
    ['POST', '', body, { ...json, 'content-encoding': 'gzip' }, 415],
    ['POST', '', body, { 'content-type': `${fhirJson}; fhirVersion=3.0` }, 415],
    ['POST', '', body, { 'content-type': `${fhirJson}; charset=latin1` }, 415],
    ['POST', '', body, { ...json, accept: 'application/fhir+xml' }, 406],
    ['POST', '?_format=xml', body, json, 406],
    ['POST', '', body, { ...json, 'if-match': 'W/"1"' }, 412],
    ['POST', '', '{', json, 400],
    ['POST', '', '[]', json, 400],
    ['POST', '', '', json, 400],
    ['POST', '', '{"resourceType":"Patient"}', json, 400],
  ]
  for (const [method, path, text, headers, status] of cases) {
    const answer = await client.ask(method, path, text, headers)
    assert.equal(answer.status, status, `${method} ${path} ${JSON.stringify(headers)}`)
    assert.equal(answer.body.resourceType, 'OperationOutcome')
  }
  assert.equal(await stored('G1'), undefined)
  assert.equal((await client.ask('GET', '', null, {})).headers.allow, 'POST')
})

test('what is published is found at its canonical address, and known again by its tag', async () => {
  const { status, headers, body } = await client.get('/metadata?_format=application/fhir+json')
  assert.equal(status, 200)
  const again = await client.get('/metadata', { 'if-none-match': String(headers.etag) })
  assert.equal(again.status, 304)
  const [rest] = body.rest as { resource: { type: string; supportedProfile?: string[] }[] }[]
  const profiles = rest?.resource.flatMap(({ supportedProfile = [] }) => supportedProfile) ?? []
  assert.ok(profiles.length >= 8)
  for (const url of profiles) {
    const base = running.laboratory.fhirUrl
    assert.ok(url.startsWith(`${base}/`))
    const found = await client.get(url.slice(base.length))
    assert.partialDeepStrictEqual(found, {
      status: 200,
      body: { resourceType: 'StructureDefinition', url },
    })
  }
})

const openSocket = async (): Promise<TLSSocket> => {
  const [ca, cert, key] = await Promise.all(
    [running.files.authority, running.files.certificate, running.files.privateKey].map((file) =>
      readFile(file),
    ),
  )
  const socket = connectTls({
    port: running.laboratory.fhirPort,
    host: '127.0.0.1',
    ca,
    cert,
    key,
    servername: 'localhost',
  })
  await once(socket, 'secureConnect')
  socket.on('error', () => socket.destroy())
  return socket
}
const heardFrom = async (socket: TLSSocket): Promise<string> => {
  let text = ''
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  await once(socket, 'close')
  return text
}
const head = `POST /fhir HTTP/1.1\r\nhost: localhost\r\ncontent-type: ${fhirJson}\r\n`

test('bodies that are too large, and senders that are too slow, are answered and cut', async () => {
  const statusOf = (text: string): string => text.slice(0, 12)
  const announced = await openSocket()
  announced.write(`${head}content-length: 99999999\r\n\r\n`)
  assert.equal(statusOf(await heardFrom(announced)), 'HTTP/1.1 413')
  const endless = await openSocket()
  const heard = heardFrom(endless)
  endless.write(`${head}transfer-encoding: chunked\r\n\r\n`)
  const chunk = `100000\r\n${' '.repeat(0x100000)}\r\n`
  for (let count = 0; count < 6; count += 1) endless.write(chunk)
  assert.equal(statusOf(await heard), 'HTTP/1.1 413')
  const silent = await openSocket()
  const slowHead = await openSocket()
  slowHead.write('POST /fhir HTT')
  const slowBody = await openSocket()
  slowBody.write(`${head}content-length: 9\r\n\r\n{`)
  const slow = await Promise.all([silent, slowHead, slowBody].map(heardFrom))
  assert.deepEqual(slow.map(statusOf), ['HTTP/1.1 408', 'HTTP/1.1 408', 'HTTP/1.1 408'])
  const garbage = await openSocket()
  garbage.write('\x0bMSH|^~\\&|')
  assert.equal(statusOf(await heardFrom(garbage)), 'HTTP/1.1 400')
})

test('deep, wide and strange JSON is refused at once', async () => {
  const entries = (soundTransaction() as { entry: Json[] }).entry
  const deep = `{"resourceType":"Bundle","type":"transaction","entry":${'['.repeat(900_000)}${']'.repeat(900_000)}}`
  const nested = put(
    soundTransaction(),
    'extension',
    JSON.parse(`${'[{"url":"a:b","extension":'.repeat(45)}[]${'}]'.repeat(45)}`),
  )
  const wide = {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: Array.from({ length: 10_000 }, () => ({})),
  }
  const many = {
    resourceType: 'Bundle',
    type: 'transaction',
    // Each of an order of its own: those of one order that agree are one result.
    entry: Array.from({ length: 450 }, (_, index) => ({
      ...(entries[5] as object),
      fullUrl: `urn:uuid:${index}`,
      resource: {
        ...(entries[5] as { resource: object }).resource,
        identifier: [{ value: `O${index}` }],
      },
    })).concat(entries as never[]),
  }
  const polluted = JSON.stringify(soundTransaction()).replace(
    '{',
    '{"__proto__":{"total":1},"constructor":{},',
  )
  const json = { 'content-type': fhirJson }
  const cases = [
    [deep, 400, 'Bundle NOT_A_MESSAGE'],
    [JSON.stringify(nested), 422, 'Bundle.extension UNKNOWN_FIELD'],
    [JSON.stringify(wide), 422, 'Bundle.entry MESSAGE_TOO_LARGE'],
    [`{"entry":[${'{},'.repeat(200_000)}{}]}`, 422, 'Bundle MESSAGE_TOO_LARGE'],
    [JSON.stringify(many), 422, 'Bundle.entry MESSAGE_TOO_LARGE'],
    [polluted, 422, 'Bundle.constructor UNKNOWN_FIELD'],
  ] as const
  // What is not even parsed is no resource whose soundness could be told.
  for (const [text, expected, issue] of [cases[0], cases[3]]) {
    const { status, body } = await client.ask('POST', '/Bundle/$validate', text, json)
    assert.deepEqual([status, issuesIn(body)], [expected, [issue]])
  }
  for (const [text, expected, issue] of cases) {
    const { status, body } = await client.ask('POST', '', text, json)
    assert.equal(status, expected)
    assert.ok(issuesIn(body).includes(issue), issuesIn(body).join('\n'))
  }
})

test('a certificate that the directory does not know is told so, and one of nobody’s is not heard', async () => {
  const others = await ensureLaboratoryFolder(`${running.folder}/others`, {
    now: systemClock.now(),
    serverNames: ['localhost'],
  })
  const { authority } = running.files
  const stranger = await openFhirClient(running.laboratory.fhirPort, { ...others, authority })
  await assert.rejects(stranger.post('', sent('K1')))
  await stranger.close()
  assert.equal(await stored('K1'), undefined)
})
