/** A tab's screen shows one session, the browser's cookie may be another's by now: nothing is done in the wrong name. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shownHeader, writeShown } from '@sidep/contracts'
import { clusterOfFile, sampleScreening, testSites } from './platform/testing.ts'

const cluster = await clusterOfFile()
const portal = await cluster.portal()

const acting = { sessionId: 'session-of-anne', professionalId: '899700075122' } as const
const shown = { ...acting, siteId: testSites.parvis.id }
const elsewhere = [
  { ...shown, sessionId: 'session-of-before' },
  { ...shown, professionalId: '899700098314' },
  { ...shown, siteId: '750000009' },
  { ...shown, siteId: null },
]
const counterKey = { x: `${'A'.repeat(43)}=`, y: `${'A'.repeat(43)}=` }

const writes: readonly (readonly [method: string, path: string, body?: unknown])[] = [
  ['POST', '/api/screenings', 'screening'],
  ['POST', '/api/screenings/0199c1b0-0000-7000-8000-000000000001/result', { result: 'negative' }],
  ['POST', '/api/screenings/0199c1b0-0000-7000-8000-000000000001/notifications', {}],
  ['POST', '/api/reconciliations', { items: [], wasted: [] }],
  ['POST', '/api/slips', { count: 4 }],
  ['POST', '/api/slips/cancellations', { reason: 'stolen' }],
  ['POST', '/api/booklets', { counterKey }],
  ['POST', '/api/booklets/withdrawals', { reason: 'stolen' }],
  [
    'POST',
    '/api/delegations',
    { staffId: '899700098314', staffName: 'Sam', endsAt: '2026-12-01T00:00:00Z' },
  ],
  ['DELETE', '/api/delegations/0199c1b0-0000-7000-8000-000000000001'],
  ['POST', '/api/session/revocations', { scope: 'elsewhere' }],
]

test('every write that shows another session, person or site than the cookie’s is refused with its own code', async () => {
  const cookie = await portal.cookieAt(testSites.parvis, acting)
  const wrong: string[] = []
  for (const [method, path, given] of writes)
    for (const other of elsewhere) {
      const body = given === 'screening' ? sampleScreening(portal) : given
      const headers = { [shownHeader]: writeShown(other) }
      const reply = await portal.send(method, path, body, { cookie, headers })
      if (!reply.text.includes('"code":"SESSION_DIFFERS"'))
        wrong.push(`${method} ${path}: ${reply.text}`)
    }
  assert.deepEqual(wrong, [])
  const [count] = await portal.sql<{ count: number }[]>`select count(*)::int from screening`
  assert.equal(count?.count, 0)
})

test('one that shows what the cookie says is taken; reading never asks', async () => {
  const cookie = await portal.cookieAt(testSites.parvis, acting)
  const headers = { [shownHeader]: writeShown(shown) }
  const body = sampleScreening(portal)
  const reply = await portal.send('POST', '/api/screenings', body, { cookie, headers })
  assert.equal(reply.status, 201, reply.text)
  const wrong = { [shownHeader]: writeShown({ ...shown, siteId: null }) }
  const list = await portal.send('GET', '/api/screenings', undefined, { cookie, headers: wrong })
  assert.equal(list.status, 200, list.text)
})
