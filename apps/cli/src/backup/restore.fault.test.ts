/**
 * A portal under load, backed up, and restored to random seconds: what was answered before is there, what came later is
 * listed and can be sent again, the audit chains are as they were written, and nobody who was erased comes back.
 * SIDEP_RESTORE_ROUNDS sets the number of rounds, SIDEP_RESTORE_SEED replays one run.
 */
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { ScreeningInput } from '@sidep/contracts'
import { type Configuration, parseConfiguration } from '@sidep/server'
import { runRetention } from '@sidep/server/audit/retention/run.ts'
import {
  endProcess,
  machineClock,
  startServerProcess,
  temporaryFolder,
  untilReady,
} from '@sidep/server/fault-testing.ts'
import { type OpenDatabase, openDatabaseBesides } from '@sidep/server/platform/database.ts'
import { freePort } from '@sidep/server/platform/free-port.ts'
import { seeded } from '@sidep/server/platform/seeded-testing.ts'
import {
  asOwner,
  cookieForServersOn,
  sampleScreening,
  testSites,
} from '@sidep/server/platform/testing.ts'
import { retentionDependenciesOf } from '../commands/retention.ts'
import { runCommand } from '../testing.ts'
import type { LostAct } from './lost-acts.ts'
import type { Restored } from './restore-portal.ts'

const rounds = Number(process.env.SIDEP_RESTORE_ROUNDS ?? 1)
const seed = Number(process.env.SIDEP_RESTORE_SEED ?? randomInt(2 ** 31))
const random = seeded(seed)
const senders = 4

const folder = temporaryFolder('restore')
const data = join(folder, 'data')
const backups = join(folder, 'backups')
const environment = { DATA_DIR: data, KEYS_DIR: '', DATABASE_URL: '' }

const configurationOf = (): Configuration => {
  const parsed = parseConfiguration(environment, folder)
  assert.ok(parsed.ok)
  return parsed.value
}

const withDatabase = async <T>(work: (database: OpenDatabase) => Promise<T>): Promise<T> => {
  const database = await openDatabaseBesides(null, data)
  try {
    return await work(database)
  } finally {
    await database.close()
  }
}

interface Sent {
  readonly body: ScreeningInput
  readonly sentAt: number
  readonly answeredAt: number
}

const post = async (port: number, cookie: string, body: ScreeningInput): Promise<boolean> => {
  const response = await fetch(`http://127.0.0.1:${port}/api/screenings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie },
    body: JSON.stringify(body),
  })
  await response.arrayBuffer()
  return response.status === 201 || response.status === 200
}

/** Sends until it is told to stop; what was answered is noted with its times. */
const load = async (
  port: number,
  cookie: string,
  ledger: Map<string, Sent>,
  stopping: AbortSignal,
): Promise<void> => {
  while (!stopping.aborted) {
    const body = sampleScreening({ clock: machineClock })
    const sentAt = Date.now()
    if (await post(port, cookie, body)) {
      ledger.set(body.id, { body, sentAt, answeredAt: Date.now() })
    }
  }
}

/**
 * Some of what was acknowledged is of sixty days ago, and was to be kept for fifty then: a later run would keep it.
 *
 * @returns since when it is of sixty days ago: before that second nobody was due
 */
const eraseSome = (ids: readonly string[]): Promise<number> =>
  withDatabase(async (database) => {
    const { worker } = database.pools
    await asOwner(
      worker,
      (sql) => sql`
        update screening set recorded_at = recorded_at - interval '60 days'
        where site_id = ${testSites.parvis.id} and id = any(${[...ids]}::uuid[])`,
    )
    const since = Date.now()
    // Seconds in which they are in the log, readable, and due.
    await wait(1_000)
    const dependencies = await retentionDependenciesOf(configurationOf(), database)
    const retention = { identifyingDays: 50, tracesDays: 184 }
    const outcome = await runRetention({ ...dependencies, retention }, new AbortController().signal)
    assert.equal(outcome?.removed.identity ?? 0, ids.length)
    return since
  })

const blankOrGone = (ids: readonly string[]): Promise<number> =>
  withDatabase(async ({ pools }) => {
    const rows = await pools.worker<{ id: string }[]>`
      select id from screening where id = any(${[...ids]}::uuid[]) and sealed <> ''`
    return rows.length
  })

const idsStored = (): Promise<Set<string>> =>
  withDatabase(async ({ pools }) => {
    const rows = await pools.worker<{ id: string }[]>`select id from screening`
    return new Set(rows.map(({ id }) => id))
  })

const sidep = async (...words: string[]): Promise<unknown> => {
  const { exitCode, stdout, stderr } = await runCommand(words, folder, environment).finished
  assert.equal(exitCode, 0, stderr)
  return JSON.parse(stdout)
}

const lostIds = ({ lostFile }: Restored): Set<string> => {
  const lines = readFileSync(lostFile, 'utf8').split('\n')
  const acts = lines.filter((line) => line !== '').map((line): LostAct => JSON.parse(line))
  return new Set(
    acts.flatMap(({ act, subject }) =>
      act === 'screening.recorded' && subject !== null ? [subject] : [],
    ),
  )
}

test(`restored to a random second, ${rounds} times: nothing of before is missing, nobody erased is back (seed ${seed})`, {
  timeout: 120_000 + rounds * 120_000,
}, async (context) => {
  const port = await freePort('127.0.0.1')
  await startServerProcess(data, port).then((child) => endProcess(child, 'SIGTERM'))
  const cookie = await cookieForServersOn(data)
  const ledger = new Map<string, Sent>()
  const erased: string[] = []
  for (let round = 1; round <= rounds; round += 1) {
    const child = await startServerProcess(data, port)
    await untilReady(child, port)
    const stopping = new AbortController()
    const sending = Array.from({ length: senders }, () =>
      load(port, cookie, ledger, stopping.signal),
    )
    await wait(500)
    // Every other round starts from the backup of the one before, over the restore between them.
    if (round % 2 === 1) await sidep('backup', '--to', backups, '--json')
    const chosen = [...ledger.keys()].filter((id) => !erased.includes(id)).slice(0, 3)
    const from = await eraseSome(chosen)
    erased.push(...chosen)
    await wait(500)
    const to = new Date(from + Math.floor(random() * (Date.now() - from)))
    stopping.abort()
    await Promise.all(sending)
    await endProcess(child, random() < 0.5 ? 'SIGTERM' : 'SIGKILL')
    if (child.signalCode === 'SIGKILL') await sidepStops()
    const words = ['restore', '--from', backups, '--to', to.toISOString(), '--json']
    const restored = (await sidep(...words)) as Restored
    assert.deepEqual(restored.audit.broken, [])
    assert.equal(await blankOrGone(erased), 0, 'somebody erased is back')
    const [stored, lost] = [await idsStored(), lostIds(restored)]
    let again = 0
    for (const [id, { sentAt, answeredAt, body }] of ledger) {
      if (answeredAt < to.getTime()) assert.ok(stored.has(id), `${id} of before is missing`)
      if (sentAt > to.getTime()) assert.ok(!stored.has(id), `${id} of after is there`)
      assert.notEqual(stored.has(id), lost.has(id), `${id} is neither there nor listed, or both`)
      if (lost.has(id)) again += 1
      assert.equal(body.id, id)
    }
    context.diagnostic(
      `seed ${seed}, round ${round}: to ${to.toISOString()}, ${ledger.size} acknowledged, ${again} listed, ${restored.milliseconds} ms`,
    )
    await sendAgain(port, cookie, lost, ledger, erased)
  }
  const stored = await idsStored()
  assert.deepEqual(
    [...ledger.keys()].filter((id) => !stored.has(id) && !erased.includes(id)),
    [],
  )
})

/** A server that was killed leaves its database running: a portal's next start adopts it, a restore refuses it. */
const sidepStops = async (): Promise<void> => {
  const refused = await runCommand(
    ['restore', '--from', backups, '--to', new Date().toISOString()],
    folder,
    environment,
  ).finished
  assert.equal(refused.exitCode, 69, refused.stderr)
  const { openDatabase } = await import('@sidep/server/platform/database.ts')
  await (await openDatabase(null, data)).close()
}

/** As the sites' computers do with what the list names. */
const sendAgain = async (
  port: number,
  cookie: string,
  lost: ReadonlySet<string>,
  ledger: ReadonlyMap<string, Sent>,
  erased: readonly string[],
): Promise<void> => {
  const child = await startServerProcess(data, port)
  await untilReady(child, port)
  for (const id of lost) {
    const sent = ledger.get(id)
    if (sent !== undefined && !erased.includes(id)) assert.ok(await post(port, cookie, sent.body))
  }
  await endProcess(child, 'SIGTERM')
}
