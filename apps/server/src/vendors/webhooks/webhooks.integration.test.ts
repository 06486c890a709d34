/** What becomes of screenings that a vendor's software recorded, told to it by signed calls. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import type { VendorEvent } from '@sidep/contracts'
import type { Sql } from '../../platform/context.ts'
import { clusterOfFile, sampleScreening, testSites } from '../../platform/testing.ts'
import { makeCaller } from './call.ts'
import { collectVendorEvents } from './collect.ts'
import {
  countEvents,
  findWebhook,
  listDeadLetters,
  listWebhooks,
  replayEvents,
  setWebhook,
} from './store.ts'
import { tellVendor } from './worker.ts'

const cluster = await clusterOfFile()
const portal = await cluster.portal()
const sql: Sql = portal.sql
const site = testSites.parvis.id
const caller = makeCaller(true)

interface Heard {
  readonly headers: IncomingMessage['headers']
  readonly body: string
}
const heard: Heard[] = []
let status = 204
const receiver = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    heard.push({ headers: request.headers, body: Buffer.concat(chunks).toString() })
    response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end()
  })
})
let url = ''

/** Whose software recorded it, as the chain says. */
const recordedBy = async (operator: string): Promise<string> => {
  const { id } = sampleScreening(portal)
  const screening = sampleScreening(portal, { id })
  const reply = await portal.send('POST', '/api/screenings', screening)
  assert.equal(reply.status, 201, reply.text)
  await cluster.database(0).then(async (database) => {
    const { asOwner } = await import('../../platform/testing.ts')
    await asOwner(
      database.pools.worker,
      (owner) =>
        owner`update audit set operator_id = ${operator} where site_id = ${site} and subject = ${id}`,
    )
    await database.close()
  })
  return id
}
const withdraw = async (screening: string): Promise<void> => {
  const { id } = sampleScreening(portal)
  const body = { id, replaces: 1, reason: 'other' }
  const reply = await portal.send('POST', `/api/screenings/${screening}/withdrawal`, body)
  assert.equal(reply.status, 200, reply.text)
}
const tell = async (vendorId = 'officine'): Promise<boolean> => {
  const found = (await listWebhooks(sql)).find((one) => one.vendorId === vendorId)
  assert.ok(found)
  return tellVendor(portal.server.platform, caller, found)
}
const collect = () => collectVendorEvents(sql, portal.clock.now())

before(async () => {
  await new Promise<void>((resolve) => {
    receiver.listen(0, '127.0.0.1', resolve)
  })
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook?a=1`
  await sql`
    insert into vendor_delegation (site_id, id, vendor_id, professional_id, family_name, first_names, profession,
      site_name, scopes, signed_in_at, granted_at, ends_at)
    select ${site}, gen_random_uuid(), 'officine', '810003456789', 'MARTIN', 'Camille', '21', 'Pharmacie', '{}', now, now, now
    from (select ${portal.clock.now()}::timestamptz as now) as moment`
  await setWebhook(sql, 'officine', url, portal.clock.now())
  await setWebhook(sql, 'autre', url, portal.clock.now())
})
after(async () => {
  await caller.close()
  receiver.close()
})

test('what became of a screening is told to whose software recorded it, signed, and to nobody else', async () => {
  const theirs = await recordedBy('vendor:officine')
  const nobodys = await recordedBy('899700075122')
  await withdraw(theirs)
  await withdraw(nobodys)
  await collect()
  assert.equal(await collect(), 0)
  assert.equal(await tell('autre'), false)
  assert.equal(heard.length, 0)
  await tell()
  assert.equal(heard.length, 1)
  const [{ headers, body } = { headers: {}, body: '' }] = heard
  const event: VendorEvent = JSON.parse(body)
  assert.deepEqual([event.type, event.site, event.screening], ['screening.withdrawn', site, theirs])
  const digest = `sha-256=:${createHash('sha256').update(body).digest('base64')}:`
  assert.equal(headers['content-digest'], digest)
  const input = String(headers['signature-input'])
  const base = [
    '"@method": POST',
    `"@target-uri": ${url}`,
    `"content-digest": ${digest}`,
    '"content-type": application/json',
    `"@signature-params": ${input.slice('sidep='.length)}`,
  ].join('\n')
  const signature = /^sidep=:(.+):$/.exec(String(headers.signature))?.[1] ?? ''
  const key = portal.server.platform.sessionSigner.current().publicKey
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' }
  const isSound = await crypto.subtle.verify(
    algorithm,
    key,
    Buffer.from(signature, 'base64'),
    new TextEncoder().encode(base),
  )
  assert.ok(isSound)
  await tell()
  assert.equal(heard.length, 1)
})

test('what is not taken is told again with the same id, a redirect is not followed, and what never is becomes a dead letter', async () => {
  heard.length = 0
  const screening = await recordedBy('vendor:officine')
  await withdraw(screening)
  await collect()
  status = 302
  await tell()
  assert.equal(heard.length, 1)
  assert.equal((await findWebhook(sql, 'officine'))?.lastFailure, 'HTTP_302')
  status = 503
  for (let tries = 1; tries < 18; tries += 1) {
    portal.clock.advance(4 * 3_600_000)
    await tell()
  }
  assert.equal(heard.length, 18)
  assert.equal(new Set(heard.map(({ body }) => JSON.parse(body).id)).size, 1)
  assert.deepEqual(await countEvents(sql, 'officine'), { waiting: 0, deadLetters: 1 })
  const [dead] = await listDeadLetters(sql, 'officine')
  assert.deepEqual([dead?.screeningId, dead?.lastFailure], [screening, 'HTTP_503'])
  status = 200
  assert.equal(await replayEvents(sql, 'officine', portal.clock.now()), 1)
  await tell()
  assert.equal(heard.length, 19)
  assert.deepEqual(await countEvents(sql, 'officine'), { waiting: 0, deadLetters: 0 })
  assert.equal((await findWebhook(sql, 'officine'))?.lastFailure, null)
})
