/**
 * kill -9 of the process that tells contact tracing, while a batch is on its way: its receiver has it and nobody noted that.
 * The next process tells everything, and what comes twice is known by its id.
 */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { startFeedReceiver } from '@sidep/dev'
import { endProcess, machineClock, startServerProcess, temporaryFolder } from '../fault-testing.ts'
import { openDatabaseBesides } from '../platform/database.ts'
import { freePort } from '../platform/free-port.ts'
import { cookieForServersOn, sampleScreening } from '../platform/testing.ts'
import { feedEnvironment } from './testing.ts'

const cases = 30
const folder = temporaryFolder('feeds-kill')
const receiver = await startFeedReceiver()
after(() => receiver.close())

const untilSo = async (holds: () => Promise<boolean> | boolean): Promise<void> => {
  while (!(await holds())) await wait(50)
}

test('killed in mid-batch: all cases are told, none is missing, and those that came twice are known', {
  timeout: 180_000,
}, async (context) => {
  const port = await freePort('127.0.0.1')
  const cookie = await cookieForServersOn(folder)
  const environment = feedEnvironment(receiver)
  receiver.setFault('tracing', { kind: 'lose-answer' })
  const first = await startServerProcess(folder, port, environment)
  context.after(() => endProcess(first, 'SIGKILL'))
  const ids: string[] = []
  const enter = async (): Promise<void> => {
    const body = sampleScreening({ clock: machineClock }, { result: 'positive' })
    const answer = await fetch(`http://127.0.0.1:${port}/api/screenings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie },
      body: JSON.stringify(body),
    })
    assert.equal(answer.status, 201, await answer.text())
    ids.push(body.id)
  }
  for (let count = 0; count < cases / 2; count += 1) await enter()
  await untilSo(() => receiver.events('tracing').length > 0)
  // From now on it holds what it gets: the kill meets a batch that is on its way.
  receiver.setFault('tracing', { kind: 'slow', milliseconds: 120_000 })
  for (let count = cases / 2; count < cases; count += 1) await enter()
  const database = await openDatabaseBesides(null, folder)
  const sql = database.pools.worker
  try {
    const claimed = async (): Promise<number> =>
      (
        await sql`
          -- across sites: a test looks at what is on its way
          select 1 from feed_item where feed = 'tracing' and sent_at is not null and done_at is null
            and claimed_until > now()`
      ).length
    await untilSo(async () => (await claimed()) > 0)
    await endProcess(first, 'SIGKILL')
    assert.ok((await claimed()) > 0, 'nobody noted what became of the batch')
    // The lease of two minutes, without waiting for it.
    await sql`update feed_item set claimed_until = claimed_until - interval '2 minutes', due_at = least(due_at, now())
      where claimed_until is not null`
  } finally {
    await database.close()
  }
  receiver.setFault('tracing', { kind: 'none' })
  const second = await startServerProcess(folder, port, environment)
  context.after(() => endProcess(second, 'SIGKILL'))
  try {
    await untilSo(() => receiver.current('tracing').size >= cases)
    assert.equal(receiver.current('tracing').size, ids.length)
    assert.ok(receiver.duplicates('tracing') > 0)
    const events = receiver.events('tracing')
    assert.equal(new Set(events.map(({ id }) => id)).size, events.length)
    assert.equal(new Set(events.map(({ subject }) => subject)).size, ids.length)
  } finally {
    await endProcess(second, 'SIGTERM')
  }
  assert.equal(second.exitCode, 0)
})
