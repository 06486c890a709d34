/**
 * Invariant 1 at the laboratories' way in: kill -9 at random instants, also between commit and acknowledgement; whatever is
 * sent again, at once and in the end, is answered the same, nothing is missing and nothing is there twice.
 * SIDEP_KILL_ROUNDS and SIDEP_KILL_SEED as in the server's own test: a thousand take some twenty minutes on two cores.
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
import { screeningIdOf } from '@sidep/server/laboratory/result-id.ts'
import { messageOf } from '@sidep/server/laboratory/testing.ts'
import { openDatabase } from '@sidep/server/platform/database.ts'
import { seeded } from '@sidep/server/platform/seeded-testing.ts'
import { fillFromTemplate } from '@sidep/server/platform/test-template.ts'

const senders = 8
const random = seeded(seed)
const folder = temporaryFolder('laboratory-kill')
const program = resolve(import.meta.dirname, '../main.ts')

interface Laboratory {
  readonly child: ChildProcess
  readonly port: number
}

/** Whatever fails, none of them is left running. */
const children = new Set<ChildProcess>()
const dataFolder = join(folder, 'data')

const startProcess = (files: LaboratoryFiles): Promise<Laboratory> => {
  const settings = {
    DATA_DIR: dataFolder,
    // Half of what a start costs.
    NODE_COMPILE_CACHE: join(folder, 'compiled'),
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
  children.add(child)
  child.once('exit', () => children.delete(child))
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

/** After the first answer of a life; a message takes some ten. */
const lifeMilliseconds = 150

test(`kill -9 under load, ${rounds} times: what laboratories were answered is there once (seed ${seed})`, {
  timeout: 120_000 + rounds * 40_000,
}, async (context) => {
  const files = await ensureLaboratoryFolder(join(folder, 'laboratory'), {
    now: new Date(),
    serverNames: ['localhost'],
  })
  await fillFromTemplate(dataFolder)
  const database = await openDatabase(null, dataFolder)
  const sql = database.pools.worker
  const siteId = demoLaboratory.sites[0].id
  const acknowledged = new Set<string>()
  const unanswered = new Set<string>()
  let count = 0
  let committed = 0

  const storedAmong = async (numbers: readonly string[]): Promise<number> => {
    const ids = numbers.map((number) => screeningIdOf(siteId, `${number}|pcr|`))
    const [row] = await sql<{ count: number }[]>`
      select count(*)::int as count from screening where site_id = ${siteId} and id in ${sql(ids)}`
    return row?.count ?? 0
  }

  /** What was not answered goes first, as a laboratory would have it. */
  const sendUntilDead = async (sender: LaboratorySender, again: string[]): Promise<void> => {
    for (;;) {
      count += 1
      const number = again.shift() ?? `K${count}`
      unanswered.add(number)
      const answer = await sender.send(numbered(number)).catch(() => null)
      if (answer === null) return
      assert.equal(codeIn(answer), 'CA', answer)
      unanswered.delete(number)
      acknowledged.add(number)
    }
  }

  try {
    // One that ends by itself leaves its compiled code to those that cannot.
    await endProcess((await startProcess(files)).child, 'SIGTERM')
    let next = startProcess(files)
    for (let round = 1; round <= rounds; round += 1) {
      const { child, port } = await next
      const again = [...unanswered]
      const load = Array.from({ length: senders }, async () =>
        sendUntilDead(await connectSender({ port, files }), again),
      )
      // The first answer of this life, and then an instant of chance.
      const before = acknowledged.size
      while (acknowledged.size === before) await wait(1)
      // Another takes over at once, as a second one beside it would.
      next = startProcess(files)
      await wait(Math.floor(random() * lifeMilliseconds))
      await endProcess(child, 'SIGKILL')
      await Promise.all(load)
      if (unanswered.size > 0) committed += await storedAmong([...unanswered])
      const isTold = round % Math.ceil(rounds / 10) === 0
      if (isTold)
        context.diagnostic(`seed ${seed}, round ${round}: ${acknowledged.size} acknowledged`)
    }

    const { child, port } = await next
    const left = [...unanswered, ...acknowledged]
    await Promise.all(
      Array.from({ length: senders }, async () => {
        const sender = await connectSender({ port, files })
        for (let number = left.pop(); number !== undefined; number = left.pop()) {
          assert.equal(codeIn(await sender.send(numbered(number))), 'CA')
        }
        sender.close()
      }),
    )
    await endProcess(child, 'SIGTERM')
    assert.equal(child.exitCode, 0)
    context.diagnostic(
      `${rounds} kills, ${acknowledged.size} acknowledged, ${committed} killed between commit and acknowledgement`,
    )

    const rows = await sql<{ certificates: number; acts: number }[]>`
      select
        (select count(*)::int from certificate c where c.site_id = s.site_id and c.screening_id = s.id) as certificates,
        (select count(*)::int from audit a where a.site_id = s.site_id and a.subject = s.id::text) as acts
      from screening s where s.site_id = ${siteId}`
    assert.equal(rows.length, new Set([...acknowledged, ...unanswered]).size)
    for (const { certificates, acts } of rows) {
      assert.deepEqual({ certificates, acts }, { certificates: 1, acts: 1 })
    }
  } finally {
    await Promise.all([...children].map((child) => endProcess(child, 'SIGKILL')))
    await database.close()
  }
})
