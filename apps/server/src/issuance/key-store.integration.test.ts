/** What the schedule in the database may say of keys: when they sign, and nothing about what they are for. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clusterOfFile } from '../platform/testing.ts'
import { openKeyRings } from './key-rings.ts'
import { readSchedule } from './key-store.ts'

const cluster = await clusterOfFile()
const portal = await cluster.portal()

const scopes = ['dcc', 'twoddoc', 'bundle', 'session', 'continuity'] as const

test('a certificate of one scope is no signer of another, whatever its row says', async () => {
  const { configuration, clock, randomBytes, database } = portal.server.platform
  const { rootCertificate } = await openKeyRings({ configuration, clock, randomBytes, database })
  const before = await readSchedule(database, rootCertificate)
  assert.deepEqual(new Set(before.map(({ scope }) => scope)), new Set(scopes))
  for (const scope of scopes) {
    await database`
      insert into signing_key (scope, key_id, certificate, ca_id, certificate_id, published_at, signs_from)
      select ${scope}, key_id, certificate, 'FR99', 'sidep ' || scope, now(), now() from signing_key
      on conflict do nothing`
  }
  assert.deepEqual(await readSchedule(database, rootCertificate), before)
})

test('a row that names its certificate by another key id is none of ours', async () => {
  const { configuration, clock, randomBytes, database } = portal.server.platform
  const { rootCertificate } = await openKeyRings({ configuration, clock, randomBytes, database })
  const before = await readSchedule(database, rootCertificate)
  await database`
    insert into signing_key (scope, key_id, certificate, published_at, signs_from)
    select scope, '\\x0102030405060708', certificate, now(), now() from signing_key where scope = 'dcc' limit 1`
  assert.deepEqual(await readSchedule(database, rootCertificate), before)
})
