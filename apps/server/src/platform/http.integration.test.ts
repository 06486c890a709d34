import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { operatorRoutes, problemRegistry, routes } from '@sidep/contracts'
import { openBundle } from '@sidep/trust'
import { startFailure } from './start-failure.ts'
import { clusterOfFile, sampleScreening, type TestPortal } from './testing.ts'

const cluster = await clusterOfFile()
const portal = await cluster.portal()

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

/** The policy of an answer, one directive a key. */
const policyOf = async (path: string): Promise<Map<string, string>> => {
  const { headers } = await portal.send('GET', path)
  const lines = (headers.get('content-security-policy') ?? '').split('; ')
  return new Map(lines.map((line) => [line.split(' ', 1)[0] ?? '', line.replace(/^\S+ ?/, '')]))
}

const programs = ['/pro/', '/resultat/', '/verifier/', '/assets/any.js', '/sw.js']
const papers = [
  '/',
  '/attente/?return=/pro/',
  '/etat/',
  '/nothing',
  '/pro2/',
  '/%2e%2e/',
  '/login/x',
]

for (const path of [...programs, ...papers]) {
  test(`what is at ${path} may do what it needs, and nothing else`, async () => {
    const policy = await policyOf(path)
    const isProgram = programs.includes(path)
    assert.equal(policy.get('default-src'), "'none'")
    assert.equal(policy.get('base-uri'), "'none'")
    assert.equal(policy.get('frame-ancestors'), "'none'")
    assert.equal(policy.get('require-trusted-types-for'), "'script'")
    assert.equal(policy.get('trusted-types'), isProgram ? 'default' : "'none'")
    assert.ok(policy.has('form-action'))
    const script = policy.get('script-src')
    if (isProgram) assert.equal(script, "'self' 'wasm-unsafe-eval'")
    else assert.equal(script, path.startsWith('/attente/') ? "'self'" : undefined)
    assert.doesNotMatch(
      [...policy.values()].join(' '),
      /unsafe-inline|'unsafe-eval'|https?:|\*|data:/,
    )
  })
}

test('every answer says that it is nobody else’s to read, frame or guess at', async () => {
  const refused = ['/api/nothing', '/%zz', `/${'a'.repeat(5_000)}`]
  for (const path of ['/etat/', '/pro/', ...refused, routes.health, routes.trustBundle]) {
    const { headers } = await portal.send('GET', path, undefined, { cookie: null })
    const said = (name: string) => headers.get(name) ?? ''
    assert.match(
      said('content-security-policy'),
      /default-src 'none'.*frame-ancestors 'none'/,
      path,
    )
    assert.equal(said('referrer-policy'), 'no-referrer', path)
    assert.equal(said('x-content-type-options'), 'nosniff', path)
    assert.match(said('permissions-policy'), /camera=\(self\)/, path)
    for (const name of ['opener-policy', 'resource-policy']) {
      assert.equal(said(`cross-origin-${name}`), 'same-origin', path)
    }
    assert.equal(said('cross-origin-embedder-policy'), 'require-corp', path)
    assert.equal(said('access-control-allow-origin'), '', path)
  }
  const answer = await portal.send('GET', '/api/screenings')
  assert.equal(answer.headers.get('cache-control'), 'no-store')
})

test('probes tell alive, ready, and figures without a trace of who was tested', async () => {
  await portal.send('POST', '/api/screenings', sampleScreening(portal))
  assert.equal((await portal.send('GET', routes.health, undefined, { cookie: null })).status, 200)
  assert.equal((await portal.send('GET', routes.ready, undefined, { cookie: null })).status, 200)
  const { text } = await portal.asOperator(operatorRoutes.metrics)
  assert.match(text, /sidep_screenings_total\{outcome="final"\} 1/)
  assert.match(
    text,
    /sidep_request_seconds_count\{method="POST",route="\/api\/screenings",status="2xx"\} 1/,
  )
  const memory = ['memory', 'heap_used', 'heap_limit', 'memory_outside_heap']
  const bytes = memory.map((name) =>
    Number(new RegExp(`^sidep_${name}_bytes (\\d+)$`, 'm').exec(text)?.[1]),
  )
  assert.ok(
    bytes.every((value) => value > 100_000),
    String(bytes),
  )
  assert.doesNotMatch(text, /Goff|750712184|8100034/)
})

test('the interface is described for programs, and as a page whose style alone may apply', async () => {
  const description = await portal.send('GET', routes.openapi, undefined, { cookie: null })
  assert.equal(description.json<{ openapi: string }>().openapi, '3.1.0')
  for (const page of [
    await portal.send('GET', routes.apiPage, undefined, { cookie: null }),
    await portal.asOperator(operatorRoutes.descriptionPage),
  ]) {
    assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8')
    const [, style = ''] = /<style>([^<]*)<\/style>/.exec(page.text) ?? []
    const digest = createHash('sha256').update(style).digest('base64')
    const policy = page.headers.get('content-security-policy') ?? ''
    assert.match(policy, /^default-src 'none'; style-src 'sha256-/)
    assert.ok(policy.includes(`'sha256-${digest}'`), policy)
  }
})

test('figures and the description of internal routes are on the operator’s port, and on no other', async () => {
  for (const path of Object.values(operatorRoutes)) {
    assert.equal((await portal.asOperator(path)).status, 200, path)
    const atPortal = await portal.send('GET', path)
    assert.deepEqual([atPortal.status, atPortal.code], [404, 'ROUTE_UNKNOWN'], path)
  }
  const reply = await portal.send('GET', routes.openapi, undefined, { cookie: null })
  const { paths } = reply.json<{ paths: Record<string, unknown> }>()
  const described = Object.keys(paths).map((path) => path.replace(/\{(\w+)\}/g, ':$1'))
  assert.ok(described.includes(routes.screenings) && described.includes(routes.screeningResult))
  // Booklets are for software of vendors too.
  for (const internal of [routes.slips, routes.delegations, routes.sessionRevocations]) {
    assert.ok(!described.includes(internal), internal)
  }
})

test('the operator’s port answers its pages, by GET alone, and is on this machine unless told', async () => {
  const at = (path: string, init?: RequestInit) =>
    fetch(`${portal.server.operatorUrl}${path}`, init)
  assert.equal(new URL(portal.server.operatorUrl).hostname, '127.0.0.1')
  const metrics = await at(operatorRoutes.metrics)
  assert.match(metrics.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/)
  assert.equal(metrics.headers.get('cache-control'), 'no-store')
  assert.equal((await at(operatorRoutes.metrics, { method: 'POST' })).status, 405)
  for (const path of ['/', '/pro/', routes.screenings, routes.health, '/metrics/x']) {
    assert.equal((await at(path)).status, 404, path)
  }
})

test('a portal whose operator’s port is taken does not start, and leaves nothing behind', async () => {
  const { port } = new URL(portal.server.operatorUrl)
  await assert.rejects(cluster.portal({ environment: { OPERATOR_PORT: port } }), (error: Error) =>
    /OPERATOR_PORT/.test(startFailure(error) ?? ''),
  )
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

test('the bundle tells verifiers which rules are in force', async () => {
  const looking = await cluster.portal({ environment: { RULE_PROFILE: 'dated' } })
  const profileOf = async ({ send, server, clock }: TestPortal) => {
    const { spki } = (await send('GET', routes.trustAnchor)).json<{ spki: string }>()
    const response = await fetch(`http://127.0.0.1:${server.port}${routes.trustBundle}`)
    const bytes = new Uint8Array(await response.arrayBuffer())
    const opened = await openBundle(bytes, new Uint8Array(Buffer.from(spki, 'base64')), clock.now())
    return opened.ok ? opened.value.ruleProfile : opened.code
  }
  assert.deepEqual([await profileOf(portal), await profileOf(looking)], ['august-2021', 'dated'])
})

test('the bundle is signed anew after an hour', async () => {
  const tagOf = async () => (await portal.send('GET', routes.trustBundle)).headers.get('etag')
  const first = await tagOf()
  portal.clock.advance(3_600_000)
  assert.notEqual(await tagOf(), first)
})

/** What the server says to bytes that a client library would not send. */
const answerTo = (bytes: string, port = portal.server.port): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk.toString()
    })
    socket.on('close', () => resolve(text))
    socket.on('error', reject)
    socket.write(bytes)
  })

test('headers beyond the bound are HEADERS_TOO_LARGE', async () => {
  const long = `GET /healthz HTTP/1.1\r\nhost: x\r\nx-long: ${'a'.repeat(20_000)}\r\n\r\n`
  assert.match(await answerTo(long), /^HTTP\/1\.1 431 [\s\S]*"code":"HEADERS_TOO_LARGE"/)
})

test('what is not HTTP, or says its length twice, is REQUEST_MALFORMED and not quoted', async () => {
  const twoLengths =
    'POST /api/retrieval HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'
  for (const bytes of ['LE GOFF Eloise\r\n\r\n', twoLengths]) {
    const answer = await answerTo(bytes)
    assert.match(answer, /^HTTP\/1\.1 400 /)
    assert.match(answer, /content-type: application\/problem\+json/i)
    assert.match(answer, /"code":"REQUEST_MALFORMED"/)
    assert.doesNotMatch(answer, /GOFF/)
  }
})

test('a request that says two hosts is REQUEST_MALFORMED', async () => {
  const hosts = 'Host: elsewhere.example\r\nhost: x\r\n'
  const answer = await answerTo(`GET /healthz HTTP/1.1\r\n${hosts}connection: close\r\n\r\n`)
  assert.match(answer, /^HTTP\/1\.1 400 [\s\S]*"code":"REQUEST_MALFORMED"/)
})

test('a path that climbs out of the pages, or carries a zero byte, is ROUTE_UNKNOWN', async () => {
  const paths = [
    '/../../../etc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/%5c..%5c',
    '//evil.example',
    '//evil.example/%2e%2e',
    '/pro/%00',
  ]
  const pages = await mkdtemp(join(tmpdir(), 'sidep-pages-'))
  await mkdir(join(pages, 'pro'))
  await writeFile(join(pages, 'pro', 'index.html'), '<!doctype html><title>pro</title>')
  const withPages = await cluster.portal({ overrides: { pages } })
  for (const path of paths) {
    const answer = await answerTo(
      `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`,
      withPages.server.port,
    )
    assert.match(answer, /^HTTP\/1\.1 404 [\s\S]*"code":"ROUTE_UNKNOWN"/, path)
    assert.doesNotMatch(answer, /^location:/im, path)
  }
  await rm(pages, { recursive: true })
})

test('every problem of the registry has a status, a title in both languages and a retry', () => {
  for (const [code, { status, title, retry }] of Object.entries(problemRegistry)) {
    assert.match(code, /^[A-Z_]+$/)
    assert.ok(status >= 400 && status < 600)
    assert.ok(title.fr.length > 5 && title.en.length > 5)
    assert.ok(['never', 'later', 'after-sign-in'].includes(retry))
  }
})

test('an address longer than any of ours is refused before anything reads it', async () => {
  const reply = await portal.send('GET', `${routes.doors}?x=${'a'.repeat(5_000)}`)
  assert.deepEqual([reply.status, reply.code], [414, 'ADDRESS_TOO_LONG'])
})
