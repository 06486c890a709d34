import assert from 'node:assert/strict'
import { mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { dayMilliseconds } from '@sidep/time'
import { loadTrust } from '@sidep/trust'
import { verify } from '@sidep/verdict'
import { systemClock, systemRandomBytes } from '../platform/clock.ts'
import { Problem } from '../platform/problems.ts'
import type { CertificateRequest } from './issue.ts'
import { trustContent } from './issuing-keys.ts'
import { readKeyFolder } from './key-folder.ts'
import { scheduleOf } from './key-schedule.ts'
import { openSigners } from './signers.ts'
import { startThreadedIssuance, type ThreadSetting } from './threaded-issuance.ts'

const folder = mkdtempSync(join(tmpdir(), 'sidep-issuing-thread-'))
after(() => rmSync(folder, { recursive: true }))

const configuration = {
  mode: 'development',
  keysDirectory: join(folder, 'keys'),
  pkcs11: null,
  issuance: { dccValidityDays: 365, country: 'FR', issuerName: 'Ministère des essais' },
} as const
const signers = await openSigners(configuration, systemClock, systemRandomBytes)
const schedule = scheduleOf(await readKeyFolder(configuration.keysDirectory))

const request = (changes: Partial<CertificateRequest> = {}): CertificateRequest => ({
  person: { familyName: 'ESSAI', firstNames: 'Zoé', birthDate: '1987-03-09', sex: 'F' },
  kind: { dccTestType: 'LP217198-3', loinc: '945584' },
  disease: '840539006',
  deviceId: '1232',
  deviceName: null,
  sampledAt: new Date(Date.now() - 900_000),
  result: 'negative',
  centre: 'Pharmacie du Parvis',
  ...changes,
})

const failed = (error: unknown): boolean =>
  error instanceof Problem && error.code === 'ISSUANCE_FAILED'

/** A running thread, the worker of each start, and what was told of their ends. */
const open = async (
  issuance: ThreadSetting['configuration']['issuance'] = configuration.issuance,
) => {
  const workers: Worker[] = []
  const ends: string[] = []
  const refused: unknown[] = []
  const threaded = await startThreadedIssuance(
    {
      configuration: { ...configuration, issuance },
      onRefused: (mismatch) => refused.push(mismatch),
      onThreadEnd: ({ message }) => ends.push(message),
      onKeysNotChanged: (reason) => ends.push(reason),
    },
    schedule,
    (setting: ThreadSetting) => {
      const worker = new Worker(new URL('./issuance-thread.ts', import.meta.url), {
        workerData: setting,
      })
      workers.push(worker)
      return worker
    },
  )
  return { issuance: threaded, workers, ends, refused }
}

test('what the thread issues, each to its own request, our verifier accepts', async () => {
  const { issuance } = await open()
  const trust = await loadTrust(trustContent(signers))
  const names = Array.from({ length: 20 }, (_, index) => `ESSAI-${'ABCDEFGHIJKLMNOPQRST'[index]}`)
  const issued = await Promise.all(
    names.map((familyName) =>
      issuance.issue(request({ person: { ...request().person, familyName } })),
    ),
  )
  for (const [index, { hcert, twoddoc, issuedAt }] of issued.entries()) {
    for (const text of [hcert ?? '', twoddoc]) {
      const verdict = await verify(text, trust, issuedAt, { kind: 'pass', country: 'FR' })
      assert.equal(verdict.code, 'ACCEPTED')
      assert.equal(verdict.certificate?.familyName.replace(' ', '-'), names[index])
    }
  }
  await issuance.close()
})

test('the thread issues a certificate of recovery within its days, and none before', async () => {
  const { issuance } = await open()
  const trust = await loadTrust(trustContent(signers))
  const { person, disease } = request()
  const after = (days: number) =>
    issuance.issueRecovery({
      person,
      disease,
      testType: 'LP6464-4',
      sampledAt: new Date(Date.now() - days * dayMilliseconds),
      timeZone: 'Europe/Paris',
    })
  const { hcert, uvci, issuedAt } = await after(12)
  const verdict = await verify(hcert, trust, issuedAt, { kind: 'pass', country: 'FR' })
  assert.equal(verdict.code, 'ACCEPTED')
  assert.equal(verdict.certificate?.id, uvci)
  await assert.rejects(after(9), failed)
  await assert.rejects(after(182), failed)
  await issuance.close()
})

test('who waits for one certificate has it before a backlog that was asked for first', async () => {
  const { issuance } = await open()
  const ended: string[] = []
  const backlog = Array.from({ length: 4 }, () =>
    issuance
      .issueMany(
        Array.from({ length: 100 }, () => request()),
        false,
      )
      .then((outcomes) => {
        ended.push('backlog')
        return outcomes
      }),
  )
  const single = issuance.issue(request()).then(() => ended.push('single'))
  await Promise.all([...backlog, single])
  assert.equal(ended[0], 'single')
  for (const outcomes of await Promise.all(backlog)) {
    assert.equal(outcomes.length, 100)
    for (const outcome of outcomes) assert.ok(!(outcome instanceof Problem))
  }
  await issuance.close()
})

test('a thread that dies fails what it held, and the next request finds another', async () => {
  const { issuance, workers, ends } = await open()
  const held = issuance.issue(request()).catch((error: unknown) => error)
  await workers[0]?.terminate()
  const outcome = await held
  assert.ok(failed(outcome), String(outcome))
  assert.deepEqual(ends, ['the issuing thread ended'])
  assert.match((await issuance.issue(request())).twoddoc, /^DC04/)
  assert.equal(workers.length, 2)
  await issuance.close()
  assert.equal(ends.length, 1)
})

test('keys exchanged under a running server sign nothing; put back, they do', async () => {
  const { issuance, workers, ends } = await open()
  const aside = join(folder, 'aside')
  renameSync(configuration.keysDirectory, aside)
  await openSigners(configuration, systemClock, systemRandomBytes)
  await workers[0]?.terminate()
  await assert.rejects(issuance.issue(request()), failed)
  assert.match(ends.at(-1) ?? '', /not those the server was started with/)
  rmSync(configuration.keysDirectory, { recursive: true })
  renameSync(aside, configuration.keysDirectory)
  assert.match((await issuance.issue(request())).twoddoc, /^DC04/)
  await issuance.close()
})

test('what our own check refuses is told, and is ISSUANCE_FAILED', async () => {
  // Signed as asked, and refused when read back: a certificate without a country is none.
  const { issuance, refused } = await open({ ...configuration.issuance, country: '' })
  await assert.rejects(issuance.issue(request()), failed)
  assert.partialDeepStrictEqual(refused, [{ format: 'hcert', step: 'schema' }])
  await issuance.close()
})

test('a closed room issues nothing', async () => {
  const { issuance } = await open()
  await issuance.close()
  await assert.rejects(issuance.issue(request()), failed)
})
