/**
 * `sidep drill restore`: portals under load are backed up, killed, and restored to a second drawn from the seed, by `sidep restore` or
 * by pgBackRest. Then counters send again by themselves what was acknowledged after it, by their own outboxes.
 */
import { readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { routes } from '@sidep/contracts'
import type { Sql } from 'postgres'
import { makeRandom } from '../random.ts'
import { inventScreening } from '../screenings.ts'
import type { OpenCounter } from '../signed-sessions.ts'
import { checkHistory, countViolations, found } from './check-history.ts'
import type { SentAct } from './counters.ts'
import { type DebianDatabase, openDebianDatabase } from './debian-database.ts'
import type { StoredScreening } from './history.ts'
import { type OutboxAct, type OutboxLoad, startOutboxLoad } from './outbox-counters.ts'
import { readStored } from './read-stored.ts'
import { type DrillResult, longestGapSeconds, watchReadiness } from './run-drill.ts'
import type { RunSidep } from './sidep-command.ts'
import type { RoundsOptions } from './three-hosts-drills.ts'
import { type OneMachine, startOneMachine } from './world-one-machine.ts'

export interface RestoreOptions extends RoundsOptions {
  /** What backs up and restores: `sidep`, the embedded database; `pgbackrest`, Debian's PostgreSQL. */
  readonly tool: 'sidep' | 'pgbackrest'
}

export interface RestoreDrillResult extends DrillResult {
  /** The seconds that were gone back to, RFC 3339. */
  readonly restoredTo: readonly string[]
  /** Acts of screenings that the list of `sidep restore` named; null: pgBackRest makes no list. */
  readonly listed: number | null
  /** Acknowledged after that second, and not on the list. */
  readonly notListed: number | null
  readonly erased: number
  readonly withdrawn: number
  /** How long it took to restore, each time. */
  readonly restoreSeconds: readonly number[]
}

type Say = (line: string) => void

/** People of long ago, at a site of their own: what their counter acknowledged is long past a day. */
const erasedPeople = 5
const beforeMilliseconds = 2_000
const drainMillisecondsMax = 240_000
/** Between clocks of portals and database on one machine, and to answer. */
const listLeewayMilliseconds = 2_000

const record = async (
  { targets }: OneMachine,
  { cookie }: OpenCounter,
  number: number,
): Promise<string> => {
  const screening = inventScreening(number, new Date())
  const answer = await fetch(`${targets[0]}${routes.screenings}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie },
    body: JSON.stringify(screening),
  })
  if (answer.status !== 201) throw new Error(`not recorded: ${await answer.text()}`)
  return screening.id
}

/** People of sixty days ago. @returns the ids of their screenings */
const enterOldOnes = async (world: OneMachine, counter: OpenCounter): Promise<string[]> => {
  const ids: string[] = []
  for (let number = 0; number < erasedPeople; number += 1)
    ids.push(await record(world, counter, number))
  await world.read((sql) =>
    sql.begin(async (owner) => {
      await owner`set local role none`
      await owner`
        update screening set recorded_at = recorded_at - interval '60 days'
        where site_id = ${counter.siteId} and id = any(${ids}::uuid[])`
    }),
  )
  return ids
}

/** Removed by retention, which is set to fifty days this once. */
const erase = async ({ common }: OneMachine, sidep: RunSidep): Promise<void> => {
  const environment = { DATA_DIR: common.folder, RETENTION_IDENTIFYING_DAYS: '50' }
  await sidep(['retention', '--run', '--json'], { ...common.settings, ...environment })
}

interface Restored {
  /** Null: there is no list. */
  readonly lostFile: string | null
  readonly milliseconds: number
}

interface LostAct {
  readonly act: string
  readonly subject: string | null
}

/** `ACT SCREENING` of each act that is listed. */
const listedOf = ({ lostFile }: Restored): string[] | null =>
  lostFile === null
    ? null
    : readFileSync(lostFile, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line): LostAct => JSON.parse(line))
        .filter(({ act }) => act.startsWith('screening.'))
        .map(({ act, subject }) => `${act} ${subject?.split(' ')[0]}`)

const auditNames = {
  record: 'screening.recorded',
  register: 'screening.registered',
  result: 'screening.result-set',
  correct: 'screening.corrected',
} as const

/** @returns how many were acknowledged between that second and the end, and are not listed */
const countUnlisted = (
  acts: readonly OutboxAct[],
  listed: readonly string[],
  to: number,
  until: number,
): number => {
  const known = new Set(listed)
  return acts.filter(
    ({ begunAt, toldAt, kind, screeningId }) =>
      toldAt !== null &&
      begunAt > to + listLeewayMilliseconds &&
      toldAt < until &&
      !known.has(`${auditNames[kind]} ${screeningId}`),
  ).length
}

/** What was registered and read is one act where a restored portal was sent it whole. */
const asStored = (acts: readonly SentAct[], stored: readonly StoredScreening[]): SentAct[] => {
  const whole = new Set(
    stored.flatMap(({ id, audit }) =>
      audit.some(({ act }) => act === auditNames.record) ? [id] : [],
    ),
  )
  return acts.flatMap((act) => {
    if (!whole.has(act.screeningId)) return [act]
    if (act.kind === 'result') return [{ ...act, id: act.screeningId, kind: 'record' as const }]
    return act.kind === 'register' && acts.some((one) => one.id === `${act.id} result`) ? [] : [act]
  })
}

const countBack = async (sql: Sql, siteId: string, ids: readonly string[]): Promise<number> => {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from screening
    where site_id = ${siteId} and id = any(${[...ids]}::uuid[]) and sealed <> ''`
  return row?.count ?? 0
}

const countNotWithdrawn = async (
  sql: Sql,
  acts: readonly OutboxAct[],
  withdrawn: ReadonlySet<string>,
): Promise<number> => {
  const sites = [...new Set(acts.map(({ siteId }) => siteId))]
  const rows = await sql<{ id: string }[]>`
    select screening_id as id from screening_withdrawal where site_id = any(${sites})`
  const there = new Set(rows.map(({ id }) => id))
  return [...withdrawn].filter((id) => !there.has(id)).length
}

interface Round {
  readonly to: Date
  readonly listed: readonly string[] | null
  readonly notListed: number | null
  readonly seconds: number
}

/** How an operator backs up and goes back. */
interface Tool {
  backUp(): Promise<void>
  /** While portals are stopped; the database runs again afterwards. */
  goBackTo(to: Date): Promise<Restored>
}

const toolOfEmbedded = (world: OneMachine, sidep: RunSidep, backups: string): Tool => {
  const data = { DATA_DIR: world.common.folder }
  return {
    async backUp() {
      await sidep(['backup', '--to', backups, '--json'], data)
    },
    async goBackTo(to) {
      let restored: Restored | null = null
      await world.withoutDatabase(async () => {
        const words = ['restore', '--from', backups, '--to', to.toISOString(), '--json']
        restored = (await sidep(words, data)) as Restored
      })
      if (restored === null) throw new Error('nothing was restored')
      return restored
    },
  }
}

/** As docs/operating/one-machine.md has it, step after step. */
const toolOfBackRest = (world: OneMachine, sidep: RunSidep, database: DebianDatabase): Tool => ({
  backUp: () => database.backUp(),
  async goBackTo(to) {
    const settings = { ...world.common.settings, DATA_DIR: world.common.folder }
    const startedAt = performance.now()
    await world.withoutDatabase(() => database.setBack(to))
    await sidep(['retention', '--run', '--json'], settings)
    await sidep(['restore', '--done', '--to', to.toISOString(), '--json'], settings)
    return { lostFile: null, milliseconds: performance.now() - startedAt }
  },
})

/**
 * Backed up, run on, killed, and restored to a second since the backup. Of people of long ago some are erased before that second, and
 * some after it, so that it has them.
 */
const goBack = async (
  world: OneMachine,
  load: OutboxLoad,
  sidep: RunSidep,
  { backUp, goBackTo }: Tool,
  archive: OpenCounter,
  random: () => number,
  say: Say,
): Promise<Round & { readonly erased: readonly string[] }> => {
  await wait(beforeMilliseconds)
  const early = await enterOldOnes(world, archive)
  await backUp()
  await erase(world, sidep)
  const late = await enterOldOnes(world, archive)
  const from = Date.now()
  await wait(2_000 + random() * 8_000)
  const to = new Date(from + Math.floor(random() * (Date.now() - from)))
  await erase(world, sidep)
  say(`kill the portals, and go back to ${to.toISOString()} …`)
  const until = Date.now()
  const signal = random() < 0.5 ? 'SIGKILL' : 'SIGTERM'
  await Promise.all(world.portals.map((portal) => portal.end(signal)))
  const restored = await goBackTo(to)
  for (const portal of world.portals) await portal.start()
  const listed = listedOf(restored)
  const seconds = Math.round(restored.milliseconds / 100) / 10
  say(`restored in ${seconds} s, ${listed?.length ?? 'no list of'} acts listed`)
  const notListed = listed === null ? null : countUnlisted(load.acts(), listed, to.getTime(), until)
  return { to, listed, notListed, seconds, erased: [...early, ...late] }
}

/** Null where there is nothing to add. */
const sumOf = (counts: readonly (number | null)[]): number | null =>
  counts.reduce<number | null>(
    (sum, count) => (sum === null || count === null ? null : sum + count),
    0,
  )

const judge = async (world: OneMachine, load: OutboxLoad) => {
  const endedAt = Date.now()
  const acts: SentAct[] = load.acts().map(({ begunAt, toldAt: _, ...act }) => ({
    ...act,
    // When it was told for good, before a restoring or after, is not asked: it is done by now.
    attempts: [{ invokedAt: begunAt, endedAt, outcome: { kind: 'acknowledged', answer: '' } }],
  }))
  const { stored, chains } = await world.read((sql) => readStored(sql, world.targets, acts))
  return checkHistory(
    { acts: asStored(acts, stored), otherBodies: [], stored, chains },
    listLeewayMilliseconds,
  )
}

/** @param backups a folder for those of the embedded database */
const startWorld = async (
  chosen: RestoreOptions['tool'],
  backups: string,
  sidep: RunSidep,
): Promise<{ readonly world: OneMachine; readonly tool: Tool }> => {
  const options = { isWhole: false, counters: 31 } as const
  if (chosen === 'sidep') {
    const world = await startOneMachine(options)
    return { world, tool: toolOfEmbedded(world, sidep, backups) }
  }
  const opened: DebianDatabase[] = []
  const world = await startOneMachine({
    ...options,
    async database(folder) {
      const database = await openDebianDatabase(folder)
      opened.push(database)
      return database
    },
  })
  const [database] = opened
  if (database === undefined) throw new Error('no database was opened')
  return { world, tool: toolOfBackRest(world, sidep, database) }
}

export const drillRestore = async (
  { rounds, seed, perSecond, tool: chosen }: RestoreOptions,
  say: Say,
  sidep: RunSidep,
): Promise<RestoreDrillResult> => {
  const backups = await mkdtemp(join(tmpdir(), 'sidep-backups-'))
  // PostgreSQL runs as a user of its own and has to pass.
  await chmod(backups, 0o711)
  const { world, tool } = await startWorld(chosen, backups, sidep)
  try {
    const random = makeRandom(seed)
    const [archive, ...counters] = world.counters
    if (archive === undefined) throw new Error('there are no counters')
    const readiness = watchReadiness(world.targets)
    const load = await startOutboxLoad({
      ...world,
      counters,
      perSecond,
      random: makeRandom(seed + 1),
    })
    const startedAt = Date.now()
    const done: Round[] = []
    const erased: string[] = []
    for (let round = 1; round <= rounds; round += 1) {
      const { erased: some, ...one } = await goBack(world, load, sidep, tool, archive, random, say)
      done.push(one)
      erased.push(...some)
    }
    await wait(beforeMilliseconds)
    const loadEndedAt = Date.now()
    await load.stop()
    const secondsNotReady = await readiness.stop()
    say('waiting until every outbox is empty')
    const left = await load.drain(drainMillisecondsMax)
    const { acknowledged, violations } = await judge(world, load)
    for (const violation of violations.slice(0, 10)) say(JSON.stringify(violation))
    const counts = countViolations(violations)
    const [back, notWithdrawn] = await world.read(async (sql) => [
      await countBack(sql, archive.siteId, erased),
      await countNotWithdrawn(sql, load.acts(), load.withdrawn),
    ])
    const notListed = sumOf(done.map((round) => round.notListed))
    const others = {
      ERASED_BACK: back,
      WITHDRAWN_BACK: notWithdrawn,
      NOT_LISTED: notListed ?? 0,
      NEVER_SENT_AGAIN: left,
      REFUSED: load.refused.length,
    }
    for (const line of load.refused.slice(0, 10)) say(`refused: ${line}`)
    return {
      drill: 'restore',
      seed,
      acknowledged,
      lost: counts.LOST ?? 0,
      duplicated: counts.DUPLICATED ?? 0,
      failed: 0,
      secondsWithoutWrites: longestGapSeconds(load.acknowledgedAt, startedAt, loadEndedAt),
      secondsNotReady,
      neverAcknowledged: left,
      violations: {
        ...counts,
        ...found(others),
      },
      failures: {},
      faults: done.map(({ to, seconds }) => ({
        fault: `restored to ${to.toISOString()}`,
        secondsWithoutWrites: seconds,
      })),
      restoredTo: done.map(({ to }) => to.toISOString()),
      listed: sumOf(done.map(({ listed }) => listed?.length ?? null)),
      notListed,
      erased: erased.length,
      withdrawn: load.withdrawn.size,
      restoreSeconds: done.map(({ seconds }) => seconds),
      cores: availableParallelism(),
    }
  } finally {
    await world.close()
    await rm(backups, { recursive: true, force: true })
  }
}
