/** `DATABASE_URL` with several hosts: the portal works with the one that writes, and follows when that becomes another. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import postgres from 'postgres'
import { readinessOf, temporaryFolder, untilReadiness } from '../fault-testing.ts'
import { startServer } from '../index.ts'
import { openDatabase } from './database.ts'
import { type EmbeddedDatabase, startEmbeddedDatabase } from './embedded/cluster.ts'
import { startFaultyProxy } from './faulty-proxy.ts'
import { testConfiguration } from './testing.ts'

const folder = temporaryFolder('several-hosts')
const stack = new AsyncDisposableStack()
after(() => stack.disposeAsync())

const socketOf = ({ connection: { host } }: EmbeddedDatabase): string => join(host, '.s.PGSQL.5432')
/** PostgreSQL manual 26.2: with this file it starts as a standby, until it is promoted. */
const makeStandby = (name: string): void =>
  writeFileSync(join(folder, name, 'postgres', 'standby.signal'), '')

test('a portal with two hosts works with the primary, wherever it stands, and follows it within seconds when it is another', {
  timeout: 180_000,
}, async () => {
  await (await openDatabase(null, join(folder, 'one'))).close()
  execFileSync('cp', ['--archive', join(folder, 'one'), join(folder, 'two')])
  let one = await startEmbeddedDatabase(join(folder, 'one'))
  stack.defer(() => one.stop())
  makeStandby('two')
  const two = await startEmbeddedDatabase(join(folder, 'two'))
  stack.defer(() => two.stop())
  const proxies = await Promise.all(
    [two, one].map((database) => startFaultyProxy({ path: socketOf(database) })),
  )
  for (const proxy of proxies) stack.defer(() => proxy.close())
  const { user, password } = one.connection
  const hosts = proxies.map(({ port }) => `127.0.0.1:${port}`).join(',')
  const server = await startServer(
    testConfiguration(folder, {
      DATABASE_URL: `postgres://${user}:${password}@${hosts}/sidep?target_session_attrs=read-write`,
    }),
    { pages: null },
  )
  stack.defer(() => server.close())
  const address = `http://127.0.0.1:${server.port}`
  const { database } = server.platform
  const write = () => database`select pg_logical_emit_message(true, 'sidep', 'tried')`
  assert.equal(await readinessOf(address), '200 ready')
  await write()

  await one.stop()
  await untilReadiness(address, /^503 /)
  await assert.rejects(write())
  const administrator = postgres({ ...two.connection, database: 'postgres', max: 1 })
  await administrator`select pg_promote()`
  await administrator.end()
  await untilReadiness(address, /^200 ready$/)
  await write()

  // The one of before comes back as a standby, at the place that was the primary's: nobody goes there.
  makeStandby('one')
  one = await startEmbeddedDatabase(join(folder, 'one'))
  for (let asked = 0; asked < 10; asked += 1) await write()
  assert.equal(await readinessOf(address), '200 ready')
})
