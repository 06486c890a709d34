import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import {
  type ProblemDocument,
  type RecoveryCertificate,
  type RetrievalAnswer,
  type RetrievalWithdrawn,
  routes,
  type ScreeningAnswer,
  type ScreeningInput,
} from '@sidep/contracts'
import { base64ToBytes } from '@sidep/encoding'
import { loadTrust, openBundle } from '@sidep/trust'
import { type Verdict, verify } from '@sidep/verdict'
import { checkChain } from '../audit/check.ts'
import { listReadings } from '../audit/readings.ts'
import { systemRandomBytes } from '../platform/clock.ts'
import {
  clusterOfFile,
  newId,
  type Reply,
  sampleScreening,
  testSites,
} from '../platform/testing.ts'
import { readFilters } from '../revocation/filter-store.ts'
import { lookAtFilters } from '../revocation/filter-worker.ts'
import { startVerifier } from '../revocation/testing.ts'
import { revokeByTarget } from './revoke-as-authority.ts'

const cluster = await clusterOfFile()
const portal = await cluster.portal()
// An antigen test of 2021 proves a recovery from October on.
portal.clock.set('2021-10-05T15:30:00+02:00')
await portal.server.platform.vault.refresh()

const eleventhDay = '2021-10-16T00:00:00+02:00'

/** Texts of certificates of recovery that ended with their tests. */
const ended: string[] = []

/** A test of the afternoon of 5 October, and how its person asks. */
const tested = async (changes: Partial<ScreeningInput> = {}) => {
  const screening = sampleScreening(portal, { result: 'positive', ...changes })
  const counter = await portal.signInAt(testSites.parvis)
  const reply = await portal.send('POST', routes.screenings, screening, counter)
  assert.equal(reply.status, 201, reply.text)
  const { certificate } = reply.json<ScreeningAnswer>()
  assert.ok(certificate)
  const code = new URL(certificate.retrieval).hash.slice(1)
  const ask = (birthDate = screening.person.birthDate): Promise<Reply> =>
    portal.send('POST', routes.retrievalRecovery, { code, birthDate }, { cookie: null })
  const open = async <View = RetrievalAnswer>(): Promise<View> => {
    const { birthDate } = screening.person
    const body = { code, birthDate }
    const opened = await portal.send('POST', routes.retrieval, body, { cookie: null })
    assert.equal(opened.status, 200, opened.text)
    return opened.json<View>()
  }
  return { screening, ask, open }
}

const negative = await tested({ result: 'negative' })
const unlisted = await tested({ device: 'other', deviceName: 'Test maison' })
const asked = await tested()
const withdrawn = await tested()
const corrected = await tested()

const at = async (time: string): Promise<void> => {
  portal.clock.set(time)
  // The server's timer does this; here weeks pass in a moment.
  await portal.server.platform.vault.refresh()
}

const issued = async (ask: () => Promise<Reply>): Promise<RecoveryCertificate> => {
  const reply = await ask()
  assert.equal(reply.status, 200, reply.text)
  return reply.json<RecoveryCertificate>()
}

const byTheCounter = async (id: string, what: string, body: object): Promise<void> => {
  const counter = await portal.signInAt(testSites.parvis)
  const change = { id: newId(portal.clock), replaces: 1, ...body }
  const reply = await portal.send('POST', `/api/screenings/${id}/${what}`, change, counter)
  assert.ok(reply.status < 300, reply.text)
}

/** What a verifier at a door in France says that has the newest bundle. */
const atTheDoor = async (text: string): Promise<Verdict> => {
  const anchor = (await portal.send('GET', routes.trustAnchor)).json<{ spki: string }>()
  const spki = base64ToBytes(anchor.spki)
  assert.ok(spki.ok)
  const bundle = await fetch(`http://127.0.0.1:${portal.server.port}${routes.trustBundle}`)
  const now = portal.clock.now()
  const opened = await openBundle(new Uint8Array(await bundle.arrayBuffer()), spki.value, now)
  assert.ok(opened.ok)
  return verify(text, await loadTrust(opened.value), now, { kind: 'pass', country: 'FR' })
}

suite('a positive test', () => {
  test('on the tenth day gives no certificate of recovery, and says from which day it does', async () => {
    const { ask, open } = asked
    await at('2021-10-15T23:59:30+02:00')
    const reply = await ask()
    assert.equal(reply.code, 'RECOVERY_TOO_EARLY')
    const { detail, retryAfterSeconds } = reply.json<ProblemDocument>()
    assert.deepEqual([detail, retryAfterSeconds], ['2021-10-16', 30])
    const term = { from: '2021-10-16', until: '2022-04-03' }
    assert.deepEqual((await open()).recovery, { ...term, isOpen: false, certificate: null })
    await at(eleventhDay)
    assert.deepEqual((await open()).recovery, { ...term, isOpen: true, certificate: null })
  })

  test('on the eleventh gives one, the same whenever it is asked for, and the pass takes it', async () => {
    const { screening, ask, open } = asked
    portal.clock.advance(1_000)
    const before = portal.clock.now()
    const [one, twin] = await Promise.all([issued(ask), issued(ask)])
    assert.deepEqual(one, twin)
    const { hcert, uvci, ...days } = one
    assert.deepEqual(days, {
      firstPositiveOn: '2021-10-05',
      validFrom: '2021-10-16',
      validUntil: '2022-04-03',
    })
    const verdict = await atTheDoor(hcert)
    assert.equal(verdict.code, 'ACCEPTED')
    assert.ok(verdict.verdict === 'accepted')
    assert.equal(verdict.certificate.familyName, screening.person.familyName)
    assert.equal(verdict.certificate.id, uvci)

    await at('2021-10-16T09:00:00+02:00')
    assert.deepEqual(await issued(ask), one)
    assert.deepEqual((await open()).recovery?.certificate, one)
    const acts = await portal.sql<{ act: string; subject: string }[]>`
      select act, subject from audit where act = 'recovery.issued' and subject like ${`${screening.id}%`}`
    assert.deepEqual(
      acts.map(({ subject }) => subject),
      [`${screening.id} version:1`],
    )
    // Asked for three times, told once at each address; the messages of the test itself are others.
    const messages = await portal.sql<{ topic: string; number: number }[]>`
      select topic, number from outbox
      where screening_id = ${screening.id} and topic like 'recovery.%' order by topic`
    assert.deepEqual(
      [...messages],
      [
        { topic: 'recovery.email', number: 1 },
        { topic: 'recovery.sms', number: 1 },
      ],
    )
    const times = { from: before, to: new Date(portal.clock.now().getTime() + 1) }
    const told = await listReadings(portal.sql, { siteId: testSites.parvis.id, ...times, limit: 9 })
    assert.deepEqual(
      told.map(({ act, subject }) => [act, subject]),
      Array.from({ length: 4 }, () => ['retrieval.opened', screening.id]),
    )
    assert.ok((await checkChain(portal.sql, testSites.parvis.id)).ok)
  })

  test('that is withdrawn takes its certificate of recovery with it, after one poll; there is none any more', async () => {
    const { screening, ask, open } = withdrawn
    const { hcert } = await issued(ask)
    const verifier = await startVerifier(portal)
    await verifier.poll()
    assert.deepEqual(await verifier.codesOf([hcert]), ['ACCEPTED'])
    await byTheCounter(screening.id, 'withdrawal', { reason: 'wrong-person' })
    await verifier.pollUntil(async () => (await verifier.codesOf([hcert]))[0] !== 'ACCEPTED')
    assert.deepEqual(await verifier.codesOf([hcert]), ['REVOKED'])
    assert.equal((await atTheDoor(hcert)).code, 'REVOKED')
    const shown = await open<RetrievalWithdrawn>()
    assert.equal(shown.state, 'withdrawn')
    assert.equal(shown.recoveryEndedAt, portal.clock.now().toISOString())
    assert.equal((await ask()).code, 'RECOVERY_NOT_POSSIBLE')
    ended.push(hcert)
  })

  test('that is corrected ends the certificate of before; another one is asked for, with what is right now', async () => {
    const { screening, ask, open } = corrected
    const old = await issued(ask)
    const { person, device, sampledAt } = screening
    const correct = (familyName: string, replaces: number) =>
      byTheCounter(screening.id, 'corrections', {
        replaces,
        reason: 'name',
        screening: { person: { ...person, familyName }, device, sampledAt, result: 'positive' },
      })
    await correct('Le Goff', 1)
    assert.equal((await atTheDoor(old.hcert)).code, 'REVOKED')
    const shown = await open()
    assert.equal(shown.recoveryEndedAt, portal.clock.now().toISOString())
    assert.equal(shown.recovery?.certificate, null)
    const next = await issued(ask)
    assert.notEqual(next.uvci, old.uvci)
    const verdict = await atTheDoor(next.hcert)
    assert.ok(verdict.verdict === 'accepted', verdict.code)
    assert.equal(verdict.certificate.familyName, 'Le Goff')
    // A second correction ends that one too, and the first one stays ended.
    await correct('Legoff', 2)
    for (const { hcert } of [old, next]) assert.equal((await atTheDoor(hcert)).code, 'REVOKED')
    ended.push(old.hcert, next.hcert)
  })
})

test('a negative test, a device of no list and a wrong birth date give no certificate of recovery', async () => {
  for (const { ask, open } of [negative, unlisted]) {
    assert.equal((await ask()).code, 'RECOVERY_NOT_POSSIBLE')
    assert.equal((await open()).recovery, undefined)
  }
  assert.equal((await negative.ask('1950-01-01')).code, 'RETRIEVAL_NOT_FOUND')
})

test('filters are built over certificates of recovery too: the valid one passes, those that ended are refused', async () => {
  const valid = await issued(asked.ask)
  await at('2021-10-20T09:00:00+02:00')
  await lookAtFilters(portal.server.platform, new AbortController().signal)
  const made = await portal.sql<{ hour: Date; hash: Uint8Array }[]>`
    select date_trunc('hour', issued_at) as hour, substring(hcert_hash for 16) as hash from recovery_certificate`
  for (const { hour, hash } of made) {
    const found = await portal.sql`
      select from issued_hashes where hour = ${hour} and position(${hash}::bytea in hashes) > 0`
    assert.ok(found.length > 0)
  }
  const [base] = await readFilters(portal.sql)
  assert.ok(base?.filter)
  const recoveries = await portal.sql<{ hash: string }[]>`
    select encode(substring(hcert_hash for 16), 'hex') as hash from recovery_certificate`
  assert.equal(recoveries.length, ended.length + 1)
  for (const { hash } of recoveries) assert.ok(!base.listed.includes(hash))
  const verifier = await startVerifier(portal)
  await verifier.poll()
  assert.deepEqual(await verifier.codesOf([valid.hcert, ...ended]), [
    'ACCEPTED',
    ...ended.map(() => 'REVOKED'),
  ])
  const portalOf = { ...portal.server.platform, randomBytes: systemRandomBytes }
  const target = { kind: 'certificate', uvci: valid.uvci } as const
  assert.equal((await revokeByTarget(portalOf, target, null)).certificates, 1)
})
