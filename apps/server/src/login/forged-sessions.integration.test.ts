/** A flood of session cookies that nobody issued. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { routes } from '@sidep/contracts'
import { clusterOfFile, sampleScreening, testSites } from '../platform/testing.ts'

const cluster = await clusterOfFile()
const portal = await cluster.portal()

test('forged session cookies are refused without a signature check, and nobody’s session suffers', async (context) => {
  const genuine = await portal.cookieAt(testSites.parvis)
  const [name = '', token = ''] = genuine.split('=')
  const forged = (index: number): string => {
    const [header, payload = '', signature, tag] = token.split('.')
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
    const other = Buffer.from(JSON.stringify({ ...claims, sub: `8${index}` })).toString('base64url')
    return `${name}=${[header, other, signature, tag].join('.')}`
  }
  const work = (cookie: string) =>
    portal.send('POST', routes.screenings, sampleScreening(portal), { cookie })
  const checks = context.mock.method(crypto.subtle, 'verify')
  for (let round = 0; round < 20; round += 1) {
    const flood = Array.from({ length: 25 }, (_, index) => forged(round * 25 + index))
    const codes = (await Promise.all(flood.map(work))).map(({ code }) => code)
    assert.deepEqual(new Set(codes), new Set(['SESSION_INVALID']))
  }
  assert.equal(checks.mock.callCount(), 0)
  checks.mock.restore()
  // From the same address, in the middle of it: seen for the first time, and again.
  const answers = await Promise.all([
    ...Array.from({ length: 20 }, (_, index) => work(forged(1_000 + index))),
    work(genuine),
    work(await portal.cookieAt(testSites.parvis)),
  ])
  assert.deepEqual(
    answers.slice(-2).map(({ status }) => status),
    [201, 201],
  )
})
