import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { readinessOf, temporaryFolder, untilReadiness } from '../fault-testing.ts'
import { startServer } from '../index.ts'
import { startEmbeddedDatabase } from './embedded/cluster.ts'
import { startFaultyProxy } from './faulty-proxy.ts'
import { testConfiguration } from './testing.ts'

const folder = temporaryFolder('readiness')
const stack = new AsyncDisposableStack()
after(() => stack.disposeAsync())

test('a server whose database has become a standby, which reads and does not write, is not ready', {
  timeout: 120_000,
}, async () => {
  let database = await startEmbeddedDatabase(folder)
  stack.defer(() => database.stop())
  const { host, user, password } = database.connection
  const proxy = await startFaultyProxy({ path: join(host, '.s.PGSQL.5432') })
  stack.defer(() => proxy.close())
  const server = await startServer(
    testConfiguration(folder, {
      DATABASE_URL: `postgres://${user}:${password}@127.0.0.1:${proxy.port}/postgres`,
    }),
    { pages: null },
  )
  stack.defer(() => server.close())
  const address = `http://127.0.0.1:${server.port}`
  assert.equal(await readinessOf(address), '200 ready')

  // PostgreSQL manual 26.2: with this file it starts as a standby, and answers queries that only read.
  const signal = join(folder, 'postgres', 'standby.signal')
  await database.stop()
  writeFileSync(signal, '')
  database = await startEmbeddedDatabase(folder)
  await untilReadiness(address, /^503 database-read-only$/)

  await database.stop()
  rmSync(signal)
  database = await startEmbeddedDatabase(folder)
  await untilReadiness(address, /^200 ready$/)
})
