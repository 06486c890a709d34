/**
 * What real users meet, counted where it happens: sign-ins by door, screenings on their way in, counters' heartbeats, each by
 * place and minute. Nobody is in it.
 *
 * Invariants
 * - A request waits for none of it: it is counted in memory, and added to the database's sums every few seconds, in one statement
 *   a table.
 * - What could not be written is written with the next; beyond a bound it is lost rather than kept.
 * - Probes are not users: nothing of theirs is counted.
 */

import { setTimeout as wait } from 'node:timers/promises'
import type { Door, HeartbeatInput } from '@sidep/contracts'
import { departmentOfPostalCode } from '@sidep/identifiers'
import { dayMilliseconds, minuteMilliseconds } from '@sidep/time'
import type { Platform } from './context.ts'
import { errorName } from './error-name.ts'
import { addressKey, networkOf } from './network-address.ts'

/** What somebody set out to do. */
export type Undertaking = Door | 'entry'

/** How it ended: as wished; for a reason of theirs; for one of ours or of the provider's. */
export type Ending = 'came-in' | 'refused' | 'failed'

/** Where somebody is, as far as is known. */
export interface SignalPlace {
  /** As departmentOfPostalCode says it; '' where it is not known. */
  readonly department: string
  /** FINESS, or `network:` and a keyed hash. */
  readonly source: string
}

export interface UserSignals {
  /** Somebody set out. */
  began(what: Undertaking, place: SignalPlace, at: Date): void
  /** @param beganAt of what ended: it counts in the minute in which it began */
  ended(what: Undertaking, place: SignalPlace, beganAt: Date, ending: Ending): void
  /** A counter said how it has fared. */
  heard(place: SignalPlace, heartbeat: HeartbeatInput, at: Date): void
  /** Somebody signed out there: that nothing more is heard is as it should be. */
  left(place: SignalPlace, at: Date): void
  /** Writes what is counted, now. */
  sum(): Promise<void>
  start(): void
  stop(): Promise<void>
}

export interface SignalOptions {
  readonly platform: Pick<Platform, 'database' | 'clock' | 'log' | 'randomBytes'>
  /** Time between sums, milliseconds. */
  readonly everyMilliseconds?: number
}

const everyMillisecondsDefault = 5_000
const slotMilliseconds = 5 * minuteMilliseconds
/** Curves of an operations page reach to the same weekday of last week. */
const keptMilliseconds = 8 * dayMilliseconds
const stopMillisecondsMax = 2_000
const sumsPerSweep = 500
/** Of one place and minute; more are many, however many. */
const sourcesMax = 100
/** Rows that wait to be written: both doors and entry of every département for an hour without a database. */
const rowsMax = 20_000
/** Sites whose last heartbeat waits to be written: all that there are. */
const sitesMax = 100_000
/** Nobody is offline for longer without somebody having noticed; a clock that is wrong says anything. */
const offlineSecondsMax = 7 * 86_400

/** Where a site is. */
export const placeOfSite = (site: {
  readonly id: string
  readonly postalCode: string | null
}): SignalPlace => ({
  department: departmentOfPostalCode(site.postalCode ?? '') ?? '',
  source: site.id,
})

/** Where somebody is of whom only the network is known: the same number for the same network, which nobody reads back. */
export const placeOfAddress = (
  { vault }: Pick<Platform, 'vault'>,
  address: string,
): SignalPlace => {
  const hash = vault.searchHash('signal-network', networkOf(addressKey(address)))
  return { department: '', source: `network:${Buffer.from(hash).toString('hex', 0, 4)}` }
}

interface Sums {
  readonly minute: number
  readonly what: Undertaking
  readonly department: string
  begun: number
  came_in: number
  refused: number
  failed: number
  readonly begunAt: Set<string>
  readonly backAt: Set<string>
}

interface CounterSums {
  readonly slot: number
  readonly department: string
  heard: number
  back: number
  offline_seconds: number
  offline_seconds_max: number
  offline_since: number | null
  numbers: number
  waiting: number
  lost_ecps: number
  lost_card: number
  readonly backAt: Set<string>
}

interface LastHeard {
  readonly department: string
  heardAt: number | null
  leftAt: number | null
}

const addSource = (sources: Set<string>, source: string): void => {
  if (sources.size < sourcesMax) sources.add(source)
}

const few = (column: string): string =>
  `array(select distinct one from unnest(known.${column} || excluded.${column}) one limit ${sourcesMax})`

const sumUsersText = `insert into user_signal as known
  (minute, what, department, process_id, begun, came_in, refused, failed, begun_at, back_at)
select v.minute, v.what, v.department, $2, v.begun, v.came_in, v.refused, v.failed, v.begun_at, v.back_at
from jsonb_to_recordset($1::text::jsonb) as v(minute timestamptz, what text, department text, begun int, came_in int,
  refused int, failed int, begun_at text[], back_at text[])
on conflict (minute, what, department, process_id) do update set begun = known.begun + excluded.begun,
  came_in = known.came_in + excluded.came_in, refused = known.refused + excluded.refused,
  failed = known.failed + excluded.failed, begun_at = ${few('begun_at')}, back_at = ${few('back_at')}`

const sumCountersText = `insert into counter_signal as known (slot, department, process_id, heard, back, offline_seconds,
  offline_seconds_max, back_at, offline_since, numbers, waiting, lost_ecps, lost_card)
select v.slot, v.department, $2, v.heard, v.back, v.offline_seconds, v.offline_seconds_max, v.back_at, v.offline_since,
  v.numbers, v.waiting, v.lost_ecps, v.lost_card
from jsonb_to_recordset($1::text::jsonb) as v(slot timestamptz, department text, heard int, back int, offline_seconds int,
  offline_seconds_max int, back_at text[], offline_since timestamptz, numbers int, waiting int, lost_ecps int, lost_card int)
on conflict (slot, department, process_id) do update set heard = known.heard + excluded.heard,
  back = known.back + excluded.back, offline_seconds = known.offline_seconds + excluded.offline_seconds,
  offline_seconds_max = greatest(known.offline_seconds_max, excluded.offline_seconds_max),
  back_at = ${few('back_at')}, offline_since = least(known.offline_since, excluded.offline_since),
  numbers = known.numbers + excluded.numbers, waiting = known.waiting + excluded.waiting,
  lost_ecps = known.lost_ecps + excluded.lost_ecps, lost_card = known.lost_card + excluded.lost_card`

const lastHeardText = `insert into counter_heard as known (site_id, department, heard_at, left_at)
select v.site_id, v.department, v.heard_at, v.left_at
from jsonb_to_recordset($1::text::jsonb) as v(site_id text, department text, heard_at timestamptz, left_at timestamptz)
order by v.site_id
on conflict (site_id) do update set department = excluded.department,
  heard_at = greatest(known.heard_at, excluded.heard_at), left_at = greatest(known.left_at, excluded.left_at)`

const startOf = (at: number, milliseconds: number): number =>
  Math.floor(at / milliseconds) * milliseconds

const iso = (milliseconds: number | null): string | null =>
  milliseconds === null ? null : new Date(milliseconds).toISOString()

export const makeUserSignals = ({
  platform: { database, clock, log, randomBytes },
  everyMilliseconds = everyMillisecondsDefault,
}: SignalOptions): UserSignals => {
  const processId = Buffer.from(randomBytes(9)).toString('base64url')
  let users = new Map<string, Sums>()
  let counters = new Map<string, CounterSums>()
  let lastHeard = new Map<string, LastHeard>()
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  let sums = 0
  let underWay: Promise<void> = Promise.resolve()

  /** Null: there is no room for another row. */
  const sumsOf = (what: Undertaking, department: string, at: Date): Sums | null => {
    const minute = startOf(at.getTime(), minuteMilliseconds)
    const key = `${minute} ${what} ${department}`
    const known = users.get(key)
    if (known !== undefined) return known
    if (users.size >= rowsMax) return null
    const made: Sums = {
      minute,
      what,
      department,
      begun: 0,
      came_in: 0,
      refused: 0,
      failed: 0,
      begunAt: new Set(),
      backAt: new Set(),
    }
    users.set(key, made)
    return made
  }

  const countersOf = (department: string, at: Date): CounterSums | null => {
    const slot = startOf(at.getTime(), slotMilliseconds)
    const key = `${slot} ${department}`
    const known = counters.get(key)
    if (known !== undefined) return known
    if (counters.size >= rowsMax) return null
    const made: CounterSums = {
      slot,
      department,
      heard: 0,
      back: 0,
      offline_seconds: 0,
      offline_seconds_max: 0,
      offline_since: null,
      numbers: 0,
      waiting: 0,
      lost_ecps: 0,
      lost_card: 0,
      backAt: new Set(),
    }
    counters.set(key, made)
    return made
  }

  const hear = (
    { department, source }: SignalPlace,
    what: 'heardAt' | 'leftAt',
    at: number,
  ): void => {
    const known = lastHeard.get(source)
    if (known === undefined && lastHeard.size >= sitesMax) return
    const row = known ?? { department, heardAt: null, leftAt: null }
    row[what] = Math.max(row[what] ?? at, at)
    lastHeard.set(source, row)
  }

  /** What is being written; back in its place when it could not be. */
  const write = async (): Promise<void> => {
    const [writtenUsers, writtenCounters, writtenHeard] = [users, counters, lastHeard]
    users = new Map()
    counters = new Map()
    lastHeard = new Map()
    const userRows = [...writtenUsers.values()].map(({ begunAt, backAt, minute, ...rest }) => ({
      ...rest,
      minute: iso(minute),
      begun_at: [...begunAt],
      back_at: [...backAt],
    }))
    const counterRows = [...writtenCounters.values()].map(
      ({ backAt, slot, offline_since, ...rest }) => ({
        ...rest,
        slot: iso(slot),
        offline_since: iso(offline_since),
        back_at: [...backAt],
      }),
    )
    const heardRows = [...writtenHeard].map(([site_id, { department, heardAt, leftAt }]) => ({
      site_id,
      department,
      heard_at: iso(heardAt),
      left_at: iso(leftAt),
    }))
    try {
      if (userRows.length > 0)
        await database.unsafe(sumUsersText, [JSON.stringify(userRows), processId])
      writtenUsers.clear()
      if (counterRows.length > 0)
        await database.unsafe(sumCountersText, [JSON.stringify(counterRows), processId])
      writtenCounters.clear()
      if (heardRows.length > 0) await database.unsafe(lastHeardText, [JSON.stringify(heardRows)])
      writtenHeard.clear()
    } finally {
      for (const sum of writtenUsers.values()) addBack(sum)
      for (const sum of writtenCounters.values()) addCounterBack(sum)
      for (const [source, { department, heardAt, leftAt }] of writtenHeard) {
        if (heardAt !== null) hear({ department, source }, 'heardAt', heardAt)
        if (leftAt !== null) hear({ department, source }, 'leftAt', leftAt)
      }
    }
  }

  const addBack = (sum: Sums): void => {
    const known = sumsOf(sum.what, sum.department, new Date(sum.minute))
    if (known === null) return
    known.begun += sum.begun
    known.came_in += sum.came_in
    known.refused += sum.refused
    known.failed += sum.failed
    for (const source of sum.begunAt) addSource(known.begunAt, source)
    for (const source of sum.backAt) addSource(known.backAt, source)
  }

  const addCounterBack = (sum: CounterSums): void => {
    const known = countersOf(sum.department, new Date(sum.slot))
    if (known === null) return
    for (const key of [
      'heard',
      'back',
      'offline_seconds',
      'numbers',
      'waiting',
      'lost_ecps',
      'lost_card',
    ] as const)
      known[key] += sum[key]
    known.offline_seconds_max = Math.max(known.offline_seconds_max, sum.offline_seconds_max)
    if (sum.offline_since !== null)
      known.offline_since = Math.min(known.offline_since ?? sum.offline_since, sum.offline_since)
    for (const source of sum.backAt) addSource(known.backAt, source)
  }

  const sum = (): Promise<void> => {
    underWay = underWay.then(async () => {
      try {
        await write()
        sums += 1
        if (sums % sumsPerSweep === 1) {
          const oldest = new Date(clock.now().getTime() - keptMilliseconds)
          await database`delete from user_signal where minute < ${oldest}`
          await database`delete from counter_signal where slot < ${oldest}`
          await database`delete from counter_heard where coalesce(heard_at, left_at) < ${oldest}`
        }
      } catch (error) {
        const failure = errorName(error)
        log.warn({ failure }, 'what users met could not be summed')
      }
    })
    return underWay
  }

  const schedule = (): void => {
    if (stopped) return
    timer = setTimeout(() => {
      void sum().finally(schedule)
    }, everyMilliseconds)
    timer.unref()
  }

  return {
    began: (what, { department, source }, at) => {
      const row = sumsOf(what, department, at)
      if (row === null) return
      row.begun += 1
      // Of what is done a thousand times a second only where it fails.
      if (what !== 'entry') addSource(row.begunAt, source)
    },
    ended: (what, { department, source }, beganAt, ending) => {
      const row = sumsOf(what, department, beganAt)
      if (row === null) return
      row[ending === 'came-in' ? 'came_in' : ending] += 1
      if (what !== 'entry') {
        if (ending !== 'failed') addSource(row.backAt, source)
      } else if (ending === 'failed') {
        addSource(row.begunAt, source)
      }
    },
    heard: (place, { offline, numbersUsed, waiting, lostSignIns, leaving }, at) => {
      const { department, source } = place
      hear(place, leaving === true ? 'leftAt' : 'heardAt', at.getTime())
      if (leaving === true) return
      const row = countersOf(department, at)
      if (row === null) return
      row.heard += 1
      row.numbers += numbersUsed
      row.waiting += waiting
      for (const door of lostSignIns) row[door === 'ecps' ? 'lost_ecps' : 'lost_card'] += 1
      if (offline === null) return
      const [since, until] = [Date.parse(offline.since), Date.parse(offline.until)]
      const seconds = Math.min(offlineSecondsMax, Math.max(0, Math.round((until - since) / 1_000)))
      row.back += 1
      row.offline_seconds += seconds
      row.offline_seconds_max = Math.max(row.offline_seconds_max, seconds)
      // By the portal's clock: the counter's own may be anywhere.
      const began = at.getTime() - seconds * 1_000
      row.offline_since = Math.min(row.offline_since ?? began, began)
      addSource(row.backAt, source)
    },
    left: (place, at) => hear(place, 'leftAt', at.getTime()),
    sum,
    start: schedule,
    stop: async () => {
      stopped = true
      clearTimeout(timer)
      // A database that does not answer keeps no process from stopping.
      await Promise.race([sum(), wait(stopMillisecondsMax, undefined, { ref: false })])
    },
  }
}
