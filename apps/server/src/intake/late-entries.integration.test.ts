import assert from 'node:assert/strict'
import { before, suite, test } from 'node:test'
import type { RetrievalReply, ScreeningAnswer, ScreeningEntry } from '@sidep/contracts'
import type { SiteActor } from '../platform/actor.ts'
import { clusterOfFile, type SignedIn, sampleScreening, testSites } from '../platform/testing.ts'
import { confirmAsAuthority } from './confirm-as-authority.ts'
import { answeringOf, isSomebodyElse } from './late.ts'

const hour = 3_600_000

let colleague: SignedIn
const cluster = await clusterOfFile()
const portal = await cluster.portal()
before(async () => {
  colleague = await portal.signInAt(testSites.parvis, { professionalId: '810002222222' })
})

const hoursAgo = (hours: number): string =>
  new Date(portal.clock.now().getTime() - hours * hour).toISOString()

const flagsOf = async (
  id: string,
): Promise<{ code: string; reason: string | null; isOpen: boolean }[]> =>
  (
    await portal.sql<{ code: string; reason: string | null; isOpen: boolean }[]>`
      select code, reason, resolved_at is null as "isOpen" from continuity_flag
      where screening_id = ${id} order by code`
  ).map((row) => ({ ...row }))

suite('an entry more than a day after its sample', () => {
  test('needs a reason, which is kept, audited and flagged; one of less needs none', async () => {
    const screening = sampleScreening(portal, { sampledAt: hoursAgo(25) })
    const refused = await portal.send('POST', '/api/screenings', screening)
    assert.deepEqual(refused.faults, [{ pointer: '/lateReason', code: 'LATE_REASON_REQUIRED' }])
    const wrong = { ...screening, lateReason: 'provisional' }
    assert.equal((await portal.send('POST', '/api/screenings', wrong)).code, 'REQUEST_INVALID')
    const late = { ...screening, lateReason: 'forgotten' }
    const reply = await portal.send('POST', '/api/screenings', late)
    assert.equal(reply.status, 201, reply.text)
    assert.ok(reply.json<ScreeningAnswer>().certificate)
    assert.equal((await portal.send('POST', '/api/screenings', late)).status, 200)
    assert.deepEqual(await flagsOf(screening.id), [
      { code: 'ENTERED_LATE', reason: 'forgotten', isOpen: true },
    ])
    const [row] = await portal.sql<{ late_reason: string; subject: string }[]>`
      select s.late_reason, a.subject from screening s join audit a on a.site_id = s.site_id
      where s.id = ${screening.id} and a.subject like ${`${screening.id}%`} and a.act = 'screening.recorded'`
    assert.deepEqual(
      { ...row },
      { late_reason: 'forgotten', subject: `${screening.id} late:forgotten` },
    )

    const inTime = sampleScreening(portal, { sampledAt: hoursAgo(23.9) })
    assert.equal((await portal.send('POST', '/api/screenings', inTime)).status, 201)
    assert.deepEqual(await flagsOf(inTime.id), [])
  })

  test('is answered as before when it was in time, and is sent again later without a reason', async () => {
    const { portal: own, screening } = await cluster.portal().then((portal) => ({
      portal,
      screening: sampleScreening(portal),
    }))
    assert.equal((await own.send('POST', '/api/screenings', screening)).status, 201)
    own.clock.advance(25 * hour)
    const cookie = await own.cookieAt(testSites.parvis)
    assert.equal((await own.send('POST', '/api/screenings', screening, { cookie })).status, 200)
  })

  test('in a batch and in a reconciliation keeps its reason too', async () => {
    const [batched, reconciled, unexplained] = [1, 2, 3].map(() =>
      sampleScreening(portal, { sampledAt: hoursAgo(30) }),
    )
    assert.ok(batched && reconciled && unexplained)
    const batch = { screenings: [{ ...batched, lateReason: 'paper' }, unexplained] }
    const lines = (await portal.send('POST', '/api/screenings/batch', batch)).json<{
      lines: { status: string }[]
    }>().lines
    assert.deepEqual(
      lines.map(({ status }) => status),
      ['recorded', 'refused'],
    )
    const item = {
      kind: 'screening',
      id: reconciled.id,
      screening: reconciled,
      provisional: null,
      slip: null,
    }
    await portal.send('POST', '/api/reconciliations', { items: [item], wasted: [] })
    const reasons = await portal.sql<{ late_reason: string }[]>`
      select late_reason from screening where id = any(${[batched.id, reconciled.id]}::uuid[]) order by late_reason`
    assert.deepEqual(
      reasons.map(({ late_reason }) => late_reason),
      ['outage', 'paper'],
    )
    assert.deepEqual(
      (await flagsOf(reconciled.id)).map(({ code }) => code),
      ['ENTERED_LATE'],
    )
  })
})

suite('a positive of more than a day ago', () => {
  const lateWords = { sampledAt: hoursAgo, lateReason: 'forgotten' as const }
  const positive = () =>
    sampleScreening(portal, {
      sampledAt: lateWords.sampledAt(26),
      lateReason: lateWords.lateReason,
      result: 'positive',
    })
  const confirm = (id: string, who: Partial<SignedIn> = {}) =>
    portal.send('POST', `/api/screenings/${id}/confirmation`, {}, who)

  test('gives no certificate before somebody else of the site confirmed it, and then one', async () => {
    const screening = positive()
    const { id } = screening
    const answer = (await portal.send('POST', '/api/screenings', screening)).json<ScreeningAnswer>()
    assert.deepEqual([answer.state, answer.certificate], ['final', null])
    assert.deepEqual(answer.notices, ['POSITIVE_TO_BE_CONFIRMED'])
    assert.deepEqual(
      (await flagsOf(id)).map(({ code }) => code),
      ['ENTERED_LATE', 'POSITIVE_LATE'],
    )
    const entry = await portal.send('GET', `/api/screenings/${id}`)
    assert.equal(entry.json<ScreeningEntry>().confirmation, 'wanted')

    const own = await confirm(id)
    assert.deepEqual([own.status, own.code], [409, 'CONFIRMATION_BY_ANOTHER'])
    const elsewhere = await portal.signInAt(testSites.ajaccio, { professionalId: '810002222222' })
    assert.equal((await confirm(id, elsewhere)).code, 'SCREENING_UNKNOWN')

    const confirmed = await confirm(id, colleague)
    assert.equal(confirmed.status, 200, confirmed.text)
    const certificate = confirmed.json<ScreeningAnswer>().certificate
    assert.ok(certificate?.hcert)
    assert.equal(
      (await confirm(id, colleague)).json<ScreeningAnswer>().certificate?.uvci,
      certificate.uvci,
    )
    assert.deepEqual(
      (await flagsOf(id)).map(({ code, isOpen }) => [code, isOpen]),
      [
        ['ENTERED_LATE', true],
        ['POSITIVE_LATE', false],
      ],
    )
    const [told] = await portal.sql<{ professional_id: string; messages: number }[]>`
      select professional_id, (select count(*)::int from outbox where screening_id = ${id}) as messages
      from audit where act = 'screening.confirmed' and subject = ${id}`
    assert.deepEqual({ ...told }, { professional_id: '810002222222', messages: 4 })
    const code = certificate.retrieval.slice(certificate.retrieval.indexOf('#') + 1)
    const { birthDate } = screening.person
    const found = await portal.send('POST', '/api/retrieval', { code, birthDate }, { cookie: null })
    const reply = found.json<RetrievalReply>()
    assert.ok(reply.state === 'final' && reply.certificate?.hcert === certificate.hcert)
  })

  test('is nobody’s to confirm who answers for it, or was at the keyboard', async () => {
    const actorWith = (professionalId: string, operatorId?: string) =>
      ({
        professionalId,
        operator: operatorId === undefined ? null : { id: operatorId },
      }) as SiteActor
    const held = { held_by: answeringOf(actorWith('81', '3750712184/1')) }
    const isAllowed = (...actor: Parameters<typeof actorWith>) =>
      isSomebodyElse(held, actorWith(...actor))
    assert.equal(isAllowed('81'), false)
    assert.equal(isAllowed('81', '3750712184/2'), false)
    assert.equal(isAllowed('82', '3750712184/1'), false)
    assert.equal(isAllowed('82', '3750712184/2'), true)
    assert.equal(isAllowed('82'), true)
  })

  test('is confirmed by the authority where nobody else of the site can, with who and why in the chain', async () => {
    const { id, ...rest } = positive()
    await portal.send('POST', '/api/screenings', { id, ...rest })
    const { configuration, clock, randomBytes } = portal.server.platform
    const confirmation = {
      siteId: testSites.parvis.id,
      screeningId: id,
      name: 'c.martin',
      reason: 'register seen',
    }
    const answer = await confirmAsAuthority(
      { configuration, database: portal.sql, clock, randomBytes },
      confirmation,
    )
    assert.ok(answer.certificate?.hcert)
    const [told] = await portal.sql<{ subject: string; confirmed_by: string }[]>`
      select a.subject, s.confirmed_by from audit a join screening s on s.site_id = a.site_id
      where a.act = 'screening.confirmed' and a.subject like ${`${id}%`} and s.id = ${id}`
    assert.deepEqual(
      { ...told },
      { subject: `${id} c.martin: register seen`, confirmed_by: 'c.martin' },
    )
  })

  test('waits too when its result is set a day after it was registered, and for another than who set it', async () => {
    const own = await cluster.portal()
    const { result: _, ...waiting } = sampleScreening(own)
    await own.send('POST', '/api/screenings', waiting)
    own.clock.advance(25 * hour)
    const setter = await own.signInAt(testSites.parvis, { professionalId: '810002222222' })
    const path = `/api/screenings/${waiting.id}`
    const answer = await own.send('POST', `${path}/result`, { result: 'positive' }, setter)
    assert.equal(answer.json<ScreeningAnswer>().certificate, null)
    const again = await own.send('POST', `${path}/confirmation`, {}, setter)
    assert.equal(again.code, 'CONFIRMATION_BY_ANOTHER')
    const other = await own.signInAt(testSites.parvis)
    const confirmed = await own.send('POST', `${path}/confirmation`, {}, other)
    assert.ok(confirmed.json<ScreeningAnswer>().certificate, confirmed.text)
  })

  test('in a reconciliation is stored and not yet definitive', async () => {
    const screening = positive()
    const item = { kind: 'screening', id: screening.id, screening, provisional: null, slip: null }
    for (let time = 0; time < 2; time++) {
      const reply = await portal.send('POST', '/api/reconciliations', { items: [item], wasted: [] })
      const [line] = reply.json<{ lines: { status: string }[] }>().lines
      assert.equal(line?.status, 'acknowledged', reply.text)
    }
    await confirm(screening.id, colleague)
    const ask = { kind: 'ask', id: screening.id }
    const reply = await portal.send('POST', '/api/reconciliations', { items: [ask], wasted: [] })
    assert.equal(reply.json<{ lines: { status: string }[] }>().lines[0]?.status, 'definitive')
  })

  test('that is negative, or of less than a day, gives its certificate at once', async () => {
    const fresh = sampleScreening(portal, { sampledAt: hoursAgo(23), result: 'positive' })
    const answer = await portal.send('POST', '/api/screenings', fresh)
    assert.ok(answer.json<ScreeningAnswer>().certificate)
  })
})
