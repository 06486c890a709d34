/**
 * Every example of the published description is sent, as it stands there, to a server and to its port for vendors, which
 * answer what the description says: the first of its statuses, and all that its example of an answer shows. What only a server
 * or a key can know (an assertion, a token, a code of a pairing, a slip's serial) is put in its place, and nothing else.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ProblemCode, problemRegistry, routes, type SlipsAnswer } from '@sidep/contracts'
import { temporaryFolder } from '../fault-testing.ts'
import { type RunningLaboratoryRole, startLaboratory } from '../index.ts'
import { clusterOfFile, newId, type Reply, type SignedIn, testSites } from '../platform/testing.ts'
import { startVerifier } from '../revocation/testing.ts'
import { type Answer, makeTestVendor, type TestVendor, testVendorPort } from './testing.ts'

interface Content {
  readonly example?: unknown
  readonly examples?: Readonly<Record<string, unknown>>
}
interface Described {
  readonly description: string
  readonly content?: Readonly<Record<string, Content>>
}
interface Operation {
  readonly operationId: string
  readonly method: string
  readonly path: string
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> }
  readonly responses: Readonly<Record<string, Described>>
}
type Said = Pick<Reply | Answer, 'status' | 'text'>

const folder = temporaryFolder('examples')
const cluster = await clusterOfFile()
const receiptToken = 'a-token-of-the-gateway'
const portal = await cluster.portal({
  environment: {
    SMS_GATEWAY_URL: 'http://127.0.0.1:9/',
    SMS_GATEWAY_TOKEN: 'a-token-for-the-gateway',
    SMS_RECEIPT_TOKEN: receiptToken,
  },
})
// The examples are of the afternoon that this portal is built around, after its test was read.
portal.clock.set('2021-08-13T15:40:00+02:00')

let role: RunningLaboratoryRole
let vendor: TestVendor
let counter: SignedIn
let colleague: SignedIn
const operations = new Map<string, Operation>()
let problems: Readonly<Record<string, { readonly value: Readonly<Record<string, unknown>> }>>
let parties: { token: string; refreshToken: string; ofSoftware: string }

const operation = (id: string): Operation => {
  const found = operations.get(id)
  assert.ok(found, id)
  return found
}
/** The example of its body, with what an example cannot know. */
const bodyOf = (id: string, unknowable: Readonly<Record<string, unknown>> = {}): unknown => {
  const [content] = Object.values(operation(id).requestBody?.content ?? {})
  if (content === undefined) return undefined
  assert.ok(content.example !== undefined, `${id} has no example of its body`)
  return { ...(content.example as object), ...unknowable }
}

/** Whether all that an example shows is there, of the same kind. */
const missingFrom = (actual: unknown, example: unknown, at: string): string[] => {
  if (example === null || actual === null) return actual === undefined ? [at] : []
  if (Array.isArray(example)) {
    if (!Array.isArray(actual)) return [at]
    return actual.length === 0 || example.length === 0
      ? []
      : missingFrom(actual[0], example[0], `${at}[0]`)
  }
  if (typeof example === 'object')
    return typeof actual === 'object'
      ? Object.entries(example as object).flatMap(([name, one]) =>
          missingFrom((actual as Record<string, unknown>)[name], one, `${at}.${name}`),
        )
      : [at]
  return typeof actual === typeof example ? [] : [at]
}

const tried = new Set<string>()
/** What was answered is what the description says of the operation. */
const asDescribed = (id: string, { status, text }: Said, isAgain = false): void => {
  tried.add(id)
  const { responses } = operation(id)
  const described = responses[status]
  assert.ok(described, `${id} answers ${status}, which is not described: ${text}`)
  const successes = Object.keys(responses).filter((one) => Number(one) < 400)
  // What is made answers 201, and 200 when it was there.
  const expected = !isAgain && successes.includes('201') ? '201' : successes[0]
  assert.equal(String(status), expected, `${id}: ${text}`)
  const [content] = Object.values(described.content ?? {})
  if (content?.example !== undefined)
    assert.deepEqual(missingFrom(JSON.parse(text), content.example, id), [])
}

const pathOf = ({ path }: Operation, parameters: Readonly<Record<string, string>>): string =>
  path.replace(/\{(\w+)\}/g, (_, name) => parameters[name] ?? assert.fail(`${path}: ${name}`))

interface Trying {
  readonly parameters?: Readonly<Record<string, string>>
  readonly unknowable?: Readonly<Record<string, unknown>>
  /** The example goes a second time: it was recorded before, by the other way. */
  readonly isAgain?: boolean
}

const atPortal = async (
  id: string,
  { parameters = {}, unknowable, isAgain }: Trying = {},
  as: (Partial<SignedIn> & { readonly headers?: Record<string, string> }) | null = counter,
): Promise<Said> => {
  const one = operation(id)
  const options = as === null ? { cookie: null } : as
  const said = await portal.send(
    one.method,
    pathOf(one, parameters),
    bodyOf(id, unknowable),
    options,
  )
  asDescribed(id, said, isAgain)
  return said
}

const atVendorPort = async (
  id: string,
  token: string | null,
  { parameters = {}, unknowable, isAgain }: Trying = {},
): Promise<Said> => {
  const one = operation(id)
  const said = await vendor.send(one.method, pathOf(one, parameters), token, bodyOf(id, unknowable))
  asDescribed(id, said, isAgain)
  return said
}

/** A form, whose assertion is signed anew. */
const byForm = async (id: string, unknowable: Record<string, string> = {}): Promise<Answer> => {
  const { client_assertion: _, ...fields } = bodyOf(id) as Record<string, string>
  const said = await vendor.form(operation(id).path, { ...fields, ...unknowable })
  asDescribed(id, said)
  return said
}

const record = async (changes: object, as: SignedIn = counter): Promise<string> => {
  const id = newId(portal.clock)
  const body = { ...(bodyOf('recordScreening') as object), id, ...changes }
  const said = await portal.send('POST', routes.screenings, body, as)
  assert.equal(said.status, 201, said.text)
  return id
}

before(async () => {
  const read = await portal.send('GET', routes.openapi, undefined, { cookie: null })
  const { paths, components } = read.json<{
    paths: Record<string, Record<string, Omit<Operation, 'method' | 'path'>>>
    components: { examples: typeof problems }
  }>()
  problems = components.examples
  for (const [path, methods] of Object.entries(paths))
    for (const [method, one] of Object.entries(methods))
      operations.set(one.operationId, { ...one, method: method.toUpperCase(), path })
  const { vendors } = await testVendorPort(`${folder}/port`, portal.clock.now(), {
    webhooksAnywhere: false,
  })
  role = await startLaboratory(
    {
      ...portal.server.platform.configuration,
      laboratory: null,
      vendors,
    },
    { clock: portal.clock, database: await cluster.database(0) },
  )
  vendor = await makeTestVendor({
    portal,
    folder,
    id: 'officine-essai',
    url: role.vendors?.issuer ?? '',
  })
  counter = await portal.signInAt(testSites.parvis, { professionalId: '899700098314' })
  colleague = await portal.signInAt(testSites.parvis, { professionalId: '899700075122' })
})
after(async () => {
  await vendor?.close()
  await role?.close()
})

test('what is for everybody', async () => {
  for (const id of [
    'listDoors',
    'readCatalogue',
    'readTrustBundle',
    'readTrustIndex',
    'readTrustAnchor',
    'readOpenApi',
    'readApiPage',
    'readHealth',
    'readReadiness',
  ])
    await atPortal(id, {}, null)
  const { adopted } = await (await startVerifier(portal)).poll()
  const [part] = adopted?.opened.index.parts ?? []
  await atPortal('readTrustPart', { parameters: { id: part?.sha256 ?? '' } }, null)
  const receipt = operation('reportDelivery')
  const headers = { authorization: `Bearer ${receiptToken}` }
  asDescribed(
    'reportDelivery',
    await portal.send(receipt.method, receipt.path, bodyOf('reportDelivery'), {
      cookie: null,
      headers,
    }),
  )
})

test('software is let in, by the examples of its port', async () => {
  await atVendorPort('readVendorMetadata', null)
  await atVendorPort('readVendorKeys', null)
  const pairing = (await byForm('pairVendor')).json<{ user_code: string; device_code: string }>()
  const decided = { userCode: pairing.user_code, decision: 'accept' }
  assert.equal((await portal.send('POST', routes.vendorDecision, decided, counter)).status, 201)
  const given = (await byForm('giveVendorToken', { device_code: pairing.device_code })).json<{
    access_token: string
    refresh_token: string
  }>()
  const own = await vendor.form(routes.vendorToken, {
    grant_type: 'client_credentials',
    scope: 'webhooks',
  })
  parties = {
    token: given.access_token,
    refreshToken: given.refresh_token,
    ofSoftware: own.json<{ access_token: string }>().access_token,
  }
  await atVendorPort('readVendorDelegation', parties.token)
})

test('screenings, by software and then at the counter', async () => {
  const { token } = parties
  await atVendorPort('recordScreening', token)
  await atPortal('recordScreening', { isAgain: true })
  await atVendorPort('recordScreenings', token)
  await atPortal('recordScreenings')
  await atVendorPort('listScreenings', token)
  await atPortal('listScreenings')
  const { id } = bodyOf('recordScreening') as { id: string }
  const parameters = { id }
  await atVendorPort('readScreening', token, { parameters })
  await atPortal('readScreening', { parameters })
  await atVendorPort('findDuplicates', token)
  await atPortal('findDuplicates')
  const waits = { result: undefined, resultAt: undefined }
  await atVendorPort('setScreeningResult', token, { parameters: { id: await record(waits) } })
  await atPortal('setScreeningResult', { parameters: { id: await record(waits) } })
  await atVendorPort('sendLinkAgain', token, { parameters })
  await atPortal('sendLinkAgain', { parameters })
  await atVendorPort('correctScreening', token, { parameters })
  await atPortal('correctScreening', { parameters, isAgain: true })
  await atVendorPort('withdrawScreening', token, { parameters: { id: await record({}) } })
  await atPortal('withdrawScreening', {
    parameters: { id: await record({}) },
    // An act has one id, and the example's was used.
    unknowable: { id: newId(portal.clock) },
  })
  const late = await record({
    result: 'positive',
    sampledAt: '2021-08-11T15:20:00+02:00',
    resultAt: '2021-08-11T15:35:00+02:00',
    lateReason: 'paper',
  })
  await atPortal('confirmScreening', { parameters: { id: late } }, colleague)
})

test('what is done without the portal, by software and at the counter', async () => {
  const { token } = parties
  await atVendorPort('giveBooklet', token)
  await atVendorPort('listBooklets', token)
  await atPortal('giveBooklet')
  await atPortal('listBooklets')
  await atVendorPort('sendHeartbeat', token)
  await atPortal('sendHeartbeat')
  const printed = await portal.send('POST', routes.slips, { count: 2 }, counter)
  const [first, second] = printed.json<SlipsAnswer>().slips.map(({ serial }) => serial)
  const [item] = (bodyOf('reconcile') as { items: [object] }).items
  await atVendorPort('reconcile', token, { unknowable: { items: [{ ...item, slip: first }] } })
  const id = newId(portal.clock)
  const again = {
    ...item,
    id,
    screening: { ...(item as { screening: object }).screening, id },
    slip: second,
  }
  await atPortal('reconcile', { unknowable: { items: [again] } })
})

test('webhooks', async () => {
  const { ofSoftware } = parties
  await atVendorPort('setVendorWebhook', ofSoftware)
  await atVendorPort('readVendorWebhook', ofSoftware)
  await atVendorPort('listVendorDeadLetters', ofSoftware)
  await atVendorPort('replayVendorEvents', ofSoftware)
  await atVendorPort('removeVendorWebhook', ofSoftware)
})

/** Each refusal, and who meets it how. */
const refusals: Readonly<Record<string, readonly (readonly [ProblemCode, () => Promise<Said>])[]>> =
  {
    recordScreening: [
      [
        'SESSION_MISSING',
        () => portal.send('POST', routes.screenings, bodyOf('recordScreening'), { cookie: null }),
      ],
      [
        'VENDOR_TOKEN_MISSING',
        () => vendor.send('POST', routes.screenings, null, bodyOf('recordScreening')),
      ],
      [
        'VENDOR_TOKEN_INVALID',
        () => vendor.send('POST', routes.screenings, 'x.y.z', bodyOf('recordScreening')),
      ],
      [
        'VENDOR_SCOPE_MISSING',
        () => vendor.send('POST', routes.screenings, parties.ofSoftware, bodyOf('recordScreening')),
      ],
      [
        'BODY_MALFORMED',
        () => portal.send('POST', routes.screenings, undefined, { ...counter, raw: '{' }),
      ],
      [
        'REQUEST_INVALID',
        () =>
          portal.send(
            'POST',
            routes.screenings,
            {
              ...(bodyOf('recordScreening') as object),
              id: newId(portal.clock),
              result: 'perhaps',
            },
            counter,
          ),
      ],
      [
        'MEDIA_TYPE_UNSUPPORTED',
        () =>
          portal.send('POST', routes.screenings, undefined, {
            ...counter,
            raw: 'x',
            headers: { 'content-type': 'text/plain' },
          }),
      ],
      [
        'SCREENING_ID_REUSED',
        () =>
          portal.send(
            'POST',
            routes.screenings,
            bodyOf('recordScreening', { device: '1833' }),
            counter,
          ),
      ],
      [
        'SITE_NOT_CHOSEN',
        async () =>
          portal.send('POST', routes.screenings, bodyOf('recordScreening'), {
            cookie: await portal.cookieAt(null),
          }),
      ],
    ],
    readScreening: [
      [
        'SCREENING_UNKNOWN',
        () =>
          portal.send(
            'GET',
            routes.screening.replace(':id', newId(portal.clock)),
            undefined,
            counter,
          ),
      ],
    ],
    correctScreening: [
      [
        'SCREENING_CHANGED',
        async () =>
          portal.send(
            'POST',
            `${routes.screenings}/${(bodyOf('recordScreening') as { id: string }).id}/corrections`,
            { ...(bodyOf('correctScreening') as object), id: newId(portal.clock) },
            counter,
          ),
      ],
      [
        'SESSION_PROOF_MISSING',
        async () =>
          portal.send(
            'POST',
            `${routes.screenings}/${newId(portal.clock)}/corrections`,
            bodyOf('correctScreening'),
            { cookie: counter.cookie, signer: null },
          ),
      ],
    ],
    setVendorWebhook: [
      [
        'WEBHOOK_ADDRESS_REFUSED',
        () =>
          vendor.send('POST', routes.vendorWebhook, parties.ofSoftware, {
            url: 'https://127.0.0.1/',
          }),
      ],
    ],
    readVendorWebhook: [
      ['WEBHOOK_UNKNOWN', () => vendor.send('GET', routes.vendorWebhook, parties.ofSoftware)],
    ],
    readTrustPart: [
      [
        'ROUTE_UNKNOWN',
        () =>
          portal.send('GET', routes.trustPart.replace(':id', '0'.repeat(64)), undefined, {
            cookie: null,
          }),
      ],
    ],
  }

test('each refusal is as its example in the description shows it', async () => {
  for (const [id, all] of Object.entries(refusals))
    for (const [code, meet] of all) {
      const { status, text } = await meet()
      const said = JSON.parse(text) as Record<string, unknown>
      assert.equal(said.code, code, `${id}: ${text}`)
      const described = operation(id).responses[status]?.content?.['application/problem+json']
      assert.ok(described?.examples?.[code], `${id} has no example of ${code}`)
      const { value } = problems[code] ?? { value: {} }
      assert.deepEqual([said.type, said.status], [value.type, value.status])
      assert.deepEqual(missingFrom(said, value, code), [])
      assert.equal(String(said.support).length, String(value.support).length)
    }
})

test('forms are refused with the codes that the description names, in the shape of OAuth', async () => {
  const form = (id: string, fields: Record<string, string>) =>
    vendor.form(operation(id).path, fields)
  const ofToken: readonly [ProblemCode, Record<string, string>][] = [
    ['VENDOR_GRANT_UNSUPPORTED', { grant_type: 'password' }],
    ['VENDOR_GRANT_INVALID', { grant_type: 'refresh_token', refresh_token: 'x'.repeat(60) }],
    [
      'VENDOR_GRANT_INVALID',
      {
        grant_type: (bodyOf('giveVendorToken') as { grant_type: string }).grant_type,
        device_code: 'x'.repeat(43),
      },
    ],
    ['VENDOR_SCOPE_REFUSED', { grant_type: 'client_credentials', scope: 'everything' }],
    ['VENDOR_ASSERTION_INVALID', { grant_type: 'client_credentials', client_assertion: 'x.y.z' }],
    [
      'VENDOR_ASSERTION_STALE',
      {
        grant_type: 'client_credentials',
        client_assertion: await vendor.assertion({ iat: 1, exp: 2 }),
      },
    ],
    ['VENDOR_REQUEST_INVALID', {}],
  ]
  for (const [code, fields] of ofToken) {
    const said = await form('giveVendorToken', fields)
    assert.equal(said.code, code, said.text)
    assert.match(
      operation('giveVendorToken').responses[said.status]?.description ?? '',
      new RegExp(`\`${code}\``),
    )
    assert.equal(problemRegistry[code].status, said.status)
  }
})

test('what was let in is given back, and the session renewed, moved and ended', async () => {
  await byForm('giveBackVendorToken', { token: parties.refreshToken })
  await atPortal('readSession')
  await atPortal('chooseSite')
  const start = JSON.parse((await atPortal('startRenewal')).text) as { sessionId: string }
  const at = portal.clock.now()
  const proof = await counter.signer.device.prove({
    aud: portal.server.url,
    sid: start.sessionId,
    at,
  })
  await atPortal('renewSession', { unknowable: { proof } })
  await atPortal('signOut')
})

/** Doors that are walked through in a browser or with a card: tests of theirs. */
const elsewhere = ['signInByCard', 'signInByCardAtOnce', 'returnFromCard']

test('every published operation was tried, and every code of a refusal has an example', () => {
  assert.deepEqual(
    [...operations.keys()].filter((id) => !tried.has(id)).sort(),
    [...elsewhere].sort(),
  )
  for (const { operationId, responses } of operations.values())
    for (const [status, { description, content = {} }] of Object.entries(responses)) {
      const shown = Object.keys(content['application/problem+json']?.examples ?? {})
      if (content['application/problem+json'] === undefined) continue
      const named = [...description.matchAll(/^- `([A-Z_]+)`:/gm)].map(([, code]) => code)
      assert.deepEqual(shown.sort(), named.sort(), `${operationId} ${status}`)
      for (const code of shown) assert.equal(problems[code]?.value.status, Number(status), code)
    }
})
