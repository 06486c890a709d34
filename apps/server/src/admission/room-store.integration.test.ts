import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { bucketOf, defaultRoomSettings, ticketId } from '@sidep/admission'
import { clusterOfFile } from '../platform/testing.ts'
import { makeRoomStore } from './room-store.ts'

const settings = {
  ...defaultRoomSettings,
  paceMax: 10,
  paceMin: 1,
  burstSeconds: 2,
  noShowMilliseconds: 20_000,
}

const cluster = await clusterOfFile()
const portal = await cluster.portal()

/** Two processes at the same room; their time is the test's. */
const stores = () => {
  const now = () => portal.clock.now()
  return [
    makeRoomStore(portal.sql, settings, now),
    makeRoomStore(portal.sql, settings, now),
  ] as const
}
const update = { wanted: 0, late: 0, pressed: false, confirmed: [] }
const newTicket = (arrivedAt: number, generation = 0) => ({
  arrivedAt,
  id: ticketId(randomBytes(8)),
  generation,
  confirmed: true,
})

test('a new room gives its burst, once, however many processes ask at the same moment', async () => {
  const [one, other] = stores()
  const outcomes = await Promise.all(
    Array.from({ length: 8 }, (_, index) =>
      (index % 2 === 0 ? one : other).update({ ...update, wanted: 5 }),
    ),
  )
  assert.equal(
    outcomes.reduce((sum, { granted }) => sum + granted, 0),
    20,
  )
  const times = outcomes.filter(({ granted }) => granted < 5).map(({ ticketAt }) => ticketAt)
  assert.equal(new Set(times).size, times.length, 'each turn has a time of its own')
  const [waiting] = await portal.sql`select sum(tickets)::int as tickets from waiting_arrival`
  assert.equal(waiting?.tickets, 20)
})

test('of twenty holders of one ticket at two processes exactly one is let in, and a ticket thrice at most', async () => {
  const [one, other] = stores()
  const arrivedAt = portal.clock.now().getTime()
  const ticket = newTicket(arrivedAt)
  for (let generation = 0; generation < 3; generation += 1) {
    const copies = Array.from({ length: 20 }, (_, index) =>
      (index % 2 === 0 ? one : other).redeem({ ...ticket, generation }, true),
    )
    const said = await Promise.all(copies)
    assert.equal(said.filter((outcome) => outcome === 'let-in').length, 1)
    assert.equal(said.filter((outcome) => outcome === 'used').length, 19)
  }
  assert.equal(await one.redeem({ ...ticket, generation: 3 }, true), 'used')
})

test('a place whose holder came too late costs another token, and is not lost', async () => {
  const [one, other] = stores()
  portal.clock.advance(60_000)
  // The line of the first test is let in, and nobody comes.
  for (let second = 0; second < 60; second += 1) {
    portal.clock.advance(1_000)
    await one.update(update)
  }
  const late = newTicket(portal.clock.now().getTime() - 110_000)
  assert.equal(await other.redeem(late, false), 'place-given-away')
  const { grantedLate } = await other.update({ ...update, late: 1 })
  assert.equal(grantedLate, 1)
  assert.equal(await other.redeem(late, true), 'let-in')
  const rows = await portal.sql`select 1 from waiting_arrival`
  assert.equal(rows.length, 0, 'periods that are over are forgotten')
})

test('a place whose holder came in time is used without a further token', async () => {
  const [one] = stores()
  await one.update({ ...update, wanted: 20 })
  const { ticketAt } = await one.update({ ...update, wanted: 1 })
  const [row] = await portal.sql`
    select tickets from waiting_arrival where starts_at = ${bucketOf(ticketAt)}`
  assert.ok(row?.tickets >= 1)
  assert.equal(await one.redeem(newTicket(ticketAt), false), 'let-in')
})

test('the time of a process does not matter where the room has the database’s', async () => {
  const fresh = await cluster.portal()
  const store = makeRoomStore(fresh.sql, settings, null)
  const { ticketAt } = await store.update({ ...update, wanted: 100 })
  assert.ok(Math.abs(ticketAt - Date.now()) < 60_000)
})

test('places that nobody came back to count no longer after a quarter of a minute, and each that did counts once', async () => {
  const fresh = await cluster.portal()
  const store = makeRoomStore(fresh.sql, settings, () => fresh.clock.now())
  await store.update({ ...update, wanted: 20 })
  // A script takes 500 places, fifty seconds of the pace, and leaves them; three people come at the same moment.
  const { ticketAt } = await store.update({ ...update, wanted: 503 })
  const people = Array.from({ length: 3 }, () => ({ ...newTicket(ticketAt), confirmed: false }))
  fresh.clock.advance(4_000)
  await store.update({ ...update, confirmed: people })
  await store.update({ ...update, confirmed: people })
  const waiting = async () => {
    const [row] = await fresh.sql`
      select sum(tickets)::int as tickets, sum(unconfirmed)::int as unconfirmed from waiting_arrival`
    return row
  }
  assert.deepEqual(await waiting(), { tickets: 503, unconfirmed: 500 })
  fresh.clock.advance(12_000)
  const { state } = await store.update(update)
  assert.deepEqual(await waiting(), { tickets: 3, unconfirmed: 0 })
  assert.ok(state.watermark >= ticketAt, 'who came back is let in')
  const [first, abandoned] = [people[0], { ...newTicket(ticketAt), confirmed: false }]
  assert.ok(first)
  assert.equal(await store.redeem({ ...first, confirmed: true }, false), 'let-in')
  assert.equal(await store.redeem(abandoned, false), 'place-given-away')
})
