/**
 * kill -9 of the server, of its database, or of both at once in the middle of reconciling: the same end as without,
 * whatever was answered. SIDEP_KILL_ROUNDS sets the number of rounds, SIDEP_KILL_SEED replays one run.
 */
import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { counterKeyOf, readBooklet } from '@sidep/continuity'
import type { BookletAnswer, ReconciliationAnswer, SlipsAnswer } from '@sidep/contracts'
import { base64ToBytes, bytesToBase64 } from '@sidep/encoding'
import { craftProvisional } from '../../../../packages/verdict/test/crafted-provisional.ts'
import { checkChain } from '../audit/check.ts'
import {
  endProcess,
  killDatabase,
  machineClock,
  killRounds as rounds,
  killSeed as seed,
  startServerProcess,
  temporaryFolder,
  untilReady,
} from '../fault-testing.ts'
import { actHeaders, makeTestDevice, type TestDevice } from '../login/test-device.ts'
import { systemClock } from '../platform/clock.ts'
import { openDatabase } from '../platform/database.ts'
import { freePort } from '../platform/free-port.ts'
import { seeded } from '../platform/seeded-testing.ts'
import { cookieForServersOn, sampleScreening, testSites } from '../platform/testing.ts'
import { itemOf, professionalId, type TestItem } from './testing.ts'

const senders = 4
const numbers = 40
const slipsEach = 8
const perBatch = 10
/** A counter gets no more booklets than six while they are in force. */
const roundsEach = 6
const random = seeded(seed)
const folder = temporaryFolder('reconcile-kill')

const victims = ['server', 'database', 'both'] as const

type Post = <T>(path: string, body: unknown) => Promise<T>

const postTo =
  (port: number, cookie: string, device: TestDevice): Post =>
  async <T>(path: string, input: unknown) => {
    const request = { method: 'POST', path, body: JSON.stringify(input) }
    const portal = `http://localhost:${port}`
    const at = systemClock.now()
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: request.method,
      headers: {
        'content-type': 'application/json',
        cookie,
        ...(await actHeaders(device, { portal, cookie, at, ...request })),
      },
      body: request.body,
    })
    const text = await response.text()
    if (!response.ok) throw response.status === 503 ? new Later(text) : new Error(text)
    return JSON.parse(text) as T
  }

/** The portal says that it cannot now; a counter tries again. */
class Later extends Error {}

const patiently =
  (post: Post): Post =>
  async <T>(path: string, body: unknown): Promise<T> => {
    for (;;) {
      try {
        return await post<T>(path, body)
      } catch (error) {
        if (!(error instanceof Later)) throw error
        await wait(50)
      }
    }
  }

/** What a counter has after a day alone: certificates of one booklet, and slips. */
const dayAlone = async (post: Post): Promise<TestItem[]> => {
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
    'sign',
    'verify',
  ])
  const { x, y } = await counterKeyOf(keys.publicKey)
  const counterKey = { x: bytesToBase64(x), y: bytesToBase64(y) }
  const answer = await post<BookletAnswer>('/api/booklets', { counterKey })
  const signed = base64ToBytes(answer.signed)
  assert.ok(signed.ok)
  const booklet = readBooklet(signed.value)
  assert.ok(booklet.ok)
  const { slips } = await post<SlipsAnswer>('/api/slips', { count: slipsEach })
  const certificates = Array.from({ length: numbers }, async (_, index) => {
    const screening = sampleScreening({ clock: machineClock })
    const provisional = await craftProvisional({
      booklet: booklet.value,
      sign: async (bytes) =>
        new Uint8Array(
          await crypto.subtle.sign(
            { name: 'ECDSA', hash: 'SHA-256' },
            keys.privateKey,
            new Uint8Array(bytes),
          ),
        ),
      number: index + 1,
      issuedAt: systemClock.now(),
      sampledAt: new Date(screening.sampledAt),
      person: screening.person,
    })
    return itemOf(screening, { provisional })
  })
  const typed = slips.map(({ serial }) =>
    itemOf(sampleScreening({ clock: machineClock }), { slip: serial }),
  )
  return [...(await Promise.all(certificates)), ...typed]
}

const shuffled = <T>(items: readonly T[]): T[] =>
  items
    .map((item) => ({ item, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item)

const sendAll = async (
  post: Post,
  items: readonly TestItem[],
  definitive: Set<string>,
): Promise<void> => {
  for (let start = 0; start < items.length; start += perBatch) {
    const batch = { items: items.slice(start, start + perBatch), wasted: [] }
    const { lines } = await post<ReconciliationAnswer>('/api/reconciliations', batch)
    for (const line of lines) {
      assert.ok(line.status === 'definitive' || line.status === 'later', JSON.stringify(line))
      if (line.status === 'definitive') definitive.add(line.id)
    }
  }
}

/** Kills as told. @returns the server that runs afterwards */
const strike = async (
  victim: (typeof victims)[number],
  child: ChildProcess,
  port: number,
): Promise<ChildProcess> => {
  if (victim !== 'server') await killDatabase(folder)
  if (victim !== 'database') await endProcess(child, 'SIGKILL')
  const next = victim === 'database' ? child : await startServerProcess(folder, port)
  await untilReady(next, port)
  return next
}

test(`kill -9 of server and database in the middle of reconciling, ${rounds} times: each document once, no open flag (seed ${seed})`, {
  timeout: 60_000 + rounds * 60_000,
}, async (context) => {
  const port = await freePort('127.0.0.1')
  const posts: Post[] = []
  while (posts.length * roundsEach < rounds) {
    const device = await makeTestDevice()
    const session = { professionalId, device: device.thumbprint }
    posts.push(postTo(port, await cookieForServersOn(folder, session), device))
  }
  const items: TestItem[] = []
  const definitive = new Set<string>()
  let child = await startServerProcess(folder, port)
  // A failure must not leave the process behind.
  context.after(() => endProcess(child, 'SIGKILL'))
  for (let round = 1; round <= rounds; round += 1) {
    const post = posts[Math.floor((round - 1) / roundsEach)] ?? assert.fail()
    const mine = await dayAlone(patiently(post))
    items.push(...mine)
    const sending = Array.from({ length: senders }, () =>
      sendAll(post, shuffled(mine), definitive).catch((error: unknown) => {
        // Cut off by the kill: not acknowledged. Anything else is a fault of the test or the server.
        if (error instanceof assert.AssertionError) throw error
      }),
    )
    const delay = 20 + Math.floor(random() * 400)
    await wait(delay)
    const victim = victims[(round - 1) % victims.length] ?? 'server'
    child = await strike(victim, child, port)
    await Promise.all(sending)
    context.diagnostic(
      `seed ${seed}, round ${round}: ${victim} killed after ${delay} ms, ${definitive.size} of ${items.length} definitive`,
    )
  }
  // Which counter sends makes no difference to the end.
  const [post] = posts
  assert.ok(post)
  const answeredBefore = [...definitive]
  for (let pass = 0; pass < 5 && definitive.size < items.length; pass += 1) {
    await sendAll(patiently(post), shuffled(items), definitive)
  }
  await sendAll(patiently(post), shuffled(items), definitive)
  assert.equal(definitive.size, items.length)
  await endProcess(child, 'SIGTERM')

  const database = await openDatabase(null, folder)
  try {
    const sql = database.pools.worker
    const rows = await sql<{ id: string; certificates: number; links: number; open: boolean }[]>`
      select s.id,
        (select count(*)::int from certificate c where c.site_id = s.site_id and c.screening_id = s.id) as certificates,
        (select count(*)::int from retrieval r where r.site_id = s.site_id and r.screening_id = s.id) as links,
        exists (select from booklet_number n where n.site_id = s.site_id and n.screening_id = s.id and n.reconciled_at is null)
          or exists (select from slip p where p.site_id = s.site_id and p.screening_id = s.id and p.reconciled_at is null) as open
      from screening s`
    assert.equal(rows.length, items.length)
    const known = new Set(rows.map(({ id }) => id))
    for (const id of answeredBefore) assert.ok(known.has(id))
    for (const { certificates, links, open } of rows) {
      // Two links: the portal's own, and the one that was printed.
      assert.deepEqual({ certificates, links, open }, { certificates: 1, links: 2, open: false })
    }
    const flags = await sql`select code from continuity_flag where resolved_at is null`
    assert.deepEqual([...flags], [])
    assert.equal((await checkChain(sql, testSites.parvis.id)).ok, true)
  } finally {
    await database.close()
  }
})
