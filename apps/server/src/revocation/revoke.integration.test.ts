import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import {
  type RetrievalReply,
  routes,
  type ScreeningAnswer,
  type ScreeningHistory,
} from '@sidep/contracts'
import { read2dDoc } from '@sidep/twoddoc'
import { checkChain } from '../audit/check.ts'
import { type RevocationTarget, revokeByTarget } from '../intake/revoke-as-authority.ts'
import { systemRandomBytes } from '../platform/clock.ts'
import { clusterOfFile, sampleScreening, type TestPortal, testSites } from '../platform/testing.ts'
import { startVerifier } from './testing.ts'

const cluster = await clusterOfFile()
const portal = await cluster.portal()
const suspect = '899700075122'
const { parvis, ajaccio } = testSites

const enter = async (
  familyName: string,
  professionalId = '810003456789',
  site = parvis as typeof parvis | typeof ajaccio,
) => {
  const { person } = sampleScreening(portal)
  const screening = sampleScreening(portal, { person: { ...person, familyName } })
  const by = await portal.signInAt(site, { professionalId })
  const reply = await portal.send('POST', routes.screenings, screening, by)
  assert.equal(reply.status, 201, reply.text)
  const { certificate } = reply.json<ScreeningAnswer>()
  assert.ok(certificate?.hcert)
  return {
    ...certificate,
    hcert: certificate.hcert,
    id: screening.id,
    birthDate: screening.person.birthDate,
  }
}

const revoke = (target: RevocationTarget, isDone: boolean) =>
  revokeByTarget(
    { ...portal.server.platform, randomBytes: systemRandomBytes },
    target,
    isDone ? { name: 'c.martin', reason: 'negatives without a test' } : null,
  )

const revocations = async (): Promise<number> => {
  const [row] = await portal.sql<
    { count: number }[]
  >`select count(*)::int as count from certificate_revocation`
  return row?.count ?? 0
}

suite('revoking by the authority', () => {
  test('a professional since a time: counted first, then refused everywhere, the person told, the chain says who', async () => {
    await enter('AIGRETTE', suspect)
    portal.clock.advance(60_000)
    const since = portal.clock.now()
    const one = await enter('BUTOR', suspect)
    const elsewhere = await enter('COURLIS', suspect, ajaccio)
    const other = await enter('DUCHESSE')
    const target = { kind: 'professional', id: suspect, since } as const

    const before = await revocations()
    const would = await revoke(target, false)
    assert.deepEqual(would, {
      certificates: 2,
      sites: { [parvis.id]: 1, [ajaccio.id]: 1 },
      changed: 0,
    })
    assert.equal(await revocations(), before)
    assert.deepEqual(await revoke(target, true), would)
    assert.deepEqual(await revoke(target, true), { certificates: 0, sites: {}, changed: 0 })

    const verifier = await startVerifier(await cluster.portal({ database: 0 }))
    await verifier.poll()
    const codes = await verifier.codesOf(
      [one, elsewhere, other].flatMap((of) => [of.hcert, of.twoddoc]),
    )
    assert.deepEqual(codes, ['REVOKED', 'REVOKED', 'REVOKED', 'REVOKED', 'ACCEPTED', 'ACCEPTED'])

    const topics = await portal.sql<{ topic: string }[]>`
      select topic from outbox where screening_id = ${one.id} and topic like 'withdrawal.%'`
    assert.ok(topics.length > 0)
    const code = new URL(one.retrieval).hash.slice(1)
    const opened = await portal.send(
      'POST',
      routes.retrieval,
      { code, birthDate: one.birthDate },
      { cookie: null },
    )
    assert.equal(opened.json<RetrievalReply>().state, 'withdrawn')
    const path = routes.screeningHistory.replace(':id', one.id)
    const { events } = (await portal.send('GET', path)).json<ScreeningHistory>()
    assert.equal(events.find(({ kind }) => kind === 'withdrawn')?.by, 'authority')
    const [act] = await portal.sql<{ subject: string }[]>`
      select subject from audit where act = 'screening.withdrawn' and subject like ${`${one.id}%`}`
    assert.equal(act?.subject, `${one.id} c.martin: negatives without a test`)
    assert.ok((await checkChain(portal.sql, parvis.id)).ok)
  })

  test('one certificate, one screening, a booklet’s and a signer’s are found, and nothing besides', async () => {
    const one = await enter('ECHASSE')
    const other = await enter('FOULQUE')
    assert.deepEqual((await revoke({ kind: 'certificate', uvci: one.uvci }, true)).certificates, 1)
    const screening = { kind: 'screening', siteId: parvis.id, screeningId: other.id } as const
    assert.equal((await revoke({ ...screening, siteId: ajaccio.id }, false)).certificates, 0)
    assert.equal((await revoke(screening, false)).certificates, 1)
    const bookletId = '0123456789abcdef'
    await portal.sql`
      insert into booklet_number (site_id, booklet_id, digest, number, screening_id, received_at)
      values (${parvis.id}, ${bookletId}, '\\x00', 1, ${other.id}, ${portal.clock.now()})`
    assert.equal(
      (await revoke({ kind: 'booklet', siteId: parvis.id, bookletId }, false)).certificates,
      1,
    )
    const read = read2dDoc(other.twoddoc)
    assert.ok(read.ok)
    const { caId, certificateId } = read.header
    const all = await revoke({ kind: 'signer', name: `${caId}/${certificateId}` }, false)
    const [left] = await portal.sql<{ count: number }[]>`
      select count(*)::int as count from certificate c
      where not exists (select from certificate_revocation r where r.screening_id = c.screening_id)`
    assert.equal(all.certificates, left?.count)
    assert.ok(all.certificates > 0)
    assert.equal((await revoke({ kind: 'signer', name: 'FR99/NONE' }, false)).certificates, 0)
  })
})

suite('a French code that says the same as the one before', () => {
  const entered = async (familyName: string, on = portal) => {
    const { person } = sampleScreening(on)
    const screening = sampleScreening(on, { person: { ...person, familyName } })
    const by = await on.signInAt(parvis)
    const reply = await on.send('POST', routes.screenings, screening, by)
    return { on, screening, by, certificate: reply.json<ScreeningAnswer>().certificate }
  }
  const correct = async (
    { on, screening, by }: Awaited<ReturnType<typeof entered>>,
    replaces: number,
    changes: object,
  ) => {
    const { person, device, sampledAt, result = 'negative' } = screening
    const path = routes.screeningCorrections.replace(':id', screening.id)
    const body = {
      id: sampleScreening(on).id,
      replaces,
      reason: 'other',
      screening: { person, device, sampledAt, result, ...changes },
    }
    const reply = await on.send('POST', path, body, by)
    assert.equal(reply.status, 201, reply.text)
    return reply.json<ScreeningAnswer>().certificate
  }
  const becomes = async (
    on: TestPortal,
    expected: readonly string[],
    ...texts: (string | null | undefined)[]
  ) => {
    const verifier = await startVerifier(on)
    const codes = () => verifier.codesOf(texts.map(String))
    await verifier.pollUntil(async () => String(await codes()) === String(expected))
    assert.deepEqual(await codes(), expected)
  }

  test('is revoked with its certificate, and the one after it is not', async () => {
    const first = await entered('GRIVE')
    const second = await correct(first, 1, { device: '1218' })
    const texts = [first, { certificate: second }].flatMap(({ certificate }) => [
      certificate?.hcert,
      certificate?.twoddoc,
    ])
    await becomes(portal, ['REVOKED', 'REVOKED', 'ACCEPTED', 'ACCEPTED'], ...texts)
  })

  test('goes on where codes are known by what they say, as those signed before they were told apart', async () => {
    const early = await cluster.portal()
    await early.sql`update revocation_scheme set whole_codes_from = '2100-01-01'`
    const first = await entered('HERON', early)
    const other = await correct(await entered('GRIVE', early), 1, { device: '1218' })
    const { person } = first.screening
    const second = await correct(first, 1, { person: { ...person, familyName: 'IBIS' } })
    await becomes(early, ['REVOKED', 'ACCEPTED'], first.certificate?.twoddoc, second?.twoddoc)
    // A name that is corrected back.
    const third = await correct(first, 2, {})
    const texts = [first.certificate?.hcert, second?.twoddoc, third?.twoddoc, other?.twoddoc]
    await becomes(early, ['REVOKED', 'REVOKED', 'ACCEPTED', 'ACCEPTED'], ...texts)
  })
})
