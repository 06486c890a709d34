/** What the screen of operations counts, and who may follow it. */
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { OperationsView, OperatorView } from '@sidep/contracts'
import { routes } from '@sidep/contracts'
import { departmentOfPostalCode } from '@sidep/identifiers'
import { addRole, removeRole } from '../../login/operators.ts'
import {
  clusterOfFile,
  newId,
  type SignedIn,
  sampleScreening,
  testSites,
} from '../../platform/testing.ts'
import { countScreenings } from './counting.ts'

const { parvis, saintDenis, ajaccio } = testSites
const cluster = await clusterOfFile()
const portal = await cluster.portal({ environment: { PROBE_SITES: ajaccio.id } })
const { sql, clock } = portal
const onDuty = '899700075122'
let duty: SignedIn
const order = { personId: onDuty, role: 'duty', reason: 'de garde', by: 'c.martin' } as const

before(async () => {
  await addRole(sql, order, clock.now())
  await addRole(sql, { ...order, personId: '899700075130', role: 'auditor' }, clock.now())
  duty = await portal.signInAt(null, { professionalId: onDuty })
  for (const { id, name, postalCode } of [parvis, saintDenis, ajaccio])
    await sql`insert into site (id, name, postal_code, source, updated_at)
      values (${id}, ${name}, ${postalCode}, 'directory', ${clock.now()})
      on conflict (id) do update set postal_code = excluded.postal_code`
})

const overview = async (): Promise<OperationsView> =>
  (await portal.send('GET', routes.operationsOverview, undefined, duty)).json()
const count = (): Promise<unknown> =>
  countScreenings(
    { database: sql, clock, configuration: portal.server.platform.configuration },
    new AbortController().signal,
  )
const record = async (site: (typeof testSites)[keyof typeof testSites]): Promise<void> => {
  const { status, code } = await portal.send(
    'POST',
    routes.screenings,
    site === ajaccio
      ? { ...sampleScreening(portal), person: probe }
      : sampleScreening(portal, { id: newId(clock) }),
    { cookie: await portal.cookieAt(site) },
  )
  assert.equal(status, 201, code)
}
const probe = {
  familyName: 'SONDE',
  firstNames: 'ESSAI DE FONCTIONNEMENT',
  birthDate: '1970-01-01',
  sex: 'F',
} as const

test('the database finds the département of a postal code as the packages do', async () => {
  const codes = Array.from({ length: 1_000 }, (_, prefix) => `${String(prefix).padStart(3, '0')}10`)
  await sql`insert into site (id, name, postal_code, source, updated_at)
    select 'essai' || code, 'essai', code, 'essai', ${clock.now()} from unnest(${[...codes, 'abc', '']}::text[]) as code`
  const rows = await sql<{ postal_code: string; department: string | null }[]>`
    select postal_code, department from site where source = 'essai'`
  assert.equal(rows.length, 1_002)
  for (const { postal_code: code, department } of rows)
    assert.equal(department, departmentOfPostalCode(code) ?? null, code)
})

test('screenings are shown by quarter and département beside the same weekday, and those of probes nowhere', async () => {
  await count()
  for (const site of [parvis, parvis, saintDenis, ajaccio]) await record(site)
  clock.set('2021-08-20T15:31:00+02:00')
  duty = await portal.signInAt(null, { professionalId: onDuty })
  await count()
  for (const site of [parvis, ajaccio]) await record(site)
  clock.set('2021-08-20T15:40:00+02:00')
  const { figures, figuresAt } = await overview()
  assert.equal(figuresAt, '2021-08-20T13:40:00.000Z')
  assert.deepEqual(figures?.today.at(-1), {
    from: '2021-08-20T13:30:00Z',
    count: 1,
    weekBefore: 3,
  })
  // From midnight in Paris.
  assert.equal(figures?.today[0]?.from, '2021-08-19T22:00:00Z')
  assert.equal(figures?.sitesActive, 1)
  assert.deepEqual(
    figures?.feeds.map(({ name, isPaused, deadLetters }) => [name, isPaused, deadLetters]),
    [
      ['tracing', false, 0],
      ['surveillance', false, 0],
      ['open-data', false, 0],
    ],
  )
  assert.deepEqual(
    figures?.departments.map(({ department, lastHour, sites }) => [department, lastHour, sites]),
    [['75', 1, 1]],
  )
  clock.set('2021-08-20T16:20:00+02:00')
  await count()
  const later = await overview()
  assert.deepEqual(
    later.figures?.departments.map(({ department, lastHour, weekBefore }) => [
      department,
      lastHour,
      weekBefore,
    ]),
    [
      ['75', 1, 2],
      ['974', 0, 1],
    ],
  )
  assert.deepEqual(
    later.figures?.today.slice(-4).map(({ count: own, weekBefore }) => [own, weekBefore]),
    [
      [1, 3],
      [0, 0],
      [0, 0],
      [0, 0],
    ],
  )
})

test('a quarter is counted once, and again by nobody', async () => {
  const rows = () => sql`select quarter, department, recorded from screening_quarter order by 1, 2`
  const before = await rows()
  assert.ok(before.length > 0)
  await Promise.all([count(), count()])
  assert.deepEqual(await rows(), before)
})

/** Events of a stream, one after the other. */
async function* eventsOf(response: Response): AsyncGenerator<{ name: string; data: unknown }> {
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString('utf8')
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n')
      text = text.slice(end + 2)
      const value = (key: string) =>
        lines.find((line) => line.startsWith(`${key}: `))?.slice(key.length + 2) ?? ''
      yield { name: value('event'), data: JSON.parse(value('data')) }
    }
  }
}

test('a stream tells at once and again, and ends with the role', async () => {
  const { cookie } = duty
  const response = await fetch(`${portal.server.url}${routes.operationsStream}`, {
    headers: { cookie },
  })
  assert.equal(response.status, 200)
  assert.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8')
  assert.equal(response.headers.get('cache-control'), 'no-store')
  assert.match(response.headers.get('content-security-policy') ?? '', /default-src 'none'/)
  const events = eventsOf(response)
  const first = (await events.next()).value as { data: OperationsView }
  assert.ok(first.data.capacity.limit > 0)
  await removeRole(sql, order, clock.now())
  for await (const { name, data } of events) {
    if (name === 'ended') {
      assert.deepEqual(data, { code: 'ROLE_REQUIRED' })
      break
    }
  }
  assert.equal((await events.next()).done, true)
  const [act] =
    await sql`select act, subject from audit where site_id = 'portal' order by sequence desc limit 1`
  assert.deepEqual(
    { ...act },
    {
      act: 'operator.removed',
      subject: `${onDuty} duty by c.martin: de garde`,
    },
  )
})

test('a person has no more streams than tabs, and who asks is told who they are', async () => {
  const auditor = await portal.signInAt(parvis, { professionalId: '899700075130' })
  const me = (
    await portal.send('GET', routes.operationsMe, undefined, auditor)
  ).json<OperatorView>()
  assert.deepEqual(me.roles, ['auditor'])
  const ending = new AbortController()
  const open = () =>
    fetch(`${portal.server.url}${routes.operationsStream}`, {
      headers: { cookie: auditor.cookie },
      signal: ending.signal,
    })
  const opened = await Promise.all(Array.from({ length: 9 }, open))
  assert.deepEqual(opened.map(({ status }) => status).sort(), [...Array(8).fill(200), 503])
  ending.abort()
})
