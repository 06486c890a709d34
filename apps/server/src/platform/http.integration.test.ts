import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { problemRegistry, routes } from '@sidep/contracts'
import { openBundle } from '@sidep/trust'
import { sampleScreening, startTestCluster, type TestCluster, type TestPortal } from './testing.ts'

let cluster: TestCluster
let portal: TestPortal

before(async () => {
  cluster = await startTestCluster()
  portal = await cluster.portal()
})
after(() => cluster.close())

test('an address that is none is ROUTE_UNKNOWN, a wrong method METHOD_NOT_ALLOWED with what is allowed', async () => {
  const unknown = await portal.send('GET', '/api/nothing')
  assert.deepEqual([unknown.status, unknown.code], [404, 'ROUTE_UNKNOWN'])
  const method = await portal.send('PUT', '/api/screenings/x/result', {})
  assert.deepEqual([method.status, method.code], [405, 'METHOD_NOT_ALLOWED'])
  assert.equal(method.headers.get('allow'), 'POST')
})

test('an address that cannot be read is refused without quoting it', async () => {
  for (const path of ['/api/screenings/%E0%A4%A', `/api/screenings/${'x'.repeat(300)}`]) {
    const reply = await portal.send('GET', path)
    assert.equal(reply.code, 'ROUTE_UNKNOWN')
    assert.doesNotMatch(reply.text, /%E0|xxx/)
  }
})

test('every answer forbids what the pages do not need', async () => {
  const page = await portal.send('GET', '/etat/')
  const policy = page.headers.get('content-security-policy') ?? ''
  assert.match(policy, /default-src 'none'/)
  assert.match(policy, /script-src 'self';/)
  assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval|https:/)
  assert.equal(page.headers.get('referrer-policy'), 'no-referrer')
  assert.match(page.headers.get('permissions-policy') ?? '', /camera=\(self\)/)
  const verifier = await portal.send('GET', '/verifier/')
  assert.match(verifier.headers.get('content-security-policy') ?? '', /'wasm-unsafe-eval'/)
  const answer = await portal.send('GET', '/api/screenings')
  assert.equal(answer.headers.get('cache-control'), 'no-store')
})

test('probes tell alive, ready, and figures without a trace of who was tested', async () => {
  await portal.send('POST', '/api/screenings', sampleScreening(portal))
  assert.equal((await portal.send('GET', routes.health, undefined, { cookie: null })).status, 200)
  assert.equal((await portal.send('GET', routes.ready, undefined, { cookie: null })).status, 200)
  const { text } = await portal.send('GET', routes.metrics, undefined, { cookie: null })
  assert.match(text, /sidep_screenings_total\{outcome="final"\} 1/)
  assert.match(
    text,
    /sidep_request_seconds_count\{method="POST",route="\/api\/screenings",status="2xx"\} 1/,
  )
  assert.doesNotMatch(text, /Goff|750712184|8100034/)
})

test('OpenAPI describes every route of the contract that is served, and nothing else', async () => {
  const reply = await portal.send('GET', routes.openapi)
  const { openapi, paths } = reply.json<{ openapi: string; paths: Record<string, unknown> }>()
  assert.equal(openapi, '3.1.0')
  const described = Object.keys(paths).sort()
  const contract = Object.values(routes).map((path) => path.replace(/:(\w+)/g, '{$1}'))
  assert.deepEqual(described, contract.sort())
})

test('the trust bundle opens with the anchor and answers 304 to who has it', async () => {
  const { spki } = (await portal.send('GET', routes.trustAnchor)).json<{ spki: string }>()
  const response = await fetch(`http://127.0.0.1:${portal.server.port}${routes.trustBundle}`)
  const bytes = new Uint8Array(await response.arrayBuffer())
  const anchor = new Uint8Array(Buffer.from(spki, 'base64'))
  const opened = await openBundle(bytes, anchor, portal.clock.now())
  assert.ok(opened.ok)
  assert.deepEqual(opened.value.dcc, portal.server.trust.dcc)
  const tag = response.headers.get('etag') ?? ''
  const again = await portal.send('GET', routes.trustBundle, undefined, {
    headers: { 'if-none-match': tag },
  })
  assert.equal(again.status, 304)
})

test('the bundle is signed anew after an hour', async () => {
  const tagOf = async () => (await portal.send('GET', routes.trustBundle)).headers.get('etag')
  const first = await tagOf()
  portal.clock.advance(3_600_000)
  assert.notEqual(await tagOf(), first)
})

test('headers beyond the bound are refused with 431', async () => {
  const socket = connect(portal.server.port, '127.0.0.1')
  const header = `GET /healthz HTTP/1.1\r\nhost: x\r\nx-long: ${'a'.repeat(20_000)}\r\n\r\n`
  const answer = await new Promise<string>((resolve, reject) => {
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk.toString()
    })
    socket.on('close', () => resolve(text))
    socket.on('error', reject)
    socket.write(header)
  })
  assert.match(answer, /^HTTP\/1\.1 431/)
})

test('every problem of the registry has a status, a title in both languages and a retry', () => {
  for (const [code, { status, title, retry }] of Object.entries(problemRegistry)) {
    assert.match(code, /^[A-Z_]+$/)
    assert.ok(status >= 400 && status < 600)
    assert.ok(title.fr.length > 5 && title.en.length > 5)
    assert.ok(['never', 'later', 'after-sign-in'].includes(retry))
  }
})
