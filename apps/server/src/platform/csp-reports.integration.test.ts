import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestCluster, type TestCluster, type TestPortal } from './testing.ts'

let cluster: TestCluster
let portal: TestPortal
before(async () => {
  cluster = await startTestCluster()
  portal = await cluster.portal()
})
after(() => cluster.close())

const secret = '7G4V2K9QM3X8T5Z1B6D0F4H7'
const address = (path: string): string => `http://127.0.0.1:${portal.server.port}${path}`
const report = (body: unknown, type = 'application/reports+json'): Promise<Response> =>
  fetch(address('/csp-reports'), {
    method: 'POST',
    headers: { 'content-type': type },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

const violation = (effectiveDirective: string) => ({
  type: 'csp-violation',
  age: 10,
  url: `https://resultat.example/resultat/?c=${secret}`,
  user_agent: 'x',
  body: {
    documentURL: `https://resultat.example/resultat/?c=${secret}`,
    blockedURL: `https://elsewhere.example/${secret}`,
    effectiveDirective,
    sample: secret,
  },
})

const figures = (): string => portal.server.platform.metrics.render()
const counted = (directive: string): number => {
  const start = `sidep_csp_violations_total{directive="${directive}"} `
  const line = figures()
    .split('\n')
    .find((one) => one.startsWith(start))
  return Number(line?.slice(start.length) ?? 0)
}

test('every page asks its browser to report what it was kept from doing', async () => {
  const { headers } = await fetch(address('/attente/'))
  const policy = headers.get('content-security-policy') ?? ''
  assert.match(policy, /; report-to policy; report-uri \/csp-reports$/)
  assert.equal(headers.get('reporting-endpoints'), 'policy="/csp-reports"')
})

test('reports in both forms are counted by directive, and nothing else of them is kept', async () => {
  assert.equal((await report([violation('script-src-elem'), violation('img-src')])).status, 204)
  const old = { 'csp-report': { 'effective-directive': 'img-src', 'document-uri': secret } }
  assert.equal((await report(old, 'application/csp-report')).status, 204)
  assert.equal(counted('script-src-elem'), 1)
  assert.equal(counted('img-src'), 2)
  assert.ok(!figures().includes(secret))
})

test('a directive of nobody’s is no label of its own, and what is no report counts for nothing', async () => {
  const none = [{ type: 'deprecation', body: { id: secret } }, null, 7, {}]
  assert.equal((await report([violation(`${secret}-src`), ...none])).status, 204)
  assert.equal(counted('other'), 1)
  assert.ok(!figures().includes(secret))
})

test('a body counts for twenty reports at most; one that is no JSON or too long is refused', async () => {
  const many = Array.from({ length: 60 }, () => violation('font-src'))
  const short = many.map(({ type, body }) => ({
    type,
    body: { effectiveDirective: body.effectiveDirective },
  }))
  assert.equal((await report(short)).status, 204)
  assert.equal(counted('font-src'), 20)
  assert.equal((await report('{')).status, 400)
  assert.equal((await report(many)).status, 413)
})
