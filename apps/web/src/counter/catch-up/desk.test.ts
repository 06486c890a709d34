import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ScreeningInput, SessionView } from '@sidep/contracts'
import { FakePortal, portalFetch } from '@sidep/dev/portal'
import { insText } from '../../../test/hand-scanner.ts'
import { type Answer, makeApiClient } from '../../shared/api/index.ts'
import { memoryVault, type Vault, type VaultChange } from '../../shared/storage/index.ts'
import { createStore } from '../../shared/store.ts'
import { createSender } from '../outbox/sender.ts'
import { heard, mayAsk, restOf } from '../session/machine/link.ts'
import { snapshotOf } from '../session/machine/snapshot.ts'
import { initialSession, type SessionState } from '../session/machine/state.ts'
import { type CounterState, initialState } from '../state.ts'
import { sampleKeys } from '../testing.ts'
import type { Column } from './columns.ts'
import { type CatchUpDesk, createCatchUpDesk } from './desk.ts'
import { placeScan, readPaperScan } from './scan.ts'
import { sampleCatalogue, sampleCells, sampleContext } from './testing.ts'

let tabs = 0

interface Sent {
  readonly items: readonly {
    readonly id: string
    readonly slip: string | null
    readonly screening: ScreeningInput
  }[]
}

const sessionOf = (id: string, familyName: string, site = '750712184'): SessionView => ({
  professional: { id, familyName, firstNames: 'Anne', profession: '21' },
  door: 'ecps',
  site: { id: site, name: 'Pharmacie du Parvis', postalCode: '75004' },
  sites: [],
  signedInAt: '2021-08-16T08:00:00Z',
  expiresAt: '2021-08-16T20:00:00Z',
})
const anne = sessionOf('899700075122', 'Le Goff')
const paul = sessionOf('899700075130', 'Martin')

const notThisTime = () => ({ status: 'refused' as const, code: 'SLIP_UNKNOWN', faults: [] })

/** A counter's desk whose clock, server and session the test moves. */
const open = async (vault: Vault = memoryVault(), session = anne) => {
  const counter = createStore<CounterState>({
    ...initialState,
    phase: 'working',
    catalogue: sampleCatalogue,
    session,
  })
  let milliseconds = sampleContext.now.getTime()
  let due: (() => void)[] = []
  let ids = 0
  const now = (): Date => new Date(milliseconds)
  const random = (): number => 0.5
  const portal = new FakePortal({ now })
  portal.isSignedIn = true
  const api = makeApiClient({ now, fetch: portalFetch(portal) })
  let machine: SessionState = {
    ...initialSession(null),
    way: { kind: 'working', session, standing: { kind: 'open' }, room: null },
  }
  const observe = (said: Answer<unknown>): void => {
    const at = { now: milliseconds, monotonic: milliseconds, random: 0.5 }
    machine = heard(machine, said.ok ? null : said.error, at).state
    const { link, isSessionLost } = snapshotOf(machine)
    counter.set((state) => ({ ...state, link, isSessionLost }))
  }
  const never = (): Promise<never> => assert.fail('nothing is signed here')
  const sender = createSender({
    api,
    vault,
    store: counter,
    keys: sampleKeys(never),
    signingCode: never,
    tab: `tab${++tabs}`,
    otherTabs: { announce: () => undefined, listen: () => undefined },
    isTabOpen: async () => false,
    now,
    random,
    after: (_wait, callback) => {
      due.push(callback)
      return () => {
        due = due.filter((other) => other !== callback)
      }
    },
    portal: {
      observe,
      mayAsk: () => mayAsk(machine, milliseconds),
      resting: () => restOf(machine, milliseconds),
    },
    amended: () => undefined,
    acknowledged: () => undefined,
    reconciled: async () => undefined,
  })
  await sender.load()
  const desk: CatchUpDesk = createCatchUpDesk({
    vault,
    counter,
    lines: sender.lines,
    now,
    newId: () => {
      ids += 1
      return `017b3f6a-0000-7000-8000-${session.professional.id.slice(-6)}${String(ids).padStart(6, '0')}`
    },
    hold: async () => undefined,
  })
  await desk.open()
  sender.wake()
  return {
    desk,
    counter,
    portal,
    /** Batches that were sent, whether or not they arrived. */
    batches: (): Sent[] =>
      portal.writes.flatMap(({ endpoint, body }) =>
        endpoint === 'reconcile' ? [body as Sent] : [],
      ),
    wake: sender.wake,
    questions: () => portal.writes.filter(({ endpoint }) => endpoint === 'findDuplicates'),
    rows: () => desk.store.get().grid.rows,
    /** Lets what is under way come to its end. */
    settle: async () => {
      for (let turn = 0; turn < 120; turn += 1)
        await new Promise((resolve) => setImmediate(resolve))
    },
    pass: (seconds: number) => {
      milliseconds += seconds * 1_000
      for (const callback of due.splice(0)) callback()
    },
    type: (familyName: string) =>
      desk.dispatch({
        type: 'import',
        lines: [{ line: 2, cells: { ...sampleCells, familyName } }],
      }),
  }
}

test('an acknowledged line leaves the device; what was typed meanwhile stays', async () => {
  const vault = memoryVault()
  const { desk, rows, type, settle, batches } = await open(vault)
  type('Un')
  assert.equal(desk.send(), 1)
  type('Deux')
  await settle()
  assert.deepEqual(
    rows().map(({ cells }) => cells.familyName),
    ['Deux'],
  )
  assert.equal(desk.store.get().done, 1)
  assert.equal(batches().length, 1)
  assert.equal((await vault.entries('catch-up/row/')).length, 1)
})

test('a lost answer freezes the line, also across a reload; the same is sent again under its id', async () => {
  const vault = memoryVault()
  const first = await open(vault)
  first.portal.faults.list = [{ kind: 'answer-lost' }]
  first.type('Un')
  first.desk.send()
  await first.settle()
  assert.equal(first.rows()[0]?.stage, 'sent')
  first.desk.takeBack()
  assert.equal(first.rows()[0]?.stage, 'sent')
  assert.ok(first.desk.store.get().trouble !== null)
  const second = await open(vault)
  await second.settle()
  assert.equal(second.rows()[0]?.stage, 'sent')
  assert.deepEqual(second.batches(), [])
  second.pass(120)
  await second.settle()
  assert.equal(second.rows().length, 0)
  assert.deepEqual(second.batches()[0], first.batches()[0])
})

test('nothing is sent again before its time, and then by itself', async () => {
  const { desk, type, portal, settle, batches, pass, rows } = await open()
  portal.faults.list = [{ kind: 'answer-lost' }]
  type('Un')
  desk.send()
  await settle()
  desk.send()
  await settle()
  assert.equal(batches().length, 1)
  portal.faults.list = []
  pass(120)
  await settle()
  assert.equal(batches().length, 2)
  assert.equal(rows().length, 0)
})

test('a refused line comes back to be corrected; the others of its batch are done', async () => {
  const { desk, type, portal, settle, rows } = await open()
  type('Un')
  type('Deux')
  portal.judge = ({ person }) =>
    person.familyName === 'Un' ? { status: 'refused', code: 'SLIP_USED', faults: [] } : undefined
  desk.send()
  await settle()
  const [row] = rows()
  assert.equal(rows().length, 1)
  assert.equal(row?.stage, 'refused')
  assert.deepEqual(desk.standings(rows()).get(row?.id ?? '')?.faults, { slip: 'SERIAL_USED' })
})

test('a colleague’s lines are seen and not sent, until somebody takes them over', async () => {
  const vault = memoryVault()
  const first = await open(vault)
  first.type('Un')
  await first.settle()
  const second = await open(vault, paul)
  assert.equal(second.rows()[0]?.owner.professionalName, 'Anne Le Goff')
  assert.equal(second.desk.send(), 0)
  await second.settle()
  assert.equal(second.batches().length, 0)
  second.desk.adopt()
  await second.settle()
  assert.equal(second.desk.send(), 1)
  await second.settle()
  assert.equal(second.rows().length, 0)
})

test('lines of another site are kept out of sight, and come back there', async () => {
  const vault = memoryVault()
  const first = await open(vault)
  first.type('Un')
  await first.settle()
  const { desk, counter, rows } = await open(
    vault,
    sessionOf('899700075122', 'Le Goff', '2A0000014'),
  )
  assert.equal(rows().length, 0)
  assert.equal(desk.store.get().others.length, 1)
  counter.set((state) => ({ ...state, session: anne }))
  assert.equal(rows().length, 1)
})

test('a browser that cannot keep a line says so, and sends nothing that is not kept', async () => {
  const vault = memoryVault()
  const { desk, type, settle, batches, rows } = await open({
    ...vault,
    put: async () => {
      throw new Error('QuotaExceededError')
    },
    change: async (change) => (change.put.length > 0 ? 'full' : vault.change(change)),
  })
  type('Un')
  desk.send()
  await settle()
  assert.equal(desk.store.get().hasSaveFailed, true)
  assert.equal(batches().length, 0)
  assert.equal(rows()[0]?.stage, 'typing')
})

test('a refused line that the grid cannot keep stays in the outbox', async () => {
  const vault = memoryVault()
  let isBroken = false
  const { desk, type, settle, rows, portal } = await open({
    ...vault,
    put: async (key, value) => {
      if (isBroken) throw new Error('InvalidStateError')
      await vault.put(key, value)
    },
  })
  portal.judge = notThisTime
  type('Un')
  await settle()
  isBroken = true
  desk.send()
  await settle()
  assert.equal(rows()[0]?.stage, 'refused')
  assert.equal((await vault.entries('outbox/')).length, 1)
})

test('what the site has already comes back with what it is like; said to be no double, it goes', async () => {
  const { desk, type, settle, batches, rows, questions, portal } = await open()
  type('Un')
  type('Deux')
  const id = rows()[0]?.id ?? ''
  const before = { sampledAt: '2021-08-13T14:20:00Z', recordedAt: '2021-08-13T15:00:00Z' }
  portal.alike.set('Un', before)
  desk.send()
  await settle()
  const [row] = rows()
  assert.deepEqual(
    [rows().length, row?.stage, row?.alike?.sampledAt],
    [1, 'typing', '2021-08-13T14:20:00Z'],
  )
  assert.equal(desk.send(), 0)
  desk.dispatch({ type: 'no-duplicate', id })
  assert.equal(desk.send(), 1)
  await settle()
  assert.equal(rows().length, 0)
  assert.deepEqual([questions().length, batches().length], [1, 2])
})

test('a queued line is taken back while no session sends it, changed, and sent as changed', async () => {
  const { desk, type, settle, batches, rows, counter, wake } = await open()
  type('Un')
  counter.set((state) => ({ ...state, isSessionLost: true }))
  desk.send()
  await settle()
  assert.equal(rows()[0]?.stage, 'queued')
  desk.takeBack()
  await settle()
  assert.equal(rows()[0]?.stage, 'typing')
  const id = rows()[0]?.id ?? ''
  desk.dispatch({ type: 'set', id, column: 'familyName', text: 'Une' })
  counter.set((state) => ({ ...state, isSessionLost: false }))
  desk.send()
  wake()
  await settle()
  assert.deepEqual(
    batches().flatMap(({ items }) => items.map(({ screening }) => screening.person.familyName)),
    ['Une'],
  )
})

const place = 'catch-up/row/'
/** A line as the page of before kept it while it had a sender of its own. */
const storedBefore = async (vault: Vault, stage: 'queued' | 'sent'): Promise<string> => {
  const { desk, rows, type, settle } = await open(vault)
  type('Un')
  await settle()
  const [row] = rows()
  const standing = desk.standings(rows()).get(row?.id ?? '')
  assert.ok(row !== undefined && standing?.checked.ok)
  const { input, slip } = standing.checked
  await vault.put(place + row.id, { ...row, stage, request: { input, slip } })
  return row.id
}

test('lines that the page of before had queued or sent are the outbox’s; what may have left is sent as it was', async () => {
  for (const stage of ['queued', 'sent'] as const) {
    const vault = memoryVault()
    const id = await storedBefore(vault, stage)
    const { rows, settle, batches, questions, desk, counter, pass } = await open(vault, paul)
    await settle()
    assert.equal(rows()[0]?.stage, stage)
    assert.deepEqual(await vault.entries(place), [])
    desk.takeBack()
    await settle()
    assert.equal(rows()[0]?.stage, stage === 'sent' ? 'sent' : 'typing')
    if (stage === 'queued') continue
    counter.set((state) => ({ ...state, session: anne }))
    pass(10)
    await settle()
    assert.deepEqual(
      batches().flatMap(({ items }) => items.map((item) => item.id)),
      [id],
    )
    assert.deepEqual([questions().length, rows().length], [0, 0])
  }
})

test('killed at any write, a line that was kept is in the grid or in the outbox until it is recorded', async () => {
  for (const isTaken of [true, false]) {
    let deaths = 0
    for (let writes = 0; writes < 12; writes++) {
      const vault = memoryVault()
      const mortal = mortalVault(vault, writes)
      const first = await Promise.race([open(mortal), mortal.dead])
      if (first === undefined) continue
      if (!isTaken) first.portal.judge = notThisTime
      first.type('Un')
      await first.settle()
      const wasKept = (await vault.entries(place)).length > 0
      first.desk.send()
      await first.settle()
      if (mortal.isDead()) deaths += 1
      const second = await open(vault)
      await second.settle()
      second.pass(120)
      await second.settle()
      // What was refused is corrected first.
      for (const { id } of second.rows())
        second.desk.dispatch({ type: 'set', id, column: 'firstNames', text: 'Anne' })
      second.desk.send()
      await second.settle()
      assert.deepEqual([...second.rows(), ...(await vault.entries(place))], [])
      const taken = [...(isTaken ? first.batches() : []), ...second.batches()]
      const recorded = new Set(taken.flatMap(({ items }) => items.map(({ id }) => id)))
      assert.equal(recorded.size, wasKept ? 1 : 0, `killed after ${writes} writes`)
    }
    assert.ok(deaths > 3)
  }
})

/** The disk of a page that is killed once it has written so often. */
const mortalVault = (vault: Vault, writes: number) => {
  let left = writes
  let die = (): void => undefined
  const dead = new Promise<undefined>((resolve) => {
    die = () => resolve(undefined)
  })
  const never = (): Promise<never> => new Promise(() => undefined)
  const written = async <T>(write: () => Promise<T>): Promise<T> => {
    if (left <= 0) {
      die()
      return never()
    }
    left -= 1
    return write()
  }
  return {
    ...vault,
    dead,
    isDead: () => left <= 0,
    put: (key: string, value: unknown) => written(() => vault.put(key, value)),
    delete: (key: string) => written(() => vault.delete(key)),
    change: (change: VaultChange) => written(() => vault.change(change)),
  }
}

test('the matricule of a scanned identity survives a reload and a way back from the queue, and is sent', async () => {
  const vault = memoryVault()
  const first = await open(vault)
  const scan = readPaperScan(insText)
  assert.ok(scan.kind === 'person')
  const { ins } = scan
  for (const action of placeScan(first.desk.store.get().grid, scan, sampleContext.siteId).actions)
    first.desk.dispatch(action)
  const { device, sampledDay, sampledTime, result } = sampleCells
  const id = first.rows()[0]?.id ?? assert.fail()
  for (const [column, text] of Object.entries({ device, sampledDay, sampledTime, result }))
    first.desk.dispatch({ type: 'set', id, column: column as Column, text })
  await first.settle()

  const second = await open(vault)
  assert.deepEqual(
    second.rows().map((row) => row.ins),
    [ins],
  )
  second.counter.set((state) => ({ ...state, isSessionLost: true }))
  assert.equal(second.desk.send(), 1)
  await second.settle()
  assert.equal(second.rows()[0]?.stage, 'queued')
  second.desk.takeBack()
  await second.settle()
  assert.deepEqual(
    second.rows().map((row) => [row.stage, row.ins]),
    [['typing', ins]],
  )

  second.counter.set((state) => ({ ...state, isSessionLost: false }))
  assert.equal(second.desk.send(), 1)
  second.wake()
  await second.settle()
  assert.deepEqual(
    second.batches().flatMap(({ items }) => items.map(({ screening }) => screening.person.ins)),
    [ins],
  )
})
