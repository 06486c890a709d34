import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type {
  CorrectionInput,
  RetrievalAnswer,
  RetrievalReply,
  ScreeningAnswer,
  ScreeningEntry,
  ScreeningInput,
  ScreeningList,
  ScreeningWithdrawalAnswer,
} from '@sidep/contracts'
import { base64ToBytes } from '@sidep/encoding'
import { loadTrust, openBundle } from '@sidep/trust'
import { verify } from '@sidep/verdict'
import { checkChain } from '../audit/check.ts'
import type { SiteActor } from '../platform/actor.ts'
import {
  newId,
  type Reply,
  type SignedIn,
  sampleScreening,
  startTestCluster,
  type TestCluster,
  type TestPortal,
  testSites,
  testStart,
} from '../platform/testing.ts'
import { openCorrecting } from './correcting.ts'
import { findScreening } from './store.ts'

const hour = 3_600_000

let cluster: TestCluster
let portal: TestPortal
let colleague: SignedIn
let elsewhere: SignedIn
before(async () => {
  cluster = await startTestCluster()
  portal = await cluster.portal()
  colleague = await portal.signInAt(testSites.parvis, { professionalId: '810002222222' })
  elsewhere = await portal.signInAt(testSites.ajaccio)
})
after(() => cluster.close())

const enter = async (changes: Partial<ScreeningInput> = {}): Promise<ScreeningInput> => {
  const screening = sampleScreening(portal, changes)
  const reply = await portal.send('POST', '/api/screenings', screening)
  assert.equal(reply.status, 201, reply.text)
  return screening
}

const correctionOf = (
  screening: ScreeningInput,
  changes: Partial<CorrectionInput['screening']> = {},
  more: Partial<CorrectionInput> = {},
): CorrectionInput => {
  const { person, device, sampledAt, result } = screening
  return {
    id: newId(portal.clock),
    replaces: 1,
    reason: 'name',
    screening: {
      person,
      device,
      sampledAt,
      ...(result === undefined ? {} : { result }),
      ...changes,
    },
    ...more,
  }
}

const correct = (id: string, correction: unknown, by?: SignedIn): Promise<Reply> =>
  portal.send('POST', `/api/screenings/${id}/corrections`, correction, by)

const withdraw = (id: string, body: object = {}, by?: SignedIn): Promise<Reply> =>
  portal.send(
    'POST',
    `/api/screenings/${id}/withdrawal`,
    { id: newId(portal.clock), replaces: 1, reason: 'wrong-person', ...body },
    by,
  )

const entryOf = async (id: string): Promise<ScreeningEntry> =>
  (await portal.send('GET', `/api/screenings/${id}`)).json<ScreeningEntry>()

const certificateOf = async (id: string) => {
  const { certificate } = await entryOf(id)
  assert.ok(certificate)
  return certificate
}

/** What a verifier with the newest bundle says of both codes. */
const codesOf = async (texts: { hcert: string | null; twoddoc: string }): Promise<string[]> => {
  const anchor = (await portal.send('GET', '/trust/anchor')).json<{ spki: string }>()
  const spki = base64ToBytes(anchor.spki)
  assert.ok(spki.ok)
  const response = await fetch(`http://127.0.0.1:${portal.server.port}/trust/bundle`)
  const now = portal.clock.now()
  const opened = await openBundle(new Uint8Array(await response.arrayBuffer()), spki.value, now)
  assert.ok(opened.ok)
  const trust = await loadTrust(opened.value)
  const said = [texts.hcert ?? '', texts.twoddoc].map((text) =>
    verify(text, trust, now, { kind: 'none' }),
  )
  return (await Promise.all(said)).map(({ code }) => code)
}

const codeOfLink = (retrieval: string): string => new URL(retrieval).hash.slice(1)

const open = async (retrieval: string, birthDate: string): Promise<Reply> =>
  portal.send(
    'POST',
    '/api/retrieval',
    { code: codeOfLink(retrieval), birthDate },
    { cookie: null },
  )

const topicsOf = async (id: string): Promise<string[]> =>
  (
    await portal.sql<{ topic: string }[]>`
      select topic from outbox where screening_id = ${id} order by topic, number`
  ).map(({ topic }) => topic)

const flagsOf = async (id: string): Promise<string[]> =>
  (
    await portal.sql<{ code: string }[]>`
      select code from continuity_flag where screening_id = ${id} order by code`
  ).map(({ code }) => code)

suite('a correction', () => {
  test('gives a new certificate, revokes the old one, tells the person, and their link shows the new one', async () => {
    const screening = await enter()
    const old = await certificateOf(screening.id)
    assert.deepEqual(await codesOf(old), ['ACCEPTED', 'ACCEPTED'])
    const person = { ...screening.person, familyName: 'Le Goff' }
    const reply = await correct(screening.id, correctionOf(screening, { person }))
    assert.equal(reply.status, 201, reply.text)
    const { certificate } = reply.json<ScreeningAnswer>()
    assert.ok(certificate)
    assert.deepEqual(await codesOf(old), ['REVOKED', 'REVOKED'])
    assert.deepEqual(await codesOf(certificate), ['ACCEPTED', 'ACCEPTED'])

    assert.equal(certificate.retrieval, old.retrieval, 'the link that they have stays')
    const shown = (await open(old.retrieval, screening.person.birthDate)).json<RetrievalAnswer>()
    assert.equal(shown.familyName, 'Le Goff')
    assert.equal(shown.certificate?.hcert, certificate.hcert)
    assert.equal(shown.correctedAt, portal.clock.now().toISOString())
    assert.deepEqual(await topicsOf(screening.id), [
      'correction.email',
      'correction.sms',
      'notification.email',
      'notification.sms',
    ])

    const entry = await entryOf(screening.id)
    assert.equal(entry.person.familyName, 'Le Goff')
    assert.deepEqual(entry.change, {
      kind: 'corrected',
      version: 2,
      at: portal.clock.now().toISOString(),
      reason: 'name',
    })
    const list = (await portal.send('GET', '/api/screenings')).json<ScreeningList>().screenings
    assert.equal(list.find(({ id }) => id === screening.id)?.person.familyName, 'Le Goff')
  })

  test('leaves what was entered as it was, and says who corrected what in the audit chain', async () => {
    const screening = await enter()
    const person = { ...screening.person, birthDate: '1987-03-10' }
    const body = correctionOf(screening, { person }, { reason: 'birth-date' })
    assert.equal((await correct(screening.id, body, colleague)).status, 201)
    const [row] = await portal.sql<{ sealed: Uint8Array; corrections: number }[]>`
      select sealed, corrections from screening where id = ${screening.id}`
    const [correction] = await portal.sql<{ sealed: Uint8Array; professional_id: string }[]>`
      select sealed, professional_id from correction where screening_id = ${screening.id}`
    assert.ok(row && correction)
    assert.equal(row.corrections, 1)
    assert.notDeepEqual(row.sealed, correction.sealed)
    assert.equal(correction.professional_id, '810002222222')
    const acts = await portal.sql<{ act: string; subject: string; professional_id: string }[]>`
      select act, subject, professional_id from audit
      where subject like ${`${screening.id}%`} and act like 'screening.%ed' order by sequence`
    assert.deepEqual(
      acts.map(({ act, subject, professional_id }) => [act, subject, professional_id]),
      [
        ['screening.recorded', screening.id, '810003456789'],
        ['screening.corrected', `${screening.id} version:2 reason:birth-date`, '810002222222'],
      ],
    )
    assert.ok((await checkChain(portal.sql, testSites.parvis.id)).ok)
  })

  test('is idempotent by its id; another one under that id, and one of a version that is no more, is refused', async () => {
    const screening = await enter()
    const body = correctionOf(screening, { person: { ...screening.person, firstNames: 'Maël' } })
    const both = await Promise.all([correct(screening.id, body), correct(screening.id, body)])
    assert.deepEqual(both.map(({ status }) => status).sort(), [200, 201])
    assert.deepEqual(both[0]?.json(), both[1]?.json())
    const other = { ...body, reason: 'other' }
    assert.equal((await correct(screening.id, other)).code, 'CORRECTION_ID_REUSED')
    const late = correctionOf(screening, { device: '1218' }, { reason: 'device' })
    assert.equal((await correct(screening.id, late)).code, 'SCREENING_CHANGED')
    const second = await correct(screening.id, { ...late, replaces: 2 })
    assert.equal(second.status, 201, second.text)
    const [{ count } = { count: 0 }] = await portal.sql<{ count: number }[]>`
      select count(*)::int as count from certificate_revocation where screening_id = ${screening.id}`
    assert.equal(count, 2)
    assert.equal((await entryOf(screening.id)).change?.version, 3)
  })

  test('is answered as it is stored where the same request is stored after its screening was read', async () => {
    const screening = await enter()
    const person = { ...screening.person, firstNames: 'Maël' }
    const body = correctionOf(screening, { person })
    const { platform } = portal.server
    const site = testSites.parvis
    const first: Reply[] = []
    const unused = (): never => {
      throw new Error('nothing is issued and nothing is judged for what is stored')
    }
    const correcting = openCorrecting(platform, {
      issuance: { issue: unused, issueMany: unused },
      catalogue: { current: unused, refresh: unused },
      async find(id) {
        const row = await findScreening(platform.database, site.id, id)
        assert.ok(row)
        if (first.length === 0) first.push(await correct(id, body))
        return row
      },
    })
    // Of who sends it, only where they are is asked for what is stored.
    const second = await correcting.correct(screening.id, body, { site } as SiteActor)
    assert.deepEqual(
      first.map(({ status }) => status),
      [201],
    )
    assert.deepEqual(second, { isReplay: true, answer: first[0]?.json() })
  })

  test('of ten made at once of one version exactly one is stored', async () => {
    const screening = await enter()
    const replies = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        correct(
          screening.id,
          correctionOf(screening, {
            person: { ...screening.person, firstNames: `Maël ${'ABCDEFGHIJ'[index]}` },
          }),
        ),
      ),
    )
    const stored = replies.filter(({ status }) => status === 201)
    assert.equal(stored.length, 1)
    const refused = replies.filter(({ status }) => status !== 201).map(({ code }) => code)
    assert.deepEqual(new Set(refused), new Set(['SCREENING_CHANGED']))
    const current = await certificateOf(screening.id)
    assert.equal(current.hcert, stored[0]?.json<ScreeningAnswer>().certificate?.hcert)
  })

  test('of the phone ends the link that went to the wrong one, and sends a new one', async () => {
    const screening = await enter()
    const old = await certificateOf(screening.id)
    const person = { ...screening.person, contact: { phone: '06 99 99 99 90' } }
    const body = correctionOf(screening, { person }, { reason: 'contact' })
    const reply = await correct(screening.id, body)
    assert.equal(reply.status, 201, reply.text)
    const { certificate } = reply.json<ScreeningAnswer>()
    assert.ok(certificate)
    assert.notEqual(certificate.retrieval, old.retrieval)
    assert.equal((await open(old.retrieval, person.birthDate)).code, 'RETRIEVAL_NOT_FOUND')
    assert.equal((await open(certificate.retrieval, person.birthDate)).status, 200)
    const topics = await topicsOf(screening.id)
    assert.equal(topics.filter((topic) => topic === 'notification.sms').length, 2)
    assert.equal(topics.filter((topic) => topic.startsWith('correction')).length, 0)
  })

  test('keeps what its author does not see, and the INS only while it is the same person', async () => {
    const ins = '187037500412363'
    const given = sampleScreening(portal).person
    const screening = await enter({ person: { ...given, ins, postalCode: '75004' } })
    const { postalCode: _, contact: _contact, ins: _ins, ...seen } = screening.person
    const atSix = { person: seen, sampledAt: testStart }
    assert.equal((await correct(screening.id, correctionOf(screening, atSix))).status, 201)
    const same = (await entryOf(screening.id)).person
    assert.deepEqual([same.ins, same.postalCode], [ins, '75004'])
    assert.equal(same.contact?.phone, '+33612345678')
    const renamed = { person: { ...seen, firstNames: 'Maël' } }
    const body = correctionOf(screening, renamed, { replaces: 2 })
    assert.equal((await correct(screening.id, body)).status, 201)
    const other = (await entryOf(screening.id)).person
    assert.deepEqual([other.ins, other.postalCode], [undefined, '75004'])
  })

  test('of the result is flagged; to positive after a day waits for somebody else, and then has number 2', async () => {
    const screening = await enter({
      sampledAt: new Date(portal.clock.now().getTime() - 26 * hour).toISOString(),
      lateReason: 'forgotten',
    })
    const body = correctionOf(screening, { result: 'positive' }, { reason: 'result' })
    const reply = await correct(screening.id, body)
    assert.equal(reply.status, 201, reply.text)
    assert.deepEqual(reply.json<ScreeningAnswer>().notices, ['POSITIVE_TO_BE_CONFIRMED'])
    assert.equal(reply.json<ScreeningAnswer>().certificate, null)
    assert.deepEqual(await flagsOf(screening.id), [
      'ENTERED_LATE',
      'POSITIVE_LATE',
      'RESULT_CORRECTED',
    ])
    const confirmation = `/api/screenings/${screening.id}/confirmation`
    assert.equal((await portal.send('POST', confirmation)).code, 'CONFIRMATION_BY_ANOTHER')
    const confirmed = await portal.send('POST', confirmation, undefined, colleague)
    assert.equal(confirmed.status, 200, confirmed.text)
    const numbers = await portal.sql<{ number: number }[]>`
      select number from certificate where screening_id = ${screening.id} order by number`
    assert.deepEqual(
      numbers.map(({ number }) => number),
      [1, 2],
    )
    assert.ok(confirmed.json<ScreeningAnswer>().certificate)
    // What was vouched for once is not asked again for a letter of the name.
    const again = correctionOf(
      { ...screening, result: 'positive' },
      { person: { ...screening.person, firstNames: 'Maël' } },
      { replaces: 2 },
    )
    const third = await correct(screening.id, again)
    assert.equal(third.status, 201, third.text)
    assert.ok(third.json<ScreeningAnswer>().certificate)
  })

  test('of one that waits changes the person whom the result will be of', async () => {
    const { result: _, ...waiting } = sampleScreening(portal)
    assert.equal((await portal.send('POST', '/api/screenings', waiting)).status, 201)
    const early = correctionOf(waiting, { result: 'negative' })
    assert.deepEqual((await correct(waiting.id, early)).faults, [
      { pointer: '/screening/result', code: 'NOT_ALLOWED' },
    ])
    const person = { ...waiting.person, familyName: 'Kermeur' }
    assert.equal((await correct(waiting.id, correctionOf(waiting, { person }))).status, 201)
    const settled = await portal.send('POST', `/api/screenings/${waiting.id}/result`, {
      result: 'negative',
    })
    assert.equal(settled.status, 200, settled.text)
    const certificate = settled.json<ScreeningAnswer>().certificate
    assert.ok(certificate)
    const shown = await open(certificate.retrieval, person.birthDate)
    assert.equal(shown.json<RetrievalAnswer>().familyName, 'Kermeur')
    assert.equal((await certificateOf(waiting.id)).hcert, certificate.hcert)
  })

  test('is refused field by field, of another site is unknown, and without the device’s signature is nothing', async () => {
    const screening = await enter()
    const person = { ...screening.person, birthDate: '1987-02-30' }
    assert.deepEqual((await correct(screening.id, correctionOf(screening, { person }))).faults, [
      { pointer: '/screening/person/birthDate', code: 'BIRTH_DATE_NOT_REAL' },
    ])
    const { result: _, ...missing } = correctionOf(screening).screening
    const without = { ...correctionOf(screening), screening: missing }
    assert.deepEqual((await correct(screening.id, without)).faults, [
      { pointer: '/screening/result', code: 'REQUIRED' },
    ])
    const sound = correctionOf(screening)
    assert.equal((await correct(screening.id, sound, elsewhere)).code, 'SCREENING_UNKNOWN')
    const unsigned = { cookie: colleague.cookie, signer: null }
    const path = `/api/screenings/${screening.id}/corrections`
    const refused = await portal.send('POST', path, sound, unsigned)
    assert.equal(refused.code, 'SESSION_PROOF_MISSING')
    assert.equal((await entryOf(screening.id)).change, undefined)
  })
})

suite('a withdrawal', () => {
  test('revokes the certificate, tells the person, and is for good', async () => {
    const screening = await enter()
    const old = await certificateOf(screening.id)
    const body = { id: newId(portal.clock) }
    const reply = await withdraw(screening.id, body)
    assert.equal(reply.status, 200, reply.text)
    assert.deepEqual(reply.json<ScreeningWithdrawalAnswer>(), {
      id: screening.id,
      withdrawnAt: portal.clock.now().toISOString(),
    })
    assert.deepEqual((await withdraw(screening.id, body)).json(), reply.json())
    assert.equal((await withdraw(screening.id)).code, 'SCREENING_WITHDRAWN')
    assert.deepEqual(await codesOf(old), ['REVOKED', 'REVOKED'])
    const shown = (await open(old.retrieval, screening.person.birthDate)).json<RetrievalReply>()
    assert.equal(shown.state, 'withdrawn')
    assert.ok(!JSON.stringify(shown).includes('HC1:'))
    const entry = await entryOf(screening.id)
    assert.equal(entry.certificate, null)
    assert.equal(entry.change?.kind, 'withdrawn')
    const correction = await correct(screening.id, correctionOf(screening))
    assert.equal(correction.code, 'SCREENING_WITHDRAWN')
    const sending = await portal.send('POST', `/api/screenings/${screening.id}/notifications`, {})
    assert.equal(sending.code, 'SCREENING_WITHDRAWN')
    assert.ok((await topicsOf(screening.id)).includes('withdrawal.sms'))
    // Sent again by a counter that never heard the first answer, it comes back without codes.
    const replay = await portal.send('POST', '/api/screenings', screening)
    assert.equal(replay.status, 200)
    assert.equal(replay.json<ScreeningAnswer>().certificate, null)
  })

  test('of one that waits takes it from the list, and no result is set any more', async () => {
    const { result: _, ...waiting } = sampleScreening(portal)
    await portal.send('POST', '/api/screenings', waiting)
    assert.equal((await withdraw(waiting.id, { reason: 'not-carried-out' })).status, 200)
    const list = await portal.send('GET', '/api/screenings?state=waiting')
    assert.ok(!list.json<ScreeningList>().screenings.some(({ id }) => id === waiting.id))
    const result = await portal.send('POST', `/api/screenings/${waiting.id}/result`, {
      result: 'negative',
    })
    assert.equal(result.code, 'SCREENING_WITHDRAWN')
  })

  test('against a correction at the same moment: one of them counts, and exactly one certificate at most', async () => {
    for (let round = 0; round < 5; round += 1) {
      const screening = await enter()
      const [corrected, withdrawn] = await Promise.all([
        correct(screening.id, correctionOf(screening, { device: '1218' })),
        withdraw(screening.id),
      ])
      const both = [corrected.status, withdrawn.status]
      assert.ok(both.includes(409), both.join())
      assert.ok(both.includes(200) || both.includes(201), both.join())
    }
  })
})
