/**
 * `sidep drill feeds`: counters enter, correct and take back all the while, and the receivers of all feeds fail: down for an hour (a
 * minute here), wrong in every way that a receiver is wrong, holding a batch while the portals that sent it are killed. In the end each
 * has everything, nothing else, and knows what came twice; the open series is what is counted in the screenings, and its tables
 * subtracted from one another give away no small number.
 *
 * Time is as it is but for two things, which are set in the database: surveillance goes out at once and not at two in the morning, and
 * the day of the run becomes four days old before it is published.
 */

import { availableParallelism } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import type { ScreeningInput, SiteView } from '@sidep/contracts'
import { type FeedReceiver, startFeedReceiver } from '@sidep/dev'
import { openDatabase } from '@sidep/server/platform/database.ts'
import { dayIn, dayMilliseconds, parisZone } from '@sidep/time'
import { makeRandom } from '../random.ts'
import { inventScreening } from '../screenings.ts'
import { rounded } from '../statistics.ts'
import { found } from './check-history.ts'
import {
  type FeedsJudgement,
  judgeFeeds,
  judgeOpenData,
  type OpenDataJudgement,
} from './feeds-judgement.ts'
import { startOutboxLoad } from './outbox-counters.ts'
import {
  type DrillOptions,
  type DrillResult,
  longestGapSeconds,
  watchReadiness,
} from './run-drill.ts'
import { type OneMachine, startOneMachine } from './world-one-machine.ts'

export interface FeedsDrillResult extends DrillResult, FeedsJudgement {
  /** For how long the receivers were down: what stands for an hour. */
  readonly downSeconds: number
  /** What waited for them then, at most. */
  readonly waitedMost: Readonly<Record<string, number>>
  /** Claimed by portals that were killed while a receiver held the batch. */
  readonly heldWhenKilled: number
  /** From the last fault until both had everything: a batch that nobody answered for is free after two minutes. */
  readonly drainSeconds: number
  readonly deadLetters: number
  readonly openData: OpenDataJudgement
}

const counterCount = 40
const downMilliseconds = 60_000
const wrongMilliseconds = 5_000
const heldMilliseconds = 150_000
const drainMillisecondsMax = 8 * 60_000
const pollMilliseconds = 500
const dueEveryMilliseconds = 2_000
const postalCodes = ['75004', '33000', '59000', '13001'] as const

const siteOf = (index: number): SiteView => ({
  id: `99${String(index).padStart(7, '0')}`,
  name: `Pharmacie ${index + 1}`,
  postalCode: postalCodes[index % postalCodes.length] ?? '75004',
})

/** Those sites in the directory, so that it is known where they are. */
const enterSites = async (folder: string): Promise<void> => {
  const database = await openDatabase(null, folder)
  try {
    for (let index = 0; index < counterCount; index += 1) {
      const { id, name, postalCode } = siteOf(index)
      await database.pools.worker`
        insert into site (id, name, postal_code, source, updated_at) values (${id}, ${name}, ${postalCode}, 'drill', now())`
    }
  } finally {
    await database.close()
  }
}

/** Every fifth is a positive, always the same people. */
const invent = (index: number, now: Date): ScreeningInput => ({
  ...inventScreening(index, now),
  result: index % 5 === 0 ? 'positive' : 'negative',
})

const untilSo = async (
  what: string,
  millisecondsMax: number,
  holds: () => Promise<boolean> | boolean,
): Promise<void> => {
  const end = Date.now() + millisecondsMax
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`not in time: ${what}`)
    await wait(pollMilliseconds)
  }
}

const waiting = async ({ read }: OneMachine): Promise<Record<string, number>> => {
  const rows = await read(
    (sql) => sql<{ feed: string; count: number }[]>`
      -- across sites: what the feeds have to tell
      select feed, count(*)::int as count from feed_item where done_at is null and failed_at is null group by feed`,
  )
  return Object.fromEntries(rows.map(({ feed, count }) => [feed, count]))
}

const countOf = async (
  { read }: OneMachine,
  what: 'claimed' | 'dead' | 'unfollowed',
): Promise<number> => {
  const [row] = await read(
    (sql) => sql<{ claimed: number; dead: number; unfollowed: number }[]>`
      -- across sites: how the feeds stand
      select (select count(*)::int from feed_item where sent_at is not null and done_at is null and claimed_until > now()) as claimed,
        (select count(*)::int from feed_item where failed_at is not null) as dead,
        (select count(*)::int from audit_head head left join feed_cursor cursor on cursor.site_id = head.site_id
          where head.sequence > coalesce(cursor.sequence, 0)) as unfollowed`,
  )
  return row?.[what] ?? 0
}

/** It is always two in the morning for surveillance. */
const startNights = ({ read }: OneMachine) => {
  const timer = setInterval(() => {
    read(
      (sql) => sql`
        -- across sites: what waits for its night
        update feed_item set due_at = now()
        where feed = 'surveillance' and done_at is null and failed_at is null and due_at > now() + interval '10 minutes'`,
    ).catch(() => undefined)
  }, dueEveryMilliseconds)
  return () => clearInterval(timer)
}

const feeds = ['tracing', 'surveillance'] as const

const failInEveryWay = async (
  world: OneMachine,
  receiver: FeedReceiver,
  say: (line: string) => void,
) => {
  const set = (fault: Parameters<FeedReceiver['setFault']>[1]): void => {
    for (const feed of feeds) receiver.setFault(feed, fault)
  }
  say(`both receivers are down for ${downMilliseconds / 1_000} s`)
  set({ kind: 'refuse' })
  await wait(downMilliseconds)
  const waitedMost = await waiting(world)
  for (const kind of ['nonsense', 'forget', 'lose-answer', 'reject'] as const) {
    say(`both are wrong: ${kind}`)
    set({ kind })
    await wait(wrongMilliseconds)
  }
  say('both hold what they get, and the portals are killed')
  set({ kind: 'slow', milliseconds: heldMilliseconds })
  await untilSo('a batch is on its way', drainMillisecondsMax, async () => {
    return (await countOf(world, 'claimed')) > 0
  })
  await Promise.all(world.portals.map((portal) => portal.end('SIGKILL')))
  const heldWhenKilled = await countOf(world, 'claimed')
  for (const portal of world.portals) await portal.start()
  set({ kind: 'none' })
  return { waitedMost, heldWhenKilled }
}

/** Puts the day of the run four days back and has it published: refused, then killed between two files, then taken. */
const publish = async (
  world: OneMachine,
  receiver: FeedReceiver,
  say: (line: string) => void,
): Promise<string> => {
  const day = dayIn(new Date(Date.now() - 4 * dayMilliseconds), parisZone)
  const isDueNow = () =>
    world.read((sql) => sql`update open_data_release set due_at = least(due_at, now())`)
  const head = (name: string): string => receiver.files().get(`sp-pos-quot-${name}.csv`) ?? ''
  receiver.setFault('open-data', { kind: 'refuse' })
  await world.read(async (sql) => {
    await sql`
      -- across sites: the day of the run becomes an older one
      update feed_record set day = ${day}::text::date`
    await sql`delete from open_data_due`
    await sql`insert into open_data_due (day, since) values (${day}::text::date, now())`
    await sql`update open_data_release set made_at = made_at - interval '3 days'`
  })
  await untilSo('open data is refused', drainMillisecondsMax, async () => {
    const [row] = await world.read(
      (sql) => sql<{ attempts: number }[]>`select attempts from open_data_release`,
    )
    return (row?.attempts ?? 0) > 0
  })
  say('open data was refused; now the portals are killed between two of its files')
  receiver.setFault('open-data', { kind: 'slow', milliseconds: 3_000 })
  await isDueNow()
  await untilSo('the first file is there', drainMillisecondsMax, async () => {
    await isDueNow()
    return head('fra').includes(day)
  })
  await Promise.all(world.portals.map((portal) => portal.end('SIGKILL')))
  receiver.setFault('open-data', { kind: 'none' })
  for (const portal of world.portals) await portal.start()
  await untilSo('all files are there', drainMillisecondsMax, async () => {
    await isDueNow()
    const [row] = await world.read(
      (sql) =>
        sql<
          { is_taken: boolean }[]
        >`select taken_digest = digest as is_taken from open_data_release`,
    )
    return row?.is_taken === true && head('dep').includes(day)
  })
  return day
}

export const drillFeeds = async (
  { seed, perSecond }: DrillOptions,
  say: (line: string) => void,
): Promise<FeedsDrillResult> => {
  await using started = new AsyncDisposableStack()
  const receiver = await startFeedReceiver()
  started.defer(() => receiver.close())
  const world = await startOneMachine({
    isWhole: false,
    counters: counterCount,
    siteOf,
    prepare: enterSites,
    settings: {
      ...receiver.settings,
    },
  })
  started.defer(() => world.close())
  const readiness = watchReadiness(world.targets)
  const load = await startOutboxLoad({ ...world, perSecond, random: makeRandom(seed), invent })
  const stopNights = startNights(world)
  started.defer(stopNights)
  const startedAt = Date.now()
  await untilSo('cases are told', drainMillisecondsMax, () => receiver.events('tracing').length > 0)
  const { waitedMost, heldWhenKilled } = await failInEveryWay(world, receiver, say)
  const mendedAt = Date.now()
  await load.stop()
  const endedAt = Date.now()
  const neverAcknowledged = await load.drain(drainMillisecondsMax)
  say('the load has ended; the feeds tell what they still have')
  await untilSo('everything is told', drainMillisecondsMax, async () => {
    if ((await countOf(world, 'unfollowed')) > 0) return false
    return Object.keys(await waiting(world)).length === 0
  })
  const drainSeconds = rounded((Date.now() - mendedAt) / 1_000, 0)
  const secondsNotReady = await readiness.stop()
  const judgement = await world.read((sql) => judgeFeeds(sql, receiver))
  const deadLetters = await countOf(world, 'dead')
  const day = await publish(world, receiver, say)
  const openData = await world.read((sql) => judgeOpenData(sql, receiver, day))
  const violations = {
    FEED_MISSING: judgement.missing.tracing + judgement.missing.surveillance,
    FEED_NEEDLESS: judgement.needless.tracing + judgement.needless.surveillance,
    FEED_DEAD_LETTER: deadLetters,
    OPEN_DATA_WRONG: openData.wrong + (openData.shown === 0 ? 1 : 0),
    // Where nothing small was hidden, nothing was attacked.
    OPEN_DATA_RECOVERED: openData.recovered.length + (openData.hiddenSmall === 0 ? 1 : 0),
    REFUSED: load.refused.length,
    LOST: neverAcknowledged,
  }
  return {
    drill: 'feeds',
    seed,
    acknowledged: load.acknowledgedAt.length,
    lost: neverAcknowledged,
    duplicated: judgement.needless.tracing + judgement.needless.surveillance,
    failed: 0,
    secondsWithoutWrites: longestGapSeconds(load.acknowledgedAt, startedAt, endedAt),
    secondsNotReady,
    neverAcknowledged,
    violations: found(violations),
    failures: {},
    faults: [],
    cores: availableParallelism(),
    ...judgement,
    downSeconds: downMilliseconds / 1_000,
    waitedMost,
    heldWhenKilled,
    drainSeconds,
    deadLetters,
    openData,
  }
}
