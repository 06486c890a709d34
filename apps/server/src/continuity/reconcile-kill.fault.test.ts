/**
 * kill -9 of the server in the middle of reconciling: the same end as without, whatever was answered.
 * SIDEP_KILL_ROUNDS sets the number of rounds, SIDEP_KILL_SEED replays one run.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { counterKeyOf, readBooklet } from '@sidep/continuity'
import type { BookletAnswer, ReconciliationAnswer, SlipsAnswer } from '@sidep/contracts'
import { base64ToBytes, bytesToBase64 } from '@sidep/encoding'
import { craftProvisional } from '../../../../packages/verdict/test/crafted-provisional.ts'
import { checkChain } from '../audit/check.ts'
import { systemClock } from '../platform/clock.ts'
import { openDatabase } from '../platform/database.ts'
import { cookieForServersOn, sampleScreening, testSites } from '../platform/testing.ts'
import { itemOf, professionalId, type TestItem } from './testing.ts'

const rounds = Number(process.env.SIDEP_KILL_ROUNDS ?? 3)
const seed = Number(process.env.SIDEP_KILL_SEED ?? randomInt(2 ** 31))
const senders = 4
const numbers = 40
const slipsEach = 8
const perBatch = 10

/** mulberry32: small, and the same everywhere. */
const seeded = (start: number): (() => number) => {
  let state = start | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
const random = seeded(seed)

const folder = mkdtempSync(join(tmpdir(), 'sidep-reconcile-kill-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  assert.ok(typeof address === 'object' && address !== null)
  return address.port
}

const startChild = async (port: number): Promise<ChildProcess> => {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../main.ts')], {
    env: { ...process.env, DATA_DIR: folder, PORT: String(port), LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      if (output.includes('sidep listens on')) resolve()
    })
    child.once('exit', () => reject(new Error(`the server did not start: ${output}`)))
  })
  return child
}

type Post = <T>(path: string, body: unknown) => Promise<T>

const postTo =
  (port: number, cookie: string): Post =>
  async <T>(path: string, body: unknown) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie },
      body: JSON.stringify(body),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(text)
    return JSON.parse(text) as T
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
  const clock = { ...systemClock, set() {}, advance() {} }
  const certificates = Array.from({ length: numbers }, async (_, index) => {
    const screening = sampleScreening({ clock })
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
  const typed = slips.map(({ serial }) => itemOf(sampleScreening({ clock }), { slip: serial }))
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

test(`kill -9 in the middle of reconciling, ${rounds} times: each document once, no open flag (seed ${seed})`, {
  timeout: 60_000 + rounds * 30_000,
}, async (context) => {
  const port = await freePort()
  const cookie = await cookieForServersOn(folder, { professionalId })
  const post = postTo(port, cookie)
  const items: TestItem[] = []
  const definitive = new Set<string>()
  for (let round = 1; round <= rounds; round += 1) {
    const child = await startChild(port)
    const mine = await dayAlone(post)
    items.push(...mine)
    const gone = once(child, 'exit')
    const sending = Array.from({ length: senders }, () =>
      sendAll(post, shuffled(mine), definitive).catch((error: unknown) => {
        // Cut off by the kill: not acknowledged. Anything else is a fault of the test or the server.
        if (error instanceof assert.AssertionError) throw error
      }),
    )
    const delay = 60 + Math.floor(random() * 1_200)
    await wait(delay)
    child.kill('SIGKILL')
    await gone
    await Promise.all(sending)
    context.diagnostic(
      `seed ${seed}, round ${round}: killed after ${delay} ms, ${definitive.size} of ${items.length} definitive`,
    )
  }
  const answeredBefore = [...definitive]
  const child = await startChild(port)
  for (let pass = 0; pass < 5 && definitive.size < items.length; pass += 1) {
    await sendAll(post, shuffled(items), definitive)
  }
  await sendAll(post, shuffled(items), definitive)
  assert.equal(definitive.size, items.length)
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  await gone

  const database = await openDatabase(null, folder)
  try {
    const sql = database.pools.worker
    const rows = await sql<{ id: string; certificates: number; links: number; open: boolean }[]>`
      select s.id,
        (select count(*)::int from certificate c where c.site_id = s.site_id and c.screening_id = s.id) as certificates,
        (select count(*)::int from retrieval r where r.site_id = s.site_id and r.screening_id = s.id) as links,
        exists (select from booklet_number n where n.screening_id = s.id and n.reconciled_at is null)
          or exists (select from slip p where p.screening_id = s.id and p.reconciled_at is null) as open
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
