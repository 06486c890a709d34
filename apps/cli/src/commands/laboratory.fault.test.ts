/**
 * Invariant 1 at the laboratories' way in: kill -9 at random instants between commit and acknowledgement; whatever is sent
 * again is answered the same, nothing is missing and nothing is there twice. SIDEP_KILL_ROUNDS and SIDEP_KILL_SEED as
 * in the server's own test.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import {
  connectSender,
  demoLaboratory,
  ensureLaboratoryFolder,
  type LaboratoryFiles,
  type LaboratorySender,
} from '@sidep/dev'
import {
  endProcess,
  killRounds as rounds,
  killSeed as seed,
  temporaryFolder,
} from '@sidep/server/fault-testing.ts'
import { messageOf } from '@sidep/server/laboratory/testing.ts'
import { openDatabase } from '@sidep/server/platform/database.ts'
import { seeded } from '@sidep/server/platform/seeded-testing.ts'

const senders = 8
const random = seeded(seed)
const folder = temporaryFolder('laboratory-kill')
const program = resolve(import.meta.dirname, '../main.ts')

interface Laboratory {
  readonly child: ChildProcess
  readonly port: number
}

const startProcess = (files: LaboratoryFiles): Promise<Laboratory> => {
  const settings = {
    DATA_DIR: join(folder, 'data'),
    LOG_LEVEL: 'fatal',
    LABORATORY_DIRECTORY: files.directory,
    LABORATORY_AUTHORITY: files.authority,
    LABORATORY_TLS_CERTIFICATE: files.serverCertificate,
    LABORATORY_TLS_KEY: files.serverKey,
    LABORATORY_HOST: '127.0.0.1',
    LABORATORY_PORT: '0',
  }
  const child = spawn(process.execPath, [program, 'laboratory'], {
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  return new Promise((started, reject) => {
    const hear = (chunk: Buffer): void => {
      output += chunk.toString()
      const port = /laboratories on port (\d+)/.exec(output)?.[1]
      if (port !== undefined) started({ child, port: Number(port) })
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.once('exit', () => reject(new Error(`the laboratory did not start: ${output}`)))
  })
}

const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10).replaceAll('-', '')
const numbered = (number: string): string =>
  messageOf()
    .replaceAll('20261129', yesterday)
    .replaceAll('F001', number)
    .replaceAll('TEST00001', `M-${number}`)

const codeIn = (acknowledgement: string): string | undefined =>
  /\rMSA\|([A-Z]{2})\|/.exec(acknowledgement)?.[1]

test(`kill -9 under load, ${rounds} times: what laboratories were answered is there once (seed ${seed})`, {
  timeout: 120_000 + rounds * 40_000,
}, async (context) => {
  const files = await ensureLaboratoryFolder(join(folder, 'laboratory'), {
    now: new Date(),
    serverNames: ['localhost'],
  })
  const acknowledged = new Set<string>()
  const unanswered = new Set<string>()
  let count = 0

  const sendUntilDead = async (sender: LaboratorySender): Promise<void> => {
    for (;;) {
      count += 1
      const number = `K${count}`
      unanswered.add(number)
      const answer = await sender.send(numbered(number)).catch(() => null)
      if (answer === null) return
      assert.equal(codeIn(answer), 'CA', answer)
      unanswered.delete(number)
      acknowledged.add(number)
    }
  }

  for (let round = 1; round <= rounds; round += 1) {
    const { child, port } = await startProcess(files)
    const load = Array.from({ length: senders }, async () =>
      sendUntilDead(await connectSender({ port, files })),
    )
    // The first answer of this life, and then an instant of chance.
    const before = acknowledged.size
    while (acknowledged.size === before) await wait(5)
    await wait(Math.floor(random() * 400))
    await endProcess(child, 'SIGKILL')
    await Promise.all(load)
    context.diagnostic(`seed ${seed}, round ${round}: ${acknowledged.size} acknowledged`)
  }

  const { child, port } = await startProcess(files)
  const sender = await connectSender({ port, files })
  for (const number of [...unanswered, ...acknowledged]) {
    assert.equal(codeIn(await sender.send(numbered(number))), 'CA')
  }
  sender.close()
  await endProcess(child, 'SIGTERM')
  assert.equal(child.exitCode, 0)

  const database = await openDatabase(null, join(folder, 'data'))
  try {
    const siteId = demoLaboratory.sites[0].id
    const rows = await database.pools.worker<{ certificates: number; acts: number }[]>`
      select
        (select count(*)::int from certificate c where c.site_id = s.site_id and c.screening_id = s.id) as certificates,
        (select count(*)::int from audit a where a.site_id = s.site_id and a.subject = s.id::text) as acts
      from screening s where s.site_id = ${siteId}`
    assert.equal(rows.length, acknowledged.size + unanswered.size)
    for (const { certificates, acts } of rows) {
      assert.deepEqual({ certificates, acts }, { certificates: 1, acts: 1 })
    }
  } finally {
    await database.close()
  }
})
