import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type RetrievalReply, routes } from '@sidep/contracts'
import { checkChain } from '../audit/check.ts'
import { emailTopic, smsTopic } from '../platform/link-topics.ts'
import { emailNoticeTopic, smsNoticeTopic, unlockTopic } from './outbox.ts'
import { paul, startTestBench, type TestBench } from './testing.ts'
import { unlockNumberOf } from './unlock.ts'

let bench: TestBench

before(async () => {
  bench = await startTestBench()
})
after(() => bench.close())

interface Answer {
  readonly status: number
  readonly retryAfter: string | undefined
  readonly body: unknown
  readonly code: unknown
}

const post = async (url: string, payload: object): Promise<Answer> => {
  const answer = await bench.app.inject({ method: 'POST', url, payload })
  const body: unknown = answer.body === '' ? null : answer.json()
  const code = typeof body === 'object' && body !== null && 'code' in body ? body.code : null
  const retryAfter = answer.headers['retry-after']
  return {
    status: answer.statusCode,
    retryAfter: retryAfter === undefined ? undefined : String(retryAfter),
    body,
    code,
  }
}

const open = (code: string, birthDate = paul.birthDate): Promise<Answer> =>
  post(routes.retrieval, { code, birthDate })

const renew = (code: string): Promise<Answer> => post(routes.retrievalRenewal, { code })

/** The n-th wrong birth date. */
const wrongDate = (n: number): string =>
  `19${60 + (n % 10)}-01-${String(1 + (n % 28)).padStart(2, '0')}`

const newestCode = async (screeningId: string): Promise<string> => {
  const { database, retrievalLinks } = bench.platform
  const [row] = await database<{ site_id: string; retrieval_generation: number }[]>`
    select site_id, retrieval_generation from screening where id = ${screeningId}`
  assert.ok(row)
  return retrievalLinks.codeFor(row.site_id, screeningId, row.retrieval_generation)
}

const outboxOf = (screeningId: string) =>
  bench.platform.database<{ topic: string; number: number }[]>`
    select topic, number from outbox where screening_id = ${screeningId} order by number, topic`

test('code and birth date give the certificate, the masked contact and how long data is kept', async () => {
  const { code } = await bench.addScreening()
  const answer = await open(code)
  assert.equal(answer.status, 200)
  assert.deepEqual(answer.body, {
    state: 'final',
    familyName: 'MARTIN',
    firstNames: 'Paul',
    birthDate: '1980-05-17',
    kind: 'antigen',
    sampledAt: '2021-08-13T12:00:00.000Z',
    siteName: 'Pharmacie du Parvis',
    kept: {
      contact: ['+33 •••• 78', 'p•••@example.test'],
      identifyingDataUntil: '2021-11-13',
      tracesUntil: '2022-02-13',
    },
    result: 'negative',
    disease: '840539006',
    device: '1232',
    deviceName: null,
    certificate: {
      hcert: 'HC1:TEXT',
      twoddoc: 'DC04TEXT',
      uvci: 'URN:UVCI:01:FR:ABCDEFGHIJKL#M',
      retrieval: `https://sidep.test/resultat/#${code}`,
    },
    // These texts are no certificates.
    acceptance: [],
  } satisfies RetrievalReply)
})

test('the code is forgiven lower case, spaces and dashes', async () => {
  const { code } = await bench.addScreening()
  const typed = code.toLowerCase().replace(/(.{4})/g, '$1-')
  assert.equal((await open(typed)).status, 200)
})

test('an inconclusive result is shown without certificate', async () => {
  const { code } = await bench.addScreening({ result: 'inconclusive' })
  const { body } = await open(code)
  assert.partialDeepStrictEqual(body, { result: 'inconclusive', certificate: null })
})

test('a screening without result answers that it waits', async () => {
  const { code } = await bench.addScreening({ result: null })
  const { status, body } = await open(code)
  assert.equal(status, 200)
  assert.partialDeepStrictEqual(body, { state: 'waiting', familyName: 'MARTIN' })
  assert.ok(!Object.keys(body as object).includes('result'))
})

test('unknown code, wrong date and a text that is no code look the same', async () => {
  const { code } = await bench.addScreening()
  const unknown = `${code.slice(0, 8)}${'A'.repeat(24)}`
  const answers = [
    await open(code, '1980-05-18'),
    await open(unknown),
    await open('not-a-code-at-all'),
  ]
  for (const answer of answers) {
    assert.equal(answer.status, 404)
    const { support: _, ...document } = answer.body as Record<string, unknown>
    assert.deepEqual(document, {
      type: document.type,
      title: 'Ce lien et cette date de naissance ne vont pas ensemble.',
      status: 404,
      code: 'RETRIEVAL_NOT_FOUND',
    })
  }
})

test('a date that is none is refused as a field and costs no try', async () => {
  const { code } = await bench.addScreening()
  for (let n = 0; n < 12; n += 1) {
    const answer = await open(code, '1980-02-30')
    assert.equal(answer.code, 'REQUEST_INVALID')
    assert.partialDeepStrictEqual(answer.body, {
      faults: [{ pointer: '/birthDate', code: 'BIRTH_DATE_NOT_REAL' }],
    })
  }
  assert.equal((await open(code)).status, 200)
})

test('of a birth date known in part that part opens the link, however a card completes it', async () => {
  const { code } = await bench.addScreening({ person: { birthDate: '1958' } })
  for (const typed of ['1958', '1958-01-01', '1958-06']) {
    const { status, body } = await open(code, typed)
    assert.equal(status, 200, typed)
    assert.partialDeepStrictEqual(body, { birthDate: '1958' })
  }
  assert.equal((await open(code, '1959')).status, 404)
  const month = await bench.addScreening({ person: { birthDate: '1958-06' } })
  assert.equal((await open(month.code, '1958-06-15')).status, 200)
  for (const typed of ['1958', '1958-07', '1958-07-01']) {
    assert.equal((await open(month.code, typed)).status, 404, typed)
  }
  const whole = await bench.addScreening()
  for (const typed of ['1980', '1980-05']) assert.equal((await open(whole.code, typed)).status, 404)
})

test('after ten wrong tries even the right date is refused, and let in again after the pause', async () => {
  const { code } = await bench.addScreening()
  for (let n = 0; n < 10; n += 1) {
    assert.equal((await open(code, wrongDate(n))).code, 'RETRIEVAL_NOT_FOUND')
  }
  const paused = await open(code)
  assert.equal(paused.status, 429)
  assert.equal(paused.code, 'RETRIEVAL_PAUSED')
  assert.equal(paused.retryAfter, '900')

  bench.clock.advance({ minutes: 14, seconds: 59 })
  const still = await open(code)
  assert.equal(still.code, 'RETRIEVAL_PAUSED')
  assert.equal(still.retryAfter, '1')
  bench.clock.advance({ seconds: 1 })
  assert.equal((await open(code)).status, 200)
})

test('tries during a pause do not make it longer, and each round has ten', async () => {
  const { code } = await bench.addScreening()
  for (let round = 0; round < 3; round += 1) {
    for (let n = 0; n < 10; n += 1) {
      assert.equal((await open(code, wrongDate(n))).code, 'RETRIEVAL_NOT_FOUND')
    }
    for (let minute = 0; minute < 15 * 2 ** round; minute += 1) {
      assert.equal((await open(code, wrongDate(minute))).code, 'RETRIEVAL_PAUSED')
      bench.clock.advance({ minutes: 1 })
    }
  }
  assert.equal((await open(code)).status, 200)
})

/** Wrong dates until the link pauses. @returns how long it says that it is paused, seconds */
const guess = async (code: string): Promise<number> => {
  for (let n = 0; n < 10; n += 1) await open(code, wrongDate(n))
  const { code: problem, retryAfter } = await open(code)
  assert.equal(problem, 'RETRIEVAL_PAUSED')
  return Number(retryAfter)
}

test('each pause is twice as long as the one before, a day at most, until the right date', async () => {
  const { code } = await bench.addScreening()
  const pauses: number[] = []
  for (let round = 0; round < 9; round += 1) {
    const seconds = await guess(code)
    pauses.push(seconds / 60)
    bench.clock.advance({ seconds })
  }
  assert.deepEqual(pauses, [15, 30, 60, 120, 240, 480, 960, 1_440, 1_440])
  assert.equal((await open(code)).status, 200)
  assert.equal(await guess(code), 900)
})

test('the person is told of a pause, once a day, by phone and e-mail, and of no single wrong try', async () => {
  const { id, code } = await bench.addScreening()
  for (let n = 0; n < 9; n += 1) await open(code, wrongDate(n))
  assert.equal((await outboxOf(id)).length, 0)
  await open(code, wrongDate(9))
  bench.clock.advance({ minutes: 15 })
  await guess(code)
  const told = (await outboxOf(id)).map(({ topic, number }) => [topic, number])
  assert.deepEqual(told, [
    [emailNoticeTopic, 1],
    [smsNoticeTopic, 1],
  ])
  bench.clock.advance({ days: 1 })
  await guess(code)
  assert.equal((await outboxOf(id)).length, 4)
})

const askForNumber = (code: string): Promise<Answer> => post(routes.retrievalUnlock, { code })
const unlockWith = (code: string, unlockNumber: string, birthDate = paul.birthDate) =>
  post(routes.retrieval, { code, birthDate, unlockNumber })
const numberOf = (siteId: string, screeningId: string, number: number): string =>
  unlockNumberOf(bench.platform.vault, { site_id: siteId, screening_id: screeningId, number })

test('who has the phone opens a link that somebody else’s tries have paused', async () => {
  const { siteId, id, code } = await bench.addScreening()
  await guess(code)
  assert.equal((await askForNumber(code)).status, 202)
  assert.deepEqual(
    (await outboxOf(id)).filter(({ topic }) => topic === unlockTopic),
    [{ topic: unlockTopic, number: 1 }],
  )
  const number = numberOf(siteId, id, 1)
  assert.equal((await unlockWith(code, number, '1980-05-18')).code, 'RETRIEVAL_PAUSED')
  assert.equal((await unlockWith(code, number)).status, 200)
  assert.equal((await open(code)).status, 200, 'and it is not paused any more')
})

test('a number that is guessed, old, or of another screening opens nothing', async () => {
  const { siteId, id, code } = await bench.addScreening()
  const other = await bench.addScreening()
  await guess(code)
  const number = numberOf(siteId, id, 1)
  assert.equal((await unlockWith(code, number)).code, 'RETRIEVAL_PAUSED', 'none was sent')
  await askForNumber(code)
  const foreign = numberOf(other.siteId, other.id, 1)
  for (let n = 0; n < 4; n += 1) {
    assert.equal((await unlockWith(code, foreign)).code, 'RETRIEVAL_PAUSED')
  }
  // The fifth was the one before any had been sent; sending gave five again, of which four are used.
  assert.equal((await unlockWith(code, '000000')).code, 'RETRIEVAL_PAUSED')
  assert.equal((await unlockWith(code, number)).code, 'RETRIEVAL_PAUSED', 'five tries a number')
  bench.clock.advance({ minutes: 2 })
  await askForNumber(code)
  bench.clock.advance({ minutes: 10 })
  assert.equal((await unlockWith(code, numberOf(siteId, id, 2))).code, 'RETRIEVAL_PAUSED')
})

test('a phone is sent one number in two minutes and five a day, and none while the link is open', async () => {
  const { id, code } = await bench.addScreening()
  await askForNumber(code)
  assert.equal((await outboxOf(id)).length, 0)
  for (let round = 0; round < 8; round += 1) {
    await guess(code)
    await Promise.all(Array.from({ length: 3 }, () => askForNumber(code)))
    bench.clock.advance({ minutes: 2 })
    await askForNumber(code)
    bench.clock.advance({ minutes: 13 })
    await open(code)
  }
  const numbers = (await outboxOf(id)).filter(({ topic }) => topic === unlockTopic)
  assert.equal(numbers.length, 5)
  const unknown = `${code.slice(0, 8)}${'A'.repeat(24)}`
  for (const text of [unknown, 'not-a-code-at-all']) {
    assert.equal((await askForNumber(text)).status, 202)
  }
})

test('a right date forgets the wrong tries before it', async () => {
  const { code } = await bench.addScreening()
  for (let round = 0; round < 3; round += 1) {
    for (let n = 0; n < 9; n += 1) await open(code, wrongDate(n))
    assert.equal((await open(code)).status, 200)
  }
})

test('a pause leaves other links of the same phone alone', async () => {
  const parent = await bench.addScreening()
  const child = await bench.addScreening({ person: { firstNames: 'Léa', birthDate: '2012-03-04' } })
  for (let n = 0; n < 11; n += 1) await open(parent.code, wrongDate(n))
  assert.equal((await open(parent.code)).code, 'RETRIEVAL_PAUSED')
  assert.equal((await open(child.code, '2012-03-04')).status, 200)
})

test('fifty tries at the same moment are let in ten times and no more', async () => {
  const { code } = await bench.addScreening()
  const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => open(code, wrongDate(n))))
  const codes = answers.map((answer) => answer.code)
  assert.equal(codes.filter((value) => value === 'RETRIEVAL_NOT_FOUND').length, 10)
  assert.equal(codes.filter((value) => value === 'RETRIEVAL_PAUSED').length, 40)
})

test('an old link is told to be old, to who knows the date alone', async () => {
  const { code } = await bench.addScreening()
  bench.clock.advance({ days: 30 })
  assert.equal((await open(code, '1980-05-18')).code, 'RETRIEVAL_NOT_FOUND')
  const answer = await open(code)
  assert.equal(answer.status, 410)
  assert.equal(answer.code, 'RETRIEVAL_EXPIRED')
})

test('an old link brings a new one to the same phone and e-mail, and the new one opens', async () => {
  const { id, code } = await bench.addScreening({ topics: [smsTopic, emailTopic] })
  bench.clock.advance({ days: 31 })
  const answer = await renew(code)
  assert.equal(answer.status, 202)
  assert.equal(answer.body, null)
  assert.deepEqual(
    (await outboxOf(id)).map(({ topic, number }) => [topic, number]),
    [
      [emailTopic, 1],
      [smsTopic, 1],
      [emailTopic, 2],
      [smsTopic, 2],
    ],
  )
  const fresh = await newestCode(id)
  assert.notEqual(fresh, code)
  assert.equal((await open(fresh)).status, 200)
  assert.equal((await open(code)).code, 'RETRIEVAL_EXPIRED')
})

test('renewals are bounded in time, and any of the old links may ask', async () => {
  const { id, code } = await bench.addScreening()
  bench.clock.advance({ days: 31 })
  await Promise.all(Array.from({ length: 8 }, () => renew(code)))
  assert.equal((await outboxOf(id)).length, 2)
  bench.clock.advance({ minutes: 9 })
  assert.equal((await renew(code)).status, 202)
  assert.equal((await outboxOf(id)).length, 2)
  bench.clock.advance({ minutes: 1 })
  assert.equal((await renew(code)).status, 202)
  assert.equal((await outboxOf(id)).length, 4)
})

test('a renewal answers the same for an unknown code, a waiting screening and a person without contact', async () => {
  const waiting = await bench.addScreening({ result: null })
  const silent = await bench.addScreening({ person: { contact: {} } })
  const unknown = `${silent.code.slice(0, 8)}${'A'.repeat(24)}`
  for (const code of [waiting.code, silent.code, unknown, 'not-a-code-at-all']) {
    const answer = await renew(code)
    assert.equal(answer.status, 202)
    assert.equal(answer.body, null)
  }
  assert.deepEqual([...(await outboxOf(waiting.id)), ...(await outboxOf(silent.id))], [])
})

test('opening and renewing are in the audit chain of the site, with the screening and no identity', async () => {
  const siteId = '2A0000014'
  const { id, code } = await bench.addScreening({ siteId })
  await open(code, '1980-05-18')
  await open(code)
  bench.clock.advance({ days: 31 })
  await renew(code)
  const rows = await bench.platform.database`
    select act, subject, professional_id from audit where site_id = ${siteId} order by sequence`
  assert.deepEqual(
    rows.map((row) => ({ ...row })),
    [
      { act: 'retrieval.refused', subject: id, professional_id: null },
      { act: 'retrieval.opened', subject: id, professional_id: null },
      { act: 'retrieval.renewed', subject: id, professional_id: null },
    ],
  )
  assert.deepEqual(await checkChain(bench.platform.database, siteId), { ok: true, rows: 3 })
})

test('a malformed body is a problem that names fields and echoes nothing', async () => {
  const answer = await post(routes.retrieval, { code: 'short', birthDate: '1980-05-17', name: 'x' })
  assert.equal(answer.code, 'REQUEST_INVALID')
  assert.ok(!JSON.stringify(answer.body).includes('short'))
})

test('once the identity data is gone the link leads nowhere', async () => {
  const { code } = await bench.addScreening()
  bench.clock.advance({ days: 10 })
  await bench.platform.vault.removeKeysBefore(bench.clock.now())
  assert.equal((await open(code)).code, 'RETRIEVAL_NOT_FOUND')
  assert.equal((await renew(code)).status, 202)
})

test('no log line of all this carries a name, a code or a birth date', () => {
  const logged = JSON.stringify(bench.logged)
  assert.doesNotMatch(logged, /MARTIN|1980-05|example\.test|6123/)
})
