/** The probe of laboratories against their real port: acknowledged, and of nobody. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { demoLaboratory } from '@sidep/dev'
import {
  type LaboratoryBesidePortal,
  siteId,
  startBesidePortal,
} from '../../laboratory/running-testing.ts'
import { systemClock, systemRandomBytes } from '../../platform/clock.ts'
import type { LaboratoryProbe } from '../watch-configuration.ts'
import { probeMessage, sendMessage, sendProbeMessage } from './laboratory.ts'

let running: LaboratoryBesidePortal
let probe: LaboratoryProbe
before(async () => {
  running = await startBesidePortal('probe-laboratory', {}, { PROBE_SITES: siteId })
  const { files, laboratory } = running
  probe = {
    host: 'localhost',
    port: laboratory.port,
    certificate: await readFile(files.certificate, 'utf8'),
    privateKey: await readFile(files.privateKey, 'utf8'),
    authority: await readFile(files.authority, 'utf8'),
    site: siteId,
    biologist: demoLaboratory.professionalId,
  }
})
after(() => running?.close())
const inTime = (): AbortSignal => AbortSignal.timeout(10_000)

test('a message of nobody is durable and reaches nobody; one of a person is refused at that site', async () => {
  await sendProbeMessage(probe, systemClock.now(), systemRandomBytes, inTime())
  const sql = running.server.platform.database
  const count = async (table: string) => (await sql`select 1 from ${sql(table)}`).length
  assert.deepEqual([await count('screening'), await count('outbox')], [1, 0])
  const real = probeMessage(probe, systemClock.now(), 'SONDE2').replace(
    'SONDE^ESSAI DE FONCTIONNEMENT',
    'TESTNOM^ANNE',
  )
  assert.notEqual(await sendMessage(probe, real, inTime()), 'CA')
  assert.equal(await count('screening'), 1)
})

test('a port that is away, or that keeps silent, is a failure in time', async () => {
  const away = { ...probe, port: 9 }
  await assert.rejects(sendProbeMessage(away, systemClock.now(), systemRandomBytes, inTime()))
  const over = AbortSignal.timeout(1)
  await assert.rejects(sendProbeMessage(probe, systemClock.now(), systemRandomBytes, over))
})
