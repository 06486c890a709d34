/**
 * `sidep drill restore`: portals under load are backed up, killed, and restored to a second drawn from the seed. Then counters send
 * again by themselves what was acknowledged after it, by their own outboxes.
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
import { checkHistory, countViolations } from './check-history.ts'
import type { SentAct } from './counters.ts'
import type { StoredScreening } from './history.ts'
import { type OutboxAct, type OutboxLoad, startOutboxLoad } from './outbox-counters.ts'
import { readStored } from './read-stored.ts'
import { type DrillResult, longestGapSeconds, watchReadiness } from './run-drill.ts'
import type { RunSidep } from './sidep-command.ts'
import type { RoundsOptions } from './three-hosts-drills.ts'
import { type OneMachine, startOneMachine } from './world-one-machine.ts'

export interface RestoreDrillResult extends DrillResult {
  /** The seconds that were gone back to, RFC 3339. */
  readonly restoredTo: readonly string[]
  /** Acts of screenings that the list of `sidep restore` named. */
  readonly listed: number
  /** Acknowledged after that second, and not on the list. */
  readonly notListed: number
  readonly erased: number
  readonly withdrawn: number
  /** How long `sidep restore` took, each time. */
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

/** Some are of sixty days ago, and are removed by retention, which is set to fifty days this once. */
const erase = async (
  world: OneMachine,
  sidep: RunSidep,
  { siteId }: OpenCounter,
  ids: readonly string[],
): Promise<void> => {
  await world.read((sql) =>
    sql.begin(async (owner) => {
      await owner`set local role none`
      await owner`
        update screening set recorded_at = recorded_at - interval '60 days'
        where site_id = ${siteId} and id = any(${[...ids]}::uuid[])`
    }),
  )
  const environment = { DATA_DIR: world.common.folder, RETENTION_IDENTIFYING_DAYS: '50' }
  await sidep(['retention', '--run', '--json'], { ...world.common.settings, ...environment })
}

interface Restored {
  readonly lostFile: string
  readonly milliseconds: number
}

interface LostAct {
  readonly act: string
  readonly subject: string | null
}

/** `ACT SCREENING` of each act that is listed. */
const listedOf = ({ lostFile }: Restored): string[] =>
  readFileSync(lostFile, 'utf8')
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
  readonly listed: readonly string[]
  readonly notListed: number
  readonly seconds: number
}

/** Backed up, run on, killed, and restored to a second since the backup. */
const goBack = async (
  world: OneMachine,
  load: OutboxLoad,
  sidep: RunSidep,
  backups: string,
  random: () => number,
  erasing: () => Promise<void>,
  say: Say,
): Promise<Round> => {
  const data = { DATA_DIR: world.common.folder }
  await wait(beforeMilliseconds)
  await sidep(['backup', '--to', backups, '--json'], data)
  await erasing()
  const from = Date.now()
  await wait(2_000 + random() * 8_000)
  const to = new Date(from + Math.floor(random() * (Date.now() - from)))
  say(`kill the portals, and go back to ${to.toISOString()} …`)
  const until = Date.now()
  const signal = random() < 0.5 ? 'SIGKILL' : 'SIGTERM'
  await Promise.all(world.portals.map((portal) => portal.end(signal)))
  let restored: Restored | null = null
  await world.withoutDatabase(async () => {
    const words = ['restore', '--from', backups, '--to', to.toISOString(), '--json']
    restored = (await sidep(words, data)) as Restored
  })
  if (restored === null) throw new Error('nothing was restored')
  for (const portal of world.portals) await portal.start()
  const { milliseconds } = restored as Restored
  const listed = listedOf(restored)
  const seconds = Math.round(milliseconds / 100) / 10
  say(`restored in ${seconds} s, ${listed.length} acts listed`)
  return { to, listed, notListed: countUnlisted(load.acts(), listed, to.getTime(), until), seconds }
}

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

export const drillRestore = async (
  { rounds, seed, perSecond }: RoundsOptions,
  say: Say,
  sidep: RunSidep,
): Promise<RestoreDrillResult> => {
  const backups = await mkdtemp(join(tmpdir(), 'sidep-backups-'))
  // PostgreSQL runs as a user of its own and has to pass.
  await chmod(backups, 0o711)
  const world = await startOneMachine({ isWhole: false, counters: 31 })
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
    const erasing = async (): Promise<void> => {
      const ids: string[] = []
      for (let number = 0; number < erasedPeople; number += 1)
        ids.push(await record(world, archive, number))
      await erase(world, sidep, archive, ids)
      erased.push(...ids)
    }
    for (let round = 1; round <= rounds; round += 1)
      done.push(await goBack(world, load, sidep, backups, random, erasing, say))
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
    const notListed = done.reduce((sum, round) => sum + round.notListed, 0)
    const others = {
      ERASED_BACK: back,
      WITHDRAWN_BACK: notWithdrawn,
      NOT_LISTED: notListed,
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
        ...Object.fromEntries(Object.entries(others).filter(([, count]) => count > 0)),
      },
      failures: {},
      faults: done.map(({ to, seconds }) => ({
        fault: `restored to ${to.toISOString()}`,
        secondsWithoutWrites: seconds,
      })),
      restoredTo: done.map(({ to }) => to.toISOString()),
      listed: done.reduce((sum, { listed }) => sum + listed.length, 0),
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
