/** What a copy of the database is worth later, and changing the key-encryption key while everything runs. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { systemRandomBytes } from './clock.ts'
import type { OpenDatabase } from './database.ts'
import { type KeyEncryption, makeKeyEncryption } from './key-encryption-key.ts'
import { openKeyEpochs } from './key-epochs.ts'
import { notWrappedBy, rewrapDataKeys } from './rewrap.ts'
import { openTestDatabases } from './test-databases.ts'
import { makeTestClock } from './testing.ts'
import { openVault, VaultError } from './vault.ts'

const folder = mkdtempSync(join(tmpdir(), 'sidep-epochs-'))
const week = 7 * 24 * 3_600_000
const plain = Buffer.from('Maël Le Goff-Kermeur')
let databases: Awaited<ReturnType<typeof openTestDatabases>>

before(async () => {
  databases = await openTestDatabases(folder)
})
after(async () => {
  await databases.close()
  rmSync(folder, { recursive: true, force: true })
})

const refusedWith = (code: string) => (error: unknown) =>
  error instanceof VaultError && error.code === code

let grounds = 0

/** A portal on a database of its own, and its copies. */
const makeGround = async (name: string, { start = '2021-08-13T15:30:00Z', epochs = name } = {}) => {
  grounds += 1
  const database: OpenDatabase = await databases.open(grounds)
  const clock = makeTestClock(start)
  const keys = [systemRandomBytes(32)]
  const encryption = (known: () => readonly Uint8Array[] = () => keys): KeyEncryption =>
    makeKeyEncryption(
      known,
      openKeyEpochs(join(folder, `${epochs}-epochs`), systemRandomBytes),
      systemRandomBytes,
    )
  const sql = database.pools.login
  const open = (using = encryption()) => openVault(sql, using, clock, systemRandomBytes)
  return { sql, clock, keys, encryption, open, close: () => database.close() }
}

test('a copy of the database with every key of today opens nothing of a week that is past its time', async () => {
  const { sql, clock, open, close } = await makeGround('copy')
  try {
    const vault = await open()
    const sealed = vault.seal(plain, 'x')
    const hash = vault.weekHash(sealed.keyId, 'person', 'LE GOFF|MAEL|1987-03-09')
    const copy = await sql`select * from data_key`
    clock.advance(20 * week)
    await vault.refresh()
    assert.ok((await vault.removeKeysBefore(new Date(clock.now().getTime() - 13 * week))) > 0)

    // Somebody who kept the copy and has the key-encryption key, the file of epochs and the running database.
    await sql`delete from data_key where period = any(${copy.map(({ period }) => period)})`
    for (const row of copy)
      await sql`insert into data_key overriding system value values ${sql([...Object.values(row)])}`
    const thief = await open()
    assert.throws(() => thief.open(sealed.keyId, sealed.sealed, 'x'), refusedWith('KEY_REMOVED'))
    assert.throws(
      () => thief.weekHash(sealed.keyId, 'person', 'LE GOFF|MAEL|1987-03-09'),
      refusedWith('KEY_REMOVED'),
    )
    const again = thief.weekHash(thief.seal(plain, 'x').keyId, 'person', 'LE GOFF|MAEL|1987-03-09')
    assert.notDeepEqual(again, hash)
  } finally {
    await close()
  }
})

test('a person is found in every week since, and in no week before', async () => {
  const { clock, open, close } = await makeGround('weeks')
  try {
    const vault = await open()
    const first = vault.seal(plain, 'x').keyId
    clock.advance(week)
    await vault.refresh()
    const second = vault.seal(plain, 'x').keyId
    assert.notEqual(first, second)
    const since = new Date(clock.now().getTime() - week)
    assert.deepEqual([...vault.weekKeysSince(since)].sort(), [first, second].sort())
    assert.deepEqual(vault.weekKeysSince(clock.now()), [second])
    assert.equal(vault.holds(first) && !vault.holds(0), true)
  } finally {
    await close()
  }
})

test('what lasts is wrapped anew each week, so that a copy does not hold it for ever', async () => {
  const { sql, clock, open, close } = await makeGround('root')
  try {
    const vault = await open()
    const before = vault.searchHash('session-token', 'a')
    const rootOf = async () =>
      (await sql<{ epoch: string }[]>`select epoch from data_key where period = 'root'`)[0]?.epoch
    const epoch = await rootOf()
    clock.advance(week)
    await vault.refresh()
    assert.notEqual(await rootOf(), epoch)
    assert.deepEqual((await open()).searchHash('session-token', 'a'), before)
  } finally {
    await close()
  }
})

test('keys of before there were epochs get theirs, and what they sealed stays readable', async () => {
  const { sql, clock, keys, open, close } = await makeGround('legacy')
  try {
    const [key] = keys
    assert.ok(key)
    const old = await openVault(sql, key, clock, systemRandomBytes)
    const sealed = old.seal(plain, 'x')
    await sql`update data_key set wrapping_key = null`
    const vault = await open()
    assert.deepEqual(Buffer.from(vault.open(sealed.keyId, sealed.sealed, 'x')), plain)
    const [row] = await sql`select count(*)::int as count from data_key where epoch is null`
    assert.equal(row?.count, 0)
  } finally {
    await close()
  }
})

test('the key-encryption key is changed while servers run: both are read meanwhile, and after it the old one is of no use', async () => {
  const { sql, clock, keys, encryption, open, close } = await makeGround('rewrap')
  try {
    const running = await open()
    const sealed = running.seal(plain, 'x')
    const next = systemRandomBytes(32)
    const both = encryption(() => [...keys, next])
    const nextId = both.keyIds()[1]
    assert.ok(nextId)
    const told: number[] = []
    const rewrap = () =>
      rewrapDataKeys(sql, both, nextId, async (_sql, count) => {
        told.push(count)
      })
    // Cut off: nothing is half done, and the next try does it.
    await assert.rejects(
      rewrapDataKeys(sql, both, nextId, () => Promise.reject(new Error('cut off'))),
      /cut off/,
    )
    assert.ok((await notWrappedBy(sql, nextId)) > 0)
    assert.equal(await rewrap(), 3)
    assert.equal(await notWrappedBy(sql, nextId), 0)
    assert.equal(await rewrap(), 0)
    assert.deepEqual(told, [3])

    // One that runs keeps working, one with both reads it, one with the new one alone too, one with the old one not.
    assert.deepEqual(Buffer.from(running.open(sealed.keyId, sealed.sealed, 'x')), plain)
    for (const known of [() => [...keys, next], () => [next]]) {
      const vault = await open(encryption(known))
      assert.deepEqual(Buffer.from(vault.open(sealed.keyId, sealed.sealed, 'x')), plain)
    }
    await assert.rejects(open(), refusedWith('KEY_ENCRYPTION_KEY_WRONG'))
    // A running one that knows both makes the next week's key, which either reads.
    const beside = await open(both)
    clock.advance(week)
    await beside.refresh()
    const made = beside.seal(plain, 'y')
    const other = await open(encryption(() => [...keys, next]))
    assert.deepEqual(Buffer.from(other.open(made.keyId, made.sealed, 'y')), plain)
  } finally {
    await close()
  }
})

test('a file of keys that got a new first line is read again when a key is met that it wrapped', async () => {
  const { sql, keys, encryption, open, close } = await makeGround('file')
  try {
    let inFile = [...keys]
    const running = encryption(() => inFile)
    const vault = await open(running)
    inFile = [systemRandomBytes(32), ...keys]
    const changed = encryption(() => inFile)
    const [first] = changed.keyIds()
    assert.ok(first)
    await rewrapDataKeys(sql, changed, first, async () => {})
    await vault.refresh()
    assert.deepEqual(running.keyIds(), changed.keyIds())
  } finally {
    await close()
  }
})

test('another database that is started with the same file of epochs gives up nothing of this one', async () => {
  const ours = await makeGround('ours')
  const vault = await ours.open()
  const sealed = vault.seal(plain, 'x')
  const stranger = await makeGround('stranger', { start: '2022-08-13T15:30:00Z', epochs: 'ours' })
  try {
    await (await stranger.open()).refresh()
    const again = await ours.open()
    assert.deepEqual(Buffer.from(again.open(sealed.keyId, sealed.sealed, 'x')), plain)
  } finally {
    await stranger.close()
    await ours.close()
  }
})
