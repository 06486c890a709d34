import assert from 'node:assert/strict'
import { appendFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openIncidents } from './incidents/board.ts'
import type { EventOf, WatchEvent } from './incidents/events.ts'
import { leaveOrder, openWatchStore } from './store.ts'

const folder = await mkdtemp(join(tmpdir(), 'sidep-watch-'))
after(() => rm(folder, { recursive: true, force: true }))

const at = '2026-11-30T14:00:00.000Z'
const opened: WatchEvent = {
  type: 'opened',
  at,
  incident: '2026-11-30/1',
  component: 'ecps',
  rule: 'probe',
  code: 'ECONNREFUSED',
  since: at,
  departments: [],
  sites: null,
}
const taken: EventOf<'taken'> = { type: 'taken', at, incident: '2026-11-30/1', by: 'c.essai' }

test('a log whose last line was cut off by a crash is read as far as it is whole, and goes on after it', async () => {
  const store = await openWatchStore(folder, new Date(at))
  await store.append([opened])
  await store.close()
  await appendFile(join(folder, 'events.ndjson'), JSON.stringify(taken).slice(0, 30))

  const again = await openWatchStore(folder, new Date(at))
  assert.deepEqual(
    openIncidents(again.board).map(({ id, taken: by }) => [id, by]),
    [['2026-11-30/1', null]],
  )
  await again.append([taken])
  await again.close()

  const last = await openWatchStore(folder, new Date(at))
  assert.equal(openIncidents(last.board)[0]?.taken?.by, 'c.essai')
  await last.close()
  const lines = (await readFile(join(folder, 'events.ndjson'), 'utf8')).split('\n')
  assert.equal(lines.length, 3)
})

test('what is past its time leaves the log, an open incident never', async () => {
  const later = new Date('2027-06-30T00:00:00.000Z')
  const store = await openWatchStore(folder, later)
  assert.equal(openIncidents(store.board).length, 1)
  await store.append([{ type: 'closed', at, incident: '2026-11-30/1' }])
  await store.close()
  const again = await openWatchStore(folder, later)
  assert.deepEqual(again.board.incidents, [])
  await again.close()
})

test('an order is heard once, and again when the watcher died before it had heard', async () => {
  const store = await openWatchStore(folder, new Date(at))
  await leaveOrder(folder, '1', taken)
  const heard: WatchEvent[] = []
  await assert.rejects(store.takeOrders(() => Promise.reject(new Error('full'))))
  await store.takeOrders(async (orders) => {
    heard.push(...orders)
  })
  assert.equal(heard.length, 1)
  assert.deepEqual(heard[0], taken)
  await store.takeOrders(async (orders) => {
    heard.push(...orders)
  })
  assert.equal(heard.length, 1)
  assert.deepEqual(await readdir(join(folder, 'orders')), [])
  await store.close()
})
