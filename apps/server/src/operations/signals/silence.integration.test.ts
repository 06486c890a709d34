/** Counters that fell silent, from their heartbeats over the portal's own interface to what the watcher reads. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { minuteMilliseconds } from '@sidep/time'
import { clusterOfFile, testSites } from '../../platform/testing.ts'
import { makeUserSignals } from '../../platform/user-signals.ts'
import { incidentRules } from '../incidents/rules.ts'
import { metBadly } from '../incidents/user-signals.ts'
import { readSilence } from './read-silence.ts'

const cluster = await clusterOfFile()
const portal = await cluster.portal()
const { sql, clock } = portal
const platform = { ...portal.server.platform, database: sql }
const nothing = { offline: null, numbersUsed: 0, waiting: 0, lostSignIns: [] }
const later = (minutes: number): Date =>
  new Date(clock.now().getTime() + minutes * minuteMilliseconds)

/** Heartbeats of that many counters in each five minutes around this time, some days before. @param share that is left later */
const otherDay = (days: number, department: string, count: number, share = 1) => sql`
  insert into counter_signal (slot, department, process_id, heard, back, offline_seconds, offline_seconds_max, back_at, numbers,
    waiting, lost_ecps, lost_card)
  select slot, ${department}, 'p', case when slot < now.at then ${count} else round(${count} * ${share}::float8) end, 0, 0, 0, '{}', 0, 0, 0, 0
  from (select date_bin('5 minutes', ${clock.now()}::timestamptz - ${`${days} days`}::interval, 'epoch') as at) as now
  cross join lateral generate_series(now.at - interval '3 hours', now.at + interval '3 hours', interval '5 minutes') as slot`

const emptied = async () => {
  await sql`truncate counter_signal, counter_heard`
}

const hearMany = async (department: string, minutesAgo: readonly number[], leaving = 0) => {
  const signals = makeUserSignals({ platform })
  for (const [index, minutes] of minutesAgo.entries()) {
    const place = { department, source: `${department}${String(index).padStart(6, '0')}` }
    signals.heard(place, nothing, later(-minutes))
    if (index < leaving) signals.heard(place, { ...nothing, leaving: true }, later(-minutes + 1))
  }
  await signals.sum()
}

test('sites that were heard and are not any more are silent, unless they said that they close or somebody signed out', async () => {
  await emptied()
  const site = testSites.saintDenis
  const signedIn = await portal.signInAt(site)
  const { cookie } = signedIn
  const beat = (body: object) =>
    portal.send('POST', '/api/counter/heartbeats', body, { cookie, signer: null })
  const heardOf = async () => {
    for (;;) {
      const [row] = await sql<
        { department: string; heard_at: Date | null; left_at: Date | null }[]
      >`
        select department, heard_at, left_at from counter_heard where site_id = ${site.id}`
      if (row !== undefined) return row
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  assert.equal((await beat(nothing)).status, 204)
  assert.deepEqual(
    { ...(await heardOf()) },
    { department: '974', heard_at: clock.now(), left_at: null },
  )
  for (const days of [1, 7]) await otherDay(days, '974', 20)
  const silence = async () => readSilence(sql, later(12), null)
  const [silent] = await silence()
  assert.deepEqual(silent, {
    component: 'entry',
    by: 'silence',
    department: '974',
    attempts: 1,
    failures: 1,
    sitesSeen: 1,
    sites: 1,
    usualShare: 0,
  })
  assert.equal((await readSilence(sql, later(9), null))[0]?.sites, 0)
  // A page that is closed is no silence; one that is opened again is expected again.
  const left = async (): Promise<void> => {
    while ((await heardOf()).left_at?.getTime() !== clock.now().getTime())
      await new Promise((resolve) => setTimeout(resolve, 50))
  }
  clock.advance(minuteMilliseconds)
  assert.equal((await beat({ ...nothing, leaving: true })).status, 204)
  await left()
  assert.equal((await silence())[0]?.sites, 0)
  const [counted] =
    await sql`select sum(heard)::int as heard from counter_signal where slot > ${later(-60)}`
  assert.equal(counted?.heard, 1)
  clock.advance(minuteMilliseconds)
  await beat(nothing)
  while ((await heardOf()).heard_at?.getTime() !== clock.now().getTime())
    await new Promise((resolve) => setTimeout(resolve, 50))
  assert.equal((await silence())[0]?.sites, 1)
  clock.advance(minuteMilliseconds)
  const out = await portal.send('DELETE', '/api/session', undefined, signedIn)
  assert.equal(out.status, 204)
  await left()
  assert.equal((await silence())[0]?.sites, 0)
})

test('a département whose counters fall silent is met badly and stays so; closing time and an unknown place are not', async () => {
  await emptied()
  for (const department of ['971', '75', '33', '29']) {
    await otherDay(1, department, 40)
    await otherDay(7, department, 40, department === '29' ? 0.1 : 1)
  }
  const fresh = Array.from({ length: 30 }, (_, index) => index % 5)
  const gone = fresh.map((minutes) => minutes + 12)
  await hearMany('971', gone)
  await hearMany('75', fresh)
  await hearMany('33', fresh)
  await hearMany('29', gone)
  // Of a place that nothing is known of, nobody can say whether it closes.
  await hearMany('13', gone)
  const signals = await readSilence(sql, clock.now(), null)
  assert.deepEqual(
    signals.map(({ department, sitesSeen, sites, usualShare }) => [
      department,
      sitesSeen,
      sites,
      Math.round((usualShare ?? 0) * 10) / 10,
    ]),
    [
      ['29', 30, 30, 0.9],
      ['33', 30, 0, 0],
      ['75', 30, 0, 0],
      ['971', 30, 30, 0],
    ],
  )
  const usual = signals.filter(({ department }) => department !== '29')
  assert.deepEqual(metBadly(usual, incidentRules.users), { departments: ['971'], sites: 30 })
  // Two hours later they are still sought, as long as the incident is open.
  assert.equal((await readSilence(sql, later(120), null)).length, 0)
  const still = await readSilence(sql, later(120), later(5))
  assert.deepEqual(
    still.filter(({ department }) => department === '971').map(({ sites }) => sites),
    [30],
  )
})

test('at closing time those who said so are among those who came', async () => {
  await emptied()
  await otherDay(1, '971', 40)
  await hearMany(
    '971',
    Array.from({ length: 40 }, () => 15),
    30,
  )
  const [signal] = await readSilence(sql, clock.now(), null)
  assert.deepEqual([signal?.sitesSeen, signal?.sites], [40, 10])
  assert.equal(metBadly([signal ?? assert.fail()], incidentRules.users), null)
})
