import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openDatabase } from '../database.ts'
import { asOwner } from '../testing.ts'
import { parsePostmasterFile } from './postmaster.ts'

const folder = mkdtempSync(join(tmpdir(), 'sidep-cluster-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const pidFile = join(folder, 'postgres', 'postmaster.pid')
const postmaster = (): number => {
  const file = existsSync(pidFile) ? parsePostmasterFile(readFileSync(pidFile, 'utf8')) : null
  assert.ok(file)
  return file.pid
}
/** A process that has ended and waits to be collected has no command line any more. */
const isAlive = (pid: number): boolean =>
  existsSync(`/proc/${pid}/cmdline`) && readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== ''

test('a graceful stop leaves no process and no pid file', async () => {
  const database = await openDatabase(null, folder)
  const pid = postmaster()
  assert.ok(isAlive(pid))
  await database.close()
  assert.equal(isAlive(pid), false)
  assert.equal(existsSync(pidFile), false)
})

test('durability is on', async () => {
  const database = await openDatabase(null, folder)
  const settings = await database.pools.intake<{ name: string; setting: string }[]>`
    select name, setting from pg_settings
    where name in ('fsync', 'synchronous_commit', 'full_page_writes', 'listen_addresses')`
  assert.deepEqual(Object.fromEntries(settings.map(({ name, setting }) => [name, setting])), {
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    listen_addresses: '',
  })
  await database.close()
})

test('a second server on the same data folder refuses to start and does not disturb the first', {
  timeout: 60_000,
}, async () => {
  const first = await openDatabase(null, folder)
  await assert.rejects(openDatabase(null, folder), /another sidep runs on/)
  const [row] = await first.pools.intake`select 1 as one`
  assert.equal(row?.one, 1)
  await first.close()
})

test('a database killed with -9 starts again with all it acknowledged', async () => {
  const database = await openDatabase(null, folder)
  await asOwner(database.pools.intake, (owner) => owner`create table kept (number integer)`)
  for (let number = 0; number < 50; number += 1) {
    await database.pools.intake`insert into kept values (${number})`
  }
  process.kill(postmaster(), 'SIGKILL')
  await database.close()
  const again = await openDatabase(null, folder)
  const [row] = await again.pools.intake`select count(*)::int as count from kept`
  assert.equal(row?.count, 50)
  await again.close()
})

test('a database killed with -9 under a server that goes on is there again, and still that server’s', {
  timeout: 60_000,
}, async () => {
  const database = await openDatabase(null, folder)
  const killed = postmaster()
  process.kill(killed, 'SIGKILL')
  const isAnother = (): boolean => {
    const file = existsSync(pidFile) ? parsePostmasterFile(readFileSync(pidFile, 'utf8')) : null
    return file !== null && file.pid !== killed
  }
  // What was under way fails; what is asked later waits for the connection. One that lives may answer for a moment.
  while (!isAnother() || (await database.readiness()) !== 'ready') {
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  assert.notEqual(postmaster(), killed)
  // The lock of the owner went with the process; it is taken again a moment after the start.
  const isOwned = async (): Promise<boolean> => {
    const [row] = await database.pools.login<{ owned: boolean }[]>`
      select exists (select 1 from pg_locks where locktype = 'advisory' and classid = ${0x6f}) as owned`
    return row?.owned === true
  }
  while (!(await isOwned())) await new Promise((resolve) => setTimeout(resolve, 20))
  await assert.rejects(openDatabase(null, folder), /another sidep runs on/)
  await database.close()
  assert.equal(existsSync(pidFile), false)
})

test('a pid file of a process that is now somebody else is not believed', async () => {
  writeFileSync(pidFile, `${process.pid}\n${join(folder, 'postgres')}\n0\n5432\n/tmp\n\n\nready\n`)
  const database = await openDatabase(null, folder)
  assert.notEqual(postmaster(), process.pid)
  await database.close()
  assert.ok(isAlive(process.pid))
})
