import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import {
  operatorRoutes,
  type ScreeningAnswer,
  type ScreeningEntry,
  type ScreeningList,
} from '@sidep/contracts'
import { loadTrust } from '@sidep/trust'
import { purposeFor, verify } from '@sidep/verdict'
import { checkChain } from '../audit/check.ts'
import { clusterOfFile, newId, sampleScreening, testSites } from '../platform/testing.ts'

const cluster = await clusterOfFile()
const portal = await cluster.portal()

const post = (body: unknown, cookie?: string) =>
  portal.send('POST', '/api/screenings', body, cookie === undefined ? {} : { cookie })

const countsOf = async (id: string): Promise<Record<string, number>> => {
  const [row] = await portal.sql<Record<string, number>[]>`select
    (select count(*)::int from screening where id = ${id}) as screening,
    (select count(*)::int from certificate where screening_id = ${id}) as certificate,
    (select count(*)::int from retrieval where screening_id = ${id}) as retrieval,
    (select count(*)::int from outbox where screening_id = ${id}) as outbox,
    (select count(*)::int from audit where subject = ${id} and act <> 'screening.opened') as audit`
  assert.ok(row)
  return row
}

const whole = { screening: 1, certificate: 1, retrieval: 1, outbox: 2, audit: 1 }

test('a negative screening is answered with both codes, accepted by the French pass for 72 hours', async () => {
  const body = sampleScreening(portal)
  const reply = await post(body)
  assert.equal(reply.status, 201)
  const answer = reply.json<ScreeningAnswer>()
  assert.equal(answer.state, 'final')
  assert.deepEqual(answer.notices, [])
  const { certificate } = answer
  assert.ok(certificate?.hcert)
  const trust = await loadTrust(portal.server.trust)
  const purpose = purposeFor('FR')
  for (const text of [certificate.hcert, certificate.twoddoc]) {
    const verdict = await verify(text, trust, portal.clock.now(), purpose)
    assert.equal(verdict.verdict, 'accepted', verdict.code)
    const later = new Date(Date.parse(body.sampledAt) + 73 * 3_600_000)
    assert.equal((await verify(text, trust, later, purpose)).verdict, 'refused')
  }
  assert.match(certificate.uvci, /^URN:UVCI:01:FR:[A-Z0-9]{12}#/)
  assert.match(certificate.retrieval, /\/resultat\/#[A-Z2-7]{32}$/)
  assert.deepEqual(await countsOf(body.id), whole)
})

test('a positive screening says so in both codes', async () => {
  const reply = await post(sampleScreening(portal, { result: 'positive' }))
  const { certificate } = reply.json<ScreeningAnswer>()
  const trust = await loadTrust(portal.server.trust)
  for (const text of [certificate?.hcert ?? '', certificate?.twoddoc ?? '']) {
    const verdict = await verify(text, trust, portal.clock.now(), { kind: 'none' })
    assert.ok(verdict.verdict === 'accepted')
    assert.match(JSON.stringify(verdict.certificate.medical), /260373001/)
  }
})

test('people of one name and of a birth date known in part leave with codes that verifiers accept', async () => {
  const trust = await loadTrust(portal.server.trust)
  for (const [names, birthDate] of [
    [{ familyName: 'Suharto', firstNames: '' }, '1958'],
    [{ familyName: 'sans nom', firstNames: 'Suharto' }, '1958-06'],
  ] as const) {
    const sound = sampleScreening(portal)
    const reply = await post({ ...sound, person: { ...sound.person, ...names, birthDate } })
    assert.equal(reply.status, 201, reply.text)
    const { certificate } = reply.json<ScreeningAnswer>()
    const read = await verify(certificate?.hcert ?? '', trust, portal.clock.now(), { kind: 'none' })
    assert.ok(read.verdict === 'accepted')
    const { familyName, firstNames } = read.certificate
    assert.deepEqual(
      [familyName, firstNames, read.certificate.birthDate],
      ['Suharto', '', birthDate],
    )
    const doc = await verify(certificate?.twoddoc ?? '', trust, portal.clock.now(), {
      kind: 'none',
    })
    assert.ok(doc.verdict === 'accepted')
    assert.equal(doc.certificate.birthDate, birthDate)
  }
})

test('an inconclusive screening has a link and no certificate', async () => {
  const body = sampleScreening(portal, { result: 'inconclusive' })
  const answer = (await post(body)).json<ScreeningAnswer>()
  assert.equal(answer.certificate, null)
  assert.deepEqual(answer.notices, ['INCONCLUSIVE_NO_CERTIFICATE'])
  assert.deepEqual(await countsOf(body.id), { ...whole, certificate: 0 })
})

test('a device that is not on the EU list gives a 2D-DOC only, and says so', async () => {
  const reply = await post(sampleScreening(portal, { device: 'other', deviceName: 'Test maison' }))
  const answer = reply.json<ScreeningAnswer>()
  assert.equal(reply.status, 201)
  assert.equal(answer.certificate?.hcert, null)
  assert.match(answer.certificate?.twoddoc ?? '', /^DC04/)
  assert.deepEqual(answer.notices, ['DEVICE_NOT_ON_EU_LIST_NO_DCC'])
})

test('the same request again answers the same, whatever the order of its fields, and stores nothing', async () => {
  const body = sampleScreening(portal)
  const first = await post(body)
  const reordered = Object.fromEntries(Object.entries(body).reverse())
  for (const again of [await post(body), await post(reordered)]) {
    assert.equal(again.status, 200)
    assert.equal(again.text, first.text)
  }
  assert.deepEqual(await countsOf(body.id), whole)
})

test('twenty identical requests at once: one is recorded, all are answered the same', async () => {
  const body = sampleScreening(portal)
  const replies = await Promise.all(Array.from({ length: 20 }, () => post(body)))
  assert.equal(replies.filter(({ status }) => status === 201).length, 1)
  assert.equal(new Set(replies.map(({ text }) => text)).size, 1)
  assert.deepEqual(await countsOf(body.id), whole)
})

test('another body under a known id is refused with SCREENING_ID_REUSED', async () => {
  const body = sampleScreening(portal)
  await post(body)
  const changed = await post({ ...body, result: 'positive' })
  assert.equal(changed.status, 409)
  assert.equal(changed.code, 'SCREENING_ID_REUSED')
  assert.deepEqual(await countsOf(body.id), whole)
})

test('a screening acknowledged in time and sent again four days later still answers the same', async () => {
  const late = await cluster.portal()
  const body = sampleScreening(late)
  const first = await late.send('POST', '/api/screenings', body)
  late.clock.advance(96 * 3_600_000)
  const cookie = await late.cookieAt(testSites.parvis)
  const again = await late.send('POST', '/api/screenings', body, { cookie })
  assert.equal(again.status, 200)
  assert.equal(again.text, first.text)
  const another = { ...body, id: newId(late.clock) }
  const fresh = await late.send('POST', '/api/screenings', another, { cookie })
  assert.deepEqual(fresh.faults, [{ pointer: '/sampledAt', code: 'SAMPLED_TOO_OLD' }])
})

test('registered first, then settled: the person waits, then has a certificate', async () => {
  const { result: _result, ...body } = sampleScreening(portal)
  const registered = await post(body)
  assert.equal(registered.status, 201)
  assert.equal(registered.json<ScreeningAnswer>().state, 'waiting')
  assert.deepEqual(await countsOf(body.id), {
    screening: 1,
    certificate: 0,
    retrieval: 0,
    outbox: 0,
    audit: 1,
  })
  const waiting = await portal.send('GET', '/api/screenings?state=waiting')
  assert.ok(waiting.json<ScreeningList>().screenings.some(({ id }) => id === body.id))

  const settle = () =>
    portal.send('POST', `/api/screenings/${body.id}/result`, { result: 'negative' })
  const settled = await settle()
  assert.equal(settled.status, 200)
  const answer = settled.json<ScreeningAnswer>()
  assert.equal(answer.state, 'final')
  assert.match(answer.certificate?.hcert ?? '', /^HC1:/)
  assert.equal((await settle()).text, settled.text)
  const other = await portal.send('POST', `/api/screenings/${body.id}/result`, {
    result: 'positive',
  })
  assert.equal(other.code, 'RESULT_ALREADY_SET')
  assert.deepEqual(await countsOf(body.id), { ...whole, audit: 2 })
  assert.equal((await post(body)).text, settled.text)
})

test('of different results set at once exactly one wins', async () => {
  const { result: _result, ...body } = sampleScreening(portal)
  await post(body)
  const results = Array.from({ length: 12 }, (_, index) => (index % 2 ? 'positive' : 'negative'))
  const replies = await Promise.all(
    results.map((result) => portal.send('POST', `/api/screenings/${body.id}/result`, { result })),
  )
  const won = replies.filter(({ status }) => status === 200)
  assert.equal(won.length, 6)
  assert.equal(new Set(won.map(({ text }) => text)).size, 1)
  assert.ok(replies.every(({ status, code }) => status === 200 || code === 'RESULT_ALREADY_SET'))
  assert.deepEqual(await countsOf(body.id), { ...whole, audit: 2 })
})

test('another site knows nothing of a screening, and may use the same id for its own', async () => {
  const body = sampleScreening(portal)
  await post(body)
  const elsewhere = await portal.cookieAt(testSites.ajaccio)
  const requests = [
    ['GET', `/api/screenings/${body.id}`, undefined],
    ['POST', `/api/screenings/${body.id}/result`, { result: 'positive' }],
    ['POST', `/api/screenings/${body.id}/notifications`, {}],
  ] as const
  for (const [method, path, content] of requests) {
    const reply = await portal.send(method, path, content, { cookie: elsewhere })
    assert.equal(reply.status, 404)
    assert.equal(reply.code, 'SCREENING_UNKNOWN')
  }
  const list = await portal.send('GET', '/api/screenings', undefined, { cookie: elsewhere })
  assert.deepEqual(list.json<ScreeningList>().screenings, [])
  const own = await post({ ...body, result: 'positive' }, elsewhere)
  assert.equal(own.status, 201)
})

test('the list of the day is the site’s own day, newest first, with its documents', async () => {
  const island = await cluster.portal()
  island.clock.set('2021-08-13T21:00:00Z') // the 14th in La Réunion, the 13th in Paris
  const cookie = await island.cookieAt(testSites.saintDenis)
  const body = sampleScreening(island)
  await island.send('POST', '/api/screenings', body, { cookie })
  const listed = async (query: string) =>
    (await island.send('GET', `/api/screenings${query}`, undefined, { cookie }))
      .json<ScreeningList>()
      .screenings.map(({ id }) => id)
  assert.deepEqual(await listed(''), [body.id])
  assert.deepEqual(await listed('?day=2021-08-14'), [body.id])
  assert.deepEqual(await listed('?day=2021-08-13'), [])
})

test('an overseas site and the person read the time of its own clock', async () => {
  const { id, name, postalCode } = testSites.saintDenis
  await portal.sql`insert into site (id, name, postal_code, source, updated_at)
    values (${id}, ${name}, ${postalCode}, 'test', ${portal.clock.now()}) on conflict do nothing`
  const cookie = await portal.cookieAt(testSites.saintDenis)
  const body = sampleScreening(portal)
  const { certificate } = (await post(body, cookie)).json<ScreeningAnswer>()
  const entry = await portal.send('GET', `/api/screenings/${body.id}`, undefined, { cookie })
  const { sampledAt } = entry.json<ScreeningEntry>()
  const local = new Date(Date.parse(body.sampledAt) + 4 * 3_600_000).toISOString()
  assert.equal(sampledAt, local.replace('Z', '+04:00'))
  const code = new URL(certificate?.retrieval ?? '').hash.slice(1)
  const { birthDate } = body.person
  const opened = await portal.send('POST', '/api/retrieval', { code, birthDate })
  assert.equal(opened.json<{ sampledAt: string }>().sampledAt, sampledAt)
})

test('a single entry reads as it was entered, with the phone in E.164, and is in the audit chain', async () => {
  const body = sampleScreening(portal)
  const { certificate } = (await post(body)).json<ScreeningAnswer>()
  const entry = (await portal.send('GET', `/api/screenings/${body.id}`)).json<ScreeningEntry>()
  assert.equal(entry.person.familyName, 'Le Goff-Kermeur')
  assert.equal(entry.person.contact?.phone, '+33612345678')
  assert.equal(entry.disease, '840539006')
  assert.equal(entry.sampledAt, body.sampledAt)
  assert.deepEqual(entry.certificate, certificate)
  const acts = await portal.sql<{ act: string }[]>`
    select act from audit where subject = ${body.id} order by sequence`
  assert.deepEqual(
    acts.map(({ act }) => act),
    ['screening.recorded', 'screening.opened'],
  )
})

test('the link can be sent again, six times an hour with the first', async () => {
  const body = sampleScreening(portal, {
    person: { ...sampleScreening(portal).person, contact: { phone: '0612345678' } },
  })
  await post(body)
  const again = () => portal.send('POST', `/api/screenings/${body.id}/notifications`, {})
  const statuses: number[] = []
  for (let round = 0; round < 6; round += 1) statuses.push((await again()).status)
  assert.deepEqual(statuses, [202, 202, 202, 202, 202, 429])
  const rows = await portal.sql<{ number: number }[]>`
    select number from outbox where screening_id = ${body.id} order by number`
  assert.deepEqual(
    rows.map(({ number }) => number),
    [1, 2, 3, 4, 5, 6],
  )
})

test('without contact or result there is nothing to send', async () => {
  const { contact: _contact, ...person } = sampleScreening(portal).person
  const silent = sampleScreening(portal, { person })
  await post(silent)
  const { result: _result, ...waiting } = sampleScreening(portal)
  await post(waiting)
  const faultOf = async (id: string) =>
    (await portal.send('POST', `/api/screenings/${id}/notifications`, {})).faults
  assert.deepEqual(await faultOf(silent.id), [{ pointer: '/person/contact', code: 'REQUIRED' }])
  assert.deepEqual(await faultOf(waiting.id), [{ pointer: '/result', code: 'REQUIRED' }])
})

test('a batch answers each line in its place: recorded, replayed or refused', async () => {
  const good = sampleScreening(portal)
  const bad = sampleScreening(portal, { device: 'unknown' })
  const reply = await portal.send('POST', '/api/screenings/batch', {
    screenings: [good, bad, good, { id: 7 }, null],
  })
  assert.equal(reply.status, 200)
  type Line = { id: string; status: string; problem?: { code: string; faults: unknown[] } }
  const { lines } = reply.json<{ lines: Line[] }>()
  assert.deepEqual(
    lines.map(({ id, status, problem }) => [id, status, problem?.code]),
    [
      [good.id, 'recorded', undefined],
      [bad.id, 'refused', 'REQUEST_INVALID'],
      [good.id, 'recorded', undefined],
      ['', 'refused', 'REQUEST_INVALID'],
      ['', 'refused', 'REQUEST_INVALID'],
    ],
  )
  assert.deepEqual(lines[1]?.problem?.faults, [{ pointer: '/device', code: 'DEVICE_UNKNOWN' }])
  assert.deepEqual(await countsOf(good.id), whole)
})

test('a batch of a hundred is taken, of a hundred and one refused with BATCH_TOO_LARGE', async () => {
  const many = Array.from({ length: 101 }, () => sampleScreening(portal))
  const send = (screenings: unknown[]) =>
    portal.send('POST', '/api/screenings/batch', { screenings })
  assert.equal((await send(many)).code, 'BATCH_TOO_LARGE')
  const reply = await send(many.slice(0, 100))
  assert.equal(reply.status, 200)
  const lines = reply.json<{ lines: { status: string }[] }>().lines
  assert.ok(lines.every(({ status }) => status === 'recorded'))
})

/** Every value of every table as text, binary columns as what their bytes spell. */
const everythingStored = async (): Promise<string> => {
  const tables = await portal.sql<{ name: string }[]>`
    select table_name as name from information_schema.tables where table_schema = 'public'`
  let text = ''
  for (const { name } of tables) {
    for (const row of await portal.sql`select * from ${portal.sql(name)}`) {
      for (const value of Object.values(row)) {
        text += `${value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : JSON.stringify(value)}\n`
      }
    }
  }
  return text
}

test('no table holds a name, a birth date, a contact or a code text in readable form', async () => {
  const reply = await post(
    sampleScreening(portal, {
      device: 'other',
      deviceName: 'Autotest de Mme Wronska',
      person: {
        familyName: 'Zwierzyńska',
        firstNames: 'Łucja',
        birthDate: '1931-12-24',
        sex: 'F',
        ins: '231127535101271',
        contact: { phone: '0712345699', email: 'lucja@example.org' },
      },
    }),
  )
  assert.equal(reply.status, 201)
  const { certificate } = reply.json<ScreeningAnswer>()
  const stored = await everythingStored()
  const secrets = [
    /zwierzy/i,
    /ucja/i,
    /1931-12-24|24121931/,
    /712345699/,
    /231127535101271/,
    /HC1:/,
    /DC04/,
    /Kermeur/i,
    /Wronska/i,
    new RegExp((certificate?.retrieval ?? 'none').slice(-20)),
  ]
  for (const secret of secrets) assert.doesNotMatch(stored, secret)
})

test('senders who hang up at once leave nothing counted as in work', async () => {
  const body = JSON.stringify(sampleScreening(portal))
  const hangUp = async (): Promise<void> => {
    // Each with a session of its own: it is looked at for longer when it was not seen before.
    const cookie = await portal.cookieAt(testSites.parvis)
    const socket = connect(portal.server.port, '127.0.0.1')
    await once(socket, 'connect')
    const head = `POST /api/screenings HTTP/1.1\r\nhost: localhost\r\ncookie: ${cookie}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`
    await new Promise((resolve) => socket.write(head + body, resolve))
    socket.resetAndDestroy()
  }
  await Promise.all(Array.from({ length: 200 }, hangUp))
  const inWork = async (): Promise<number> => {
    const { text } = await portal.asOperator(operatorRoutes.metrics)
    const gauges = [...text.matchAll(/^sidep_(?:intake|admission)_in_flight (\d+)$/gm)]
    assert.equal(gauges.length, 2)
    return gauges.reduce((sum, [, count]) => sum + Number(count), 0)
  }
  // Three times in a row: what was sent last may not have been read yet.
  let quiet = 0
  for (let round = 0; round < 200 && quiet < 3; round += 1) {
    await setTimeout(50)
    quiet = (await inWork()) === 0 ? quiet + 1 : 0
  }
  assert.equal(quiet, 3)
})

test('the audit chain of a busy site holds', async () => {
  const check = await checkChain(portal.sql, testSites.parvis.id)
  assert.ok(check.ok)
  assert.ok(check.rows > 100)
})
