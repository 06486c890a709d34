import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ReconciliationAnswer, routes, type SessionView } from '@sidep/contracts'
import type { Answer, ApiClient } from '../../shared/api/index.ts'
import { memoryVault, type Vault } from '../../shared/storage/index.ts'
import { type CounterState, initialState } from '../state.ts'
import { createStore } from '../store.ts'
import { type CatchUpDesk, createCatchUpDesk } from './desk.ts'
import { sampleCatalogue, sampleCells, sampleContext } from './testing.ts'

interface Sent {
  readonly items: readonly { readonly id: string; readonly slip: string | null }[]
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

const definitive = ({ items }: Sent): Answer<unknown> => {
  const answer: ReconciliationAnswer = {
    lines: items.map(({ id }) => ({ id, status: 'definitive' })),
    retryAfterSeconds: null,
  }
  return { ok: true, value: answer, status: 200 }
}
const lost = (): Answer<unknown> => ({ ok: false, error: { kind: 'offline' } })

/** A counter's desk whose clock, server and session the test moves. */
const open = async (vault: Vault = memoryVault(), session = anne) => {
  const counter = createStore<CounterState>({
    ...initialState,
    phase: 'working',
    catalogue: sampleCatalogue,
    session,
  })
  const batches: Sent[] = []
  let answer: (batch: Sent) => Answer<unknown> = definitive
  let milliseconds = sampleContext.now.getTime()
  let due: (() => void)[] = []
  let ids = 0
  const api: ApiClient = {
    get: async () => ({ ok: false, error: { kind: 'offline' } }),
    send: async () => ({ ok: false, error: { kind: 'offline' } }),
    // biome-ignore lint/suspicious/noExplicitAny: a stand-in answers whatever schema it is asked for
    post: async (path, body: any): Promise<any> => {
      if (path === routes.likelyDuplicates) return { ok: true, value: { found: [] }, status: 200 }
      batches.push(body)
      return answer(body)
    },
  }
  const desk: CatchUpDesk = createCatchUpDesk({
    api,
    vault,
    counter,
    now: () => new Date(milliseconds),
    random: () => 0.5,
    newId: () => {
      ids += 1
      return `017b3f6a-0000-7000-8000-${session.professional.id.slice(-6)}${String(ids).padStart(6, '0')}`
    },
    after: (_wait, callback) => {
      due.push(callback)
      return () => {
        due = due.filter((other) => other !== callback)
      }
    },
    hold: async () => undefined,
    sessionTrouble: () => undefined,
  })
  await desk.open()
  return {
    desk,
    counter,
    batches,
    rows: () => desk.store.get().grid.rows,
    answerWith: (next: typeof answer) => {
      answer = next
    },
    /** Lets what is under way come to its end. */
    settle: async () => {
      for (let turn = 0; turn < 60; turn += 1) await Promise.resolve()
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
  assert.equal(batches.length, 1)
  assert.equal((await vault.entries('catch-up/row/')).length, 1)
})

test('a lost answer freezes the line, also across a reload; the same is sent again under its id', async () => {
  const vault = memoryVault()
  const first = await open(vault)
  first.answerWith(lost)
  first.type('Un')
  first.desk.send()
  await first.settle()
  assert.equal(first.rows()[0]?.stage, 'sent')
  first.desk.takeBack()
  assert.equal(first.rows()[0]?.stage, 'sent')
  assert.ok(first.desk.store.get().trouble !== null)
  const second = await open(vault)
  await second.settle()
  assert.equal(second.rows().length, 0)
  assert.deepEqual(second.batches[0], first.batches[0])
})

test('nothing is sent again before its time, and then by itself', async () => {
  const { desk, type, answerWith, settle, batches, pass, rows } = await open()
  answerWith(lost)
  type('Un')
  desk.send()
  await settle()
  desk.send()
  await settle()
  assert.equal(batches.length, 1)
  answerWith(definitive)
  pass(120)
  await settle()
  assert.equal(batches.length, 2)
  assert.equal(rows().length, 0)
})

test('a refused line comes back to be corrected; the others of its batch are done', async () => {
  const { desk, type, answerWith, settle, rows } = await open()
  type('Un')
  type('Deux')
  answerWith(({ items }) => ({
    ok: true,
    status: 200,
    value: {
      lines: items.map(({ id }, index) =>
        index === 0
          ? { id, status: 'refused', code: 'SLIP_USED', faults: [] }
          : { id, status: 'definitive' },
      ),
      retryAfterSeconds: null,
    },
  }))
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
  assert.equal(second.batches.length, 0)
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
  const { desk, type, settle, batches } = await open({
    ...vault,
    put: async () => {
      throw new Error('QuotaExceededError')
    },
  })
  type('Un')
  desk.send()
  await settle()
  assert.equal(desk.store.get().hasSaveFailed, true)
  assert.equal(batches.length, 0)
})
