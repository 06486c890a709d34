import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { systemRandomBytes } from './clock.ts'
import type { OpenDatabase } from './database.ts'
import { openTestDatabase } from './test-databases.ts'
import { makeTestClock, testStart } from './testing.ts'
import { openVault, VaultError } from './vault.ts'

const keyEncryptionKey = systemRandomBytes(32)
let database: OpenDatabase
const week = 7 * 24 * 3_600_000
const plain = Buffer.from('Maël Le Goff-Kermeur')

before(async () => {
  database = await openTestDatabase()
})
after(() => database.close())

const open = (start = testStart) => {
  const clock = makeTestClock(start)
  return openVault(database.pools.login, keyEncryptionKey, clock, systemRandomBytes).then(
    (vault) => ({ vault, clock }),
  )
}
const refusedWith = (code: string) => (error: unknown) =>
  error instanceof VaultError && error.code === code

test('a sealed value opens in its own context, in another process too', async () => {
  const { vault } = await open()
  const { keyId, sealed } = vault.seal(plain, 'screening|a|1')
  assert.equal(Buffer.from(sealed).includes('Kermeur'), false)
  const { vault: other } = await open()
  assert.deepEqual(Buffer.from(other.open(keyId, sealed, 'screening|a|1')), plain)
})

test('a sealed value moved to another row, cut or changed is refused with SEAL_BROKEN', async () => {
  const { vault } = await open()
  const { keyId, sealed } = vault.seal(plain, 'screening|a|1')
  assert.throws(() => vault.open(keyId, sealed, 'screening|a|2'), refusedWith('SEAL_BROKEN'))
  assert.throws(
    () => vault.open(keyId, sealed.subarray(0, 20), 'screening|a|1'),
    refusedWith('SEAL_BROKEN'),
  )
  const changed = Uint8Array.from(sealed)
  changed[15] = (changed[15] ?? 0) ^ 1
  assert.throws(() => vault.open(keyId, changed, 'screening|a|1'), refusedWith('SEAL_BROKEN'))
})

test('removing the key of a past week makes its values unreadable and leaves the others', async () => {
  const { vault, clock } = await open('2021-09-01T12:00:00Z')
  const old = vault.seal(plain, 'x')
  clock.advance(week)
  await vault.refresh()
  const young = vault.seal(plain, 'x')
  assert.notEqual(old.keyId, young.keyId)
  assert.ok((await vault.removeKeysBefore(clock.now())) >= 1)
  assert.throws(() => vault.open(old.keyId, old.sealed, 'x'), refusedWith('KEY_REMOVED'))
  assert.deepEqual(Buffer.from(vault.open(young.keyId, young.sealed, 'x')), plain)
  const { vault: other } = await open('2021-09-08T12:00:00Z')
  assert.throws(() => other.open(old.keyId, old.sealed, 'x'), refusedWith('KEY_REMOVED'))
})

test('the week that is not over keeps its key', async () => {
  const { vault, clock } = await open('2021-11-03T12:00:00Z')
  const { keyId, sealed } = vault.seal(plain, 'x')
  await vault.removeKeysBefore(clock.now())
  assert.deepEqual(Buffer.from(vault.open(keyId, sealed, 'x')), plain)
})

test('keyed hashes are the same in every process, differ by scope, and outlive the removal of keys', async () => {
  const { vault, clock } = await open('2021-12-01T12:00:00Z')
  const hash = vault.searchHash('person', 'LE GOFF|1987-03-09')
  clock.advance(week * 2)
  await vault.refresh()
  await vault.removeKeysBefore(clock.now())
  const { vault: other } = await open('2021-12-15T12:00:00Z')
  assert.deepEqual(other.searchHash('person', 'LE GOFF|1987-03-09'), hash)
  assert.notDeepEqual(other.searchHash('request', 'LE GOFF|1987-03-09'), hash)
})

test('another key-encryption key is refused at start with KEY_ENCRYPTION_KEY_WRONG', async () => {
  await open()
  await assert.rejects(
    openVault(
      database.pools.login,
      systemRandomBytes(32),
      makeTestClock(testStart),
      systemRandomBytes,
    ),
    refusedWith('KEY_ENCRYPTION_KEY_WRONG'),
  )
})
