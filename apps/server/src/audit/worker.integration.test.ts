import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { systemRandomBytes } from '../platform/clock.ts'
import { makeMetrics } from '../platform/metrics.ts'
import { fixedRing } from '../platform/signer.ts'
import {
  type AuditGround,
  type AuditGrounds,
  nothingErased,
  silentLog,
  startAuditGrounds,
} from './testing.ts'
import { type AuditWorkerDependencies, makeLook, startAuditWorker } from './worker.ts'

let grounds: AuditGrounds
before(async () => {
  grounds = await startAuditGrounds()
})
after(() => grounds.close())

const dependenciesOf = (ground: AuditGround): AuditWorkerDependencies => ({
  database: ground.sql,
  clock: ground.clock,
  randomBytes: systemRandomBytes,
  vault: ground.vault,
  signer: fixedRing(ground.signers.scopes.continuity),
  rootCertificate: ground.signers.rootCertificate,
  retention: { identifyingDays: 92, tracesDays: 184 },
  erasedUntil: nothingErased,
  log: silentLog,
  metrics: makeMetrics(),
})
const actsOf = async ({ sql }: AuditGround): Promise<string[]> => {
  const rows = await sql<{ act: string }[]>`
    select act from audit where site_id = 'portal' order by sequence`
  return rows.map(({ act }) => act)
}

test('the worker signs the heads and runs retention at its first look, and stops when told', async () => {
  const ground = await grounds.ground()
  await ground.act('750712184', 2)
  const worker = startAuditWorker(dependenciesOf(ground))
  while ((await actsOf(ground)).length < 2) await wait(5)
  await worker.stop()
  assert.deepEqual(await actsOf(ground), ['audit.heads-signed', 'retention.run'])
})

test('looks on the same day do nothing; the next day’s look signs and runs again', async () => {
  const ground = await grounds.ground()
  await ground.act('750712184')
  const look = makeLook(dependenciesOf(ground), new AbortController().signal)
  await look()
  await look()
  assert.equal((await actsOf(ground)).length, 2)
  ground.clock.advance(86_400_000)
  await look()
  assert.equal((await actsOf(ground)).length, 4)
})

test('a signer that fails keeps no retention from running, and is counted', async () => {
  const ground = await grounds.ground()
  await ground.act('750712184')
  const dependencies = dependenciesOf(ground)
  const signer = fixedRing({
    ...dependencies.signer.current(),
    sign: () => Promise.reject(new Error('hardware away')),
  })
  await makeLook({ ...dependencies, signer }, new AbortController().signal)()
  assert.deepEqual(await actsOf(ground), ['retention.run'])
  assert.match(dependencies.metrics.render(), /sidep_audit_failures_total\{task="sign-heads"\} 1/)
})
