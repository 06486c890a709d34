import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ReconciliationAnswer, routes, type ScreeningInput } from '@sidep/contracts'
import { portalFetch } from './fetch.ts'
import { FakePortal } from './portal.ts'

const idOf = (index: number): string => `0193590a-0000-7000-8000-${String(index).padStart(12, '0')}`

const screening = (index: number, result?: 'negative'): ScreeningInput => ({
  id: idOf(index),
  person: { familyName: 'Dupont', firstNames: 'Camille', birthDate: '1980-04-03', sex: 'F' },
  kind: 'antigen',
  device: '1232',
  sampledAt: '2026-11-23T14:00:00+01:00',
  ...(result === undefined ? {} : { result }),
})

const batch = (...screenings: ScreeningInput[]) => ({
  items: screenings.map((input) => ({
    kind: 'screening',
    id: input.id,
    screening: input,
    provisional: null,
    slip: null,
  })),
  wasted: [],
})

const open = () => {
  const waits: number[] = []
  const portal = new FakePortal({
    now: () => new Date('2026-11-23T14:00:00Z'),
    wait: async (milliseconds) => void waits.push(milliseconds),
  })
  portal.isSignedIn = true
  const fetch = portalFetch(portal)
  const post = (path: string, body: unknown) =>
    fetch(path, { method: 'POST', body: JSON.stringify(body) })
  const reconcile = async (...screenings: ScreeningInput[]): Promise<ReconciliationAnswer> =>
    (
      await post(routes.reconciliations, batch(...screenings))
    ).json() as Promise<ReconciliationAnswer>
  return { portal, waits, fetch, post, reconcile }
}

const codeOf = async (response: Response): Promise<unknown> => {
  const { code } = (await response.json()) as { readonly code: unknown }
  return code
}

test('the same screening again answers the same; another person under its id is refused, and a breach', async () => {
  const { portal, post } = open()
  const first = await post(routes.screenings, screening(1))
  const again = await post(routes.screenings, screening(1))
  assert.deepEqual(await again.json(), await first.json())
  const other = { ...screening(1), person: { ...screening(1).person, familyName: 'Martin' } }
  assert.equal(await codeOf(await post(routes.screenings, other)), 'SCREENING_ID_REUSED')
  assert.equal(portal.books.breaches.length, 1)
  assert.equal(portal.books.screenings.size, 1)
})

test('a result is set once, alone or in a batch', async () => {
  const { portal, post, reconcile } = open()
  await post(routes.screenings, screening(1))
  const { lines } = await reconcile(screening(1, 'negative'))
  assert.deepEqual(lines, [{ id: idOf(1), status: 'definitive' }])
  const path = routes.screeningResult.replace(':id', idOf(1))
  assert.equal(await codeOf(await post(path, { result: 'positive' })), 'RESULT_ALREADY_SET')
  assert.equal(portal.books.inputs.get(idOf(1))?.result, 'negative')
})

test('without a session it says so, and records nothing', async () => {
  const { portal, post } = open()
  portal.isSignedIn = false
  assert.equal(await codeOf(await post(routes.screenings, screening(1))), 'SESSION_EXPIRED')
  assert.equal(portal.books.screenings.size, 0)
})

test('what its endpoint does not describe is refused, and what this portal has not is unknown', async () => {
  const { post, fetch } = open()
  assert.equal(await codeOf(await post(routes.reconciliations, { items: 3 })), 'REQUEST_INVALID')
  assert.equal(await codeOf(await fetch('/api/nowhere', {})), 'ROUTE_UNKNOWN')
})

test('a code that the endpoint does not name is a defect of the test, and thrown', async () => {
  const { portal, post } = open()
  portal.faults.list = [{ kind: 'refused', code: 'SLIPS_TOO_MANY' }]
  await assert.rejects(post(routes.screenings, screening(1)), /does not refuse with SLIPS_TOO_MANY/)
})

test('unreachable: nothing is carried out; answer lost: it is; so often, and no more', async () => {
  const { portal, post } = open()
  portal.faults.list = [
    { kind: 'unreachable', times: 1 },
    { kind: 'answer-lost', times: 1 },
  ]
  await assert.rejects(post(routes.screenings, screening(1)), TypeError)
  assert.equal(portal.books.screenings.size, 0)
  await assert.rejects(post(routes.screenings, screening(1)), TypeError)
  assert.equal(portal.books.screenings.size, 1)
  assert.equal((await post(routes.screenings, screening(1))).status, 200)
})

test('duplicated: carried out twice, there once', async () => {
  const { portal, reconcile } = open()
  portal.faults.list = [{ kind: 'duplicated' }]
  await reconcile(screening(1))
  assert.deepEqual([portal.batches.length, portal.books.screenings.size], [2, 1])
})

test('delayed: the answer waits; the clock may be behind', async () => {
  const { portal, waits, fetch } = open()
  portal.behindMilliseconds = 60_000
  portal.faults.list = [{ kind: 'delayed', milliseconds: 900, on: 'everything' }]
  const response = await fetch(routes.session, {})
  assert.deepEqual(waits, [900])
  assert.equal(response.headers.get('date'), 'Mon, 23 Nov 2026 13:59:00 GMT')
})

test('refused: a code of the way is of the whole batch, one of what is in it of each line', async () => {
  const { portal, post, reconcile } = open()
  portal.faults.list = [{ kind: 'refused', code: 'UNAVAILABLE', retryAfterSeconds: 7 }]
  const busy = await post(routes.reconciliations, batch(screening(1)))
  assert.deepEqual([busy.status, busy.headers.get('retry-after')], [503, '7'])
  portal.faults.list = [{ kind: 'refused', code: 'REQUEST_INVALID' }]
  const { lines } = await reconcile(screening(1))
  assert.deepEqual(lines, [{ id: idOf(1), status: 'refused', code: 'REQUEST_INVALID', faults: [] }])
  assert.equal(portal.books.screenings.size, 0)
})

test('killed in a batch: what came before is stored, and nobody hears of it; half answered: half is', async () => {
  const { portal, post, reconcile } = open()
  portal.faults.list = [{ kind: 'killed', afterItems: 2, times: 1 }]
  const three = [screening(1), screening(2), screening(3)]
  await assert.rejects(post(routes.reconciliations, batch(...three)), TypeError)
  assert.equal(portal.books.screenings.size, 2)
  portal.faults.list = [{ kind: 'half-answered' }]
  assert.equal((await reconcile(...three)).lines.length, 2)
})

test('slips are given, cancelled, and used up by the paper that is typed', async () => {
  const { portal, post, fetch, reconcile } = open()
  assert.equal((await post(routes.slips, { count: 2 })).status, 201)
  const [first, second] = [...portal.slips.out.keys()]
  assert.ok(first !== undefined && second !== undefined)
  const body = batch(screening(1, 'negative'))
  const items = body.items.map((item) => ({ ...item, slip: first }))
  await post(routes.reconciliations, { ...body, items })
  assert.deepEqual([...portal.slips.out.keys()], [second])
  await post(routes.slipCancellations, { serials: [second], reason: 'lost' })
  const listed = (await (await fetch(routes.slips, {})).json()) as { slips: unknown[] }
  assert.deepEqual(listed.slips, [])
  assert.equal((await reconcile()).lines.length, 0)
})

test('the question about doubles is answered by what the site has', async () => {
  const { portal, post } = open()
  const alike = { sampledAt: '2026-11-23T13:50:00Z', recordedAt: '2026-11-23T13:51:00Z' }
  portal.alike.set('Dupont', alike)
  const { person, sampledAt } = screening(1)
  const { familyName, firstNames, birthDate } = person
  const screenings = [{ id: idOf(1), familyName, firstNames, birthDate, sampledAt }]
  const answer = await post(routes.likelyDuplicates, { screenings })
  assert.deepEqual(await answer.json(), { found: [{ id: idOf(1), ...alike }] })
})
