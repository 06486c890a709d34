/** Walks over every endpoint: one that shows people without leaving a trace in the audit chain fails. */
import assert from 'node:assert/strict'
import { before, suite, test } from 'node:test'
import {
  type CorrectionInput,
  routes,
  type ScreeningAnswer,
  type ScreeningEntry,
  type ScreeningInput,
  type ScreeningList,
} from '@sidep/contracts'
import { authorizationMatrix } from '@sidep/contracts/openapi'
import { checkChain } from './audit/check.ts'
import { listReadings, type Reading } from './audit/readings.ts'
import {
  asOwner,
  clusterOfFile,
  type SignedIn,
  sampleScreening,
  testSites,
} from './platform/testing.ts'

const { parvis } = testSites
const person = {
  familyName: 'CANARI',
  firstNames: 'Zoé',
  birthDate: '1931-07-09',
  sex: 'F',
  ins: '231077505611607',
  postalCode: '75011',
  contact: { phone: '+33612345678', email: 'zoe@example.test' },
} as const
const staff = { id: '899700075122', name: 'Perroquet de test' }

let screening: ScreeningInput
let answer: ScreeningAnswer
let correction: CorrectionInput
/** What nobody can say who was not shown the person, or the staff. */
let marks: readonly string[]

const cluster = await clusterOfFile()
const portal = await cluster.portal()
before(async () => {
  const sampledAt = new Date(portal.clock.now().getTime() - 617_000).toISOString()
  screening = sampleScreening(portal, { person, sampledAt })
  const recorded = await portal.send('POST', routes.screenings, screening)
  assert.equal(recorded.status, 201, recorded.text)
  const { device, result = 'negative' } = screening
  correction = {
    id: sampleScreening(portal).id,
    replaces: 1,
    reason: 'other',
    screening: { person, device, sampledAt, result },
  }
  const path = routes.screeningCorrections.replace(':id', screening.id)
  const corrected = await portal.send('POST', path, correction)
  assert.equal(corrected.status, 201, corrected.text)
  answer = corrected.json<ScreeningAnswer>()
  const delegated = await portal.send('POST', routes.delegations, {
    staffId: staff.id,
    staffName: staff.name,
    endsAt: '2021-08-14T20:00:00Z',
  })
  assert.equal(delegated.status, 201, delegated.text)
  assert.ok(answer.certificate?.hcert)
  marks = [person.familyName, person.birthDate, sampledAt, staff.name, answer.certificate.hcert]
})

const reason = 'stolen'
/** What each takes to show what it has of a person it knows. */
const bodyOf = (path: string): unknown => {
  const { familyName, firstNames, birthDate } = person
  const code = answer.certificate?.retrieval.split('#')[1] ?? ''
  const bodies: Readonly<Record<string, unknown>> = {
    [routes.screenings]: sampleScreening(portal),
    [routes.screeningsBatch]: { screenings: [sampleScreening(portal)] },
    [routes.screeningSearch]: { text: 'canari zoe 09071931' },
    [routes.screeningResult]: { result: screening.result },
    [routes.screeningCorrections]: correction,
    [routes.sessionSite]: { site: parvis.id },
    [routes.sessionRevocations]: { scope: 'elsewhere' },
    [routes.bookletWithdrawals]: { reason },
    [routes.heartbeats]: { offline: null, numbersUsed: 0, waiting: 0, lostSignIns: [] },
    [routes.slips]: { count: 1 },
    [routes.slipCancellations]: { reason },
    [routes.reconciliations]: { screenings: [] },
    [routes.likelyDuplicates]: {
      screenings: [
        {
          id: sampleScreening(portal).id,
          familyName,
          firstNames,
          birthDate,
          sampledAt: screening.sampledAt,
        },
      ],
    },
    [routes.retrieval]: { code, birthDate },
    [routes.retrievalRenewal]: { code },
    [routes.retrievalUnlock]: { code },
  }
  return bodies[path] ?? {}
}

const readings = (): Promise<Reading[]> => {
  const at = portal.clock.now().getTime()
  const times = { from: new Date(at - 3_600_000), to: new Date(at + 1) }
  return listReadings(portal.sql, { siteId: parvis.id, ...times, limit: 1_000 })
}

for (const [endpoint, row] of Object.entries(authorizationMatrix)) {
  // Without a card authority there is no card door in this portal.
  if (endpoint.includes('/login/card')) continue
  // Shows somebody eleven days after a positive test: intake/recovery.integration.test.ts.
  if (endpoint.endsWith(routes.retrievalRecovery)) continue
  // On the vendors' port, which this portal has not: vendors/vendors.integration.test.ts.
  if (row.at !== undefined) continue
  const [method = '', path = ''] = endpoint.split(' ')
  const tells = row.trace === undefined ? 'shows nobody' : `is told as ${row.trace}`

  test(`${endpoint} ${tells}`, async () => {
    // Some of them end all sessions of until then.
    portal.clock.advance(1_000)
    const signedIn = await portal.signInAt(parvis)
    const before = (await readings()).length
    const body = method === 'GET' || method === 'DELETE' ? undefined : bodyOf(path)
    const id = path === routes.delegation ? '0192a5b0-0000-7000-8000-000000000001' : screening.id
    const reply = await portal.send(method, path.replace(':id', id), body, signedIn)
    const showed = marks.filter((mark) => reply.text.includes(mark))
    const told = (await readings()).slice(before)
    if (row.trace === undefined) {
      assert.deepEqual(showed, [], 'it shows people: its row says no trace')
      return
    }
    assert.equal(reply.status, 200, reply.text)
    assert.notDeepEqual(showed, [], 'it showed nobody: this test asks it wrongly')
    assert.deepEqual(
      told.map(({ act }) => act),
      [row.trace],
    )
  })
}

suite('a list that a screen keeps up to date', () => {
  let counter: SignedIn
  let recorder: SignedIn
  const list = async (query = 'state=waiting'): Promise<ScreeningList> => {
    const reply = await portal.send('GET', `${routes.screenings}?${query}`, undefined, counter)
    assert.equal(reply.status, 200, reply.text)
    return reply.json<ScreeningList>()
  }
  const registers = async (count: number): Promise<void> => {
    for (let index = 0; index < count; index += 1) {
      const { result: _, ...waiting } = sampleScreening(portal)
      assert.equal((await portal.send('POST', routes.screenings, waiting, recorder)).status, 201)
    }
  }
  const told = async (): Promise<(string | null)[]> =>
    (await readings())
      .filter(({ professionalId }) => professionalId === '810008888888')
      .map(({ subject }) => subject)

  before(async () => {
    portal.clock.advance(1_000)
    counter = await portal.signInAt(parvis, { professionalId: '810008888888' })
    recorder = await portal.signInAt(parvis)
  })

  test('is one trace in half an hour, and another once it shows more than twice as many people', async () => {
    await registers(1)
    await list()
    await list()
    assert.deepEqual(await told(), ['waiting shown:1'])
    await registers(1)
    await list()
    assert.equal((await told()).length, 1)
    await registers(1)
    await list()
    assert.deepEqual(await told(), ['waiting shown:1', 'waiting shown:3'])
    portal.clock.advance(30 * 60_000 - 1)
    await list()
    assert.equal((await told()).length, 2)
    portal.clock.advance(1)
    await list()
    assert.equal((await told()).length, 3)
  })

  test('is another page for another day, and for another screen', async () => {
    const before = (await told()).length
    await list('day=2021-08-12')
    await list('day=2021-08-11')
    counter = await portal.signInAt(parvis, { professionalId: '810008888888' })
    await list('day=2021-08-11')
    assert.deepEqual((await told()).slice(before), [
      'day:2021-08-12 shown:0',
      'day:2021-08-11 shown:0',
      'day:2021-08-11 shown:0',
    ])
  })

  test('is not shown while its trace cannot be stored', async () => {
    const other = await portal.signInAt(parvis)
    await asOwner(
      portal.sql,
      (sql) =>
        sql`alter table audit add constraint nobody check (act <> 'screenings.listed') not valid`,
    )
    try {
      const reply = await portal.send('GET', `${routes.screenings}?state=waiting`, undefined, other)
      assert.equal(reply.status, 500)
      assert.ok(!reply.text.includes(person.familyName))
    } finally {
      await asOwner(portal.sql, (sql) => sql`alter table audit drop constraint nobody`)
    }
  })

  test('leaves a chain that is as it was written', async () => {
    const check = await checkChain(portal.sql, parvis.id)
    assert.equal(check.ok, true, JSON.stringify(check))
  })
})

suite('of a person tested', () => {
  const seenBy = async (signedIn: SignedIn): Promise<[ScreeningEntry, ScreeningEntry]> => {
    const day = await portal.send('GET', routes.screenings, undefined, signedIn)
    const listed = day.json<ScreeningList>().screenings.find(({ id }) => id === screening.id)
    const path = routes.screening.replace(':id', screening.id)
    const opened = await portal.send('GET', path, undefined, signedIn)
    assert.ok(listed)
    return [listed, opened.json<ScreeningEntry>()]
  }
  const { familyName, firstNames, birthDate, sex, contact } = person
  const inLists = { familyName, firstNames, birthDate, sex }

  test('lists show name, birth date, sex and a hint of the contact; who answers sees the rest on opening', async () => {
    const [listed, opened] = await seenBy(await portal.signInAt(parvis))
    assert.deepEqual(listed.person, inLists)
    assert.equal(listed.contactHint, '+33 •••• 78')
    assert.ok(listed.certificate, 'printed again while the portal is away')
    assert.deepEqual(opened.person, person)
    assert.equal(opened.contactHint, undefined)
  })

  test('staff sees neither INS nor postal code, opened or not', async () => {
    const delegation = {
      id: '017b3f50-0000-7000-8000-000000000001',
      endsAt: new Date(portal.clock.now().getTime() + 3_600_000),
      site: parvis,
      responsible: {
        id: '899700075122',
        familyName: 'DURAND',
        firstNames: 'Dominique',
        profession: '21',
      },
    }
    const [listed, opened] = await seenBy(await portal.signInAt(parvis, { delegation }))
    assert.deepEqual(listed.person, inLists)
    assert.deepEqual(opened.person, { ...inLists, contact })
    const [last] = (await readings()).slice(-1)
    assert.deepEqual(
      [last?.act, last?.professionalId, last?.operatorId],
      ['screening.opened', '899700075122', '810003456789'],
    )
  })
})
