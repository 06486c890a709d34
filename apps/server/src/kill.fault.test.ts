/**
 * Invariant 1: kill -9 of the server at random instants under load; everything acknowledged is there, once.
 * SIDEP_KILL_ROUNDS sets the number of rounds, SIDEP_KILL_SEED replays one run.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { ScreeningInput } from '@sidep/contracts'
import { checkChain } from './audit/check.ts'
import {
  endProcess,
  machineClock,
  killRounds as rounds,
  killSeed as seed,
  startServerProcess,
  temporaryFolder,
} from './fault-testing.ts'
import { openDatabase } from './platform/database.ts'
import { freePort } from './platform/free-port.ts'
import { seeded } from './platform/seeded-testing.ts'
import { cookieForServersOn, sampleScreening, testSites } from './platform/testing.ts'

const senders = 12
const random = seeded(seed)
const folder = temporaryFolder('kill')

interface Ledger {
  /** Every acknowledged screening by its id: what was sent, what was answered. */
  readonly acknowledged: Map<string, { readonly body: ScreeningInput; readonly answer: string }>
  /** Sent without an answer: may or may not be there, and is sent again. */
  readonly unanswered: ScreeningInput[]
}

const post = async (port: number, cookie: string, body: ScreeningInput): Promise<string> => {
  const response = await fetch(`http://127.0.0.1:${port}/api/screenings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie },
    body: JSON.stringify(body),
  })
  const text = await response.text()
  if (response.status !== 201 && response.status !== 200) throw new Error(text)
  return text
}

/** Sends until the server is gone; what got no answer is noted. */
const sendUntilDead = async (
  port: number,
  cookie: string,
  ledger: Ledger,
  isDead: () => boolean,
): Promise<void> => {
  while (!isDead()) {
    const body = sampleScreening({ clock: machineClock })
    try {
      ledger.acknowledged.set(body.id, { body, answer: await post(port, cookie, body) })
    } catch {
      // Refused or cut off: not acknowledged. The next life of the server gets it again.
      ledger.unanswered.push(body)
    }
  }
}

const killUnderLoad = async (port: number, cookie: string, ledger: Ledger): Promise<number> => {
  const child = await startServerProcess(folder, port)
  let dead = false
  child.once('exit', () => {
    dead = true
  })
  const load = Array.from({ length: senders }, () =>
    sendUntilDead(port, cookie, ledger, () => dead),
  )
  const delay = 150 + Math.floor(random() * 1_500)
  await wait(delay)
  await endProcess(child, 'SIGKILL')
  await Promise.all(load)
  return delay
}

test(`kill -9 under load, ${rounds} times: what was acknowledged is there once (seed ${seed})`, {
  timeout: 60_000 + rounds * 20_000,
}, async (context) => {
  const port = await freePort('127.0.0.1')
  const cookie = await cookieForServersOn(folder)
  const ledger: Ledger = { acknowledged: new Map(), unanswered: [] }
  for (let round = 1; round <= rounds; round += 1) {
    const delay = await killUnderLoad(port, cookie, ledger)
    context.diagnostic(
      `seed ${seed}, round ${round}: killed after ${delay} ms, ${ledger.acknowledged.size} acknowledged`,
    )
  }
  const child = await startServerProcess(folder, port)
  for (const body of ledger.unanswered) {
    ledger.acknowledged.set(body.id, { body, answer: await post(port, cookie, body) })
  }
  for (const { body, answer } of ledger.acknowledged.values()) {
    assert.equal(await post(port, cookie, body), answer)
  }
  await endProcess(child, 'SIGTERM')
  assert.equal(child.exitCode, 0)

  const database = await openDatabase(null, folder)
  try {
    const sql = database.pools.worker
    const counts = await sql<{ id: string; certificates: number; links: number; acts: number }[]>`
      select s.id,
        (select count(*)::int from certificate c where c.site_id = s.site_id and c.screening_id = s.id) as certificates,
        (select count(*)::int from retrieval r where r.site_id = s.site_id and r.screening_id = s.id) as links,
        (select count(*)::int from audit a where a.site_id = s.site_id and a.subject = s.id::text) as acts
      from screening s`
    assert.ok(ledger.acknowledged.size > 0)
    assert.equal(counts.length, ledger.acknowledged.size)
    for (const { id, certificates, links, acts } of counts) {
      assert.ok(ledger.acknowledged.has(id))
      assert.deepEqual({ certificates, links, acts }, { certificates: 1, links: 1, acts: 1 })
    }
    const chain = await checkChain(sql, testSites.parvis.id)
    assert.deepEqual(chain, { ok: true, rows: counts.length })
  } finally {
    await database.close()
  }
})
