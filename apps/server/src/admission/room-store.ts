/** The waiting room in the database: one row that processes update one after the other (invariants in packages/admission/src/room.ts). */
import {
  type ArrivalBucket,
  type ArrivalsLetIn,
  advanceEveryMilliseconds,
  advanceRoom,
  bucketOf,
  confirmTickets,
  letArrivalsIn,
  newRoom,
  type RoomArrivals,
  type RoomSettings,
  type RoomState,
  type Ticket,
  ticketMillisecondsMax,
  ticketUsesMax,
  updateMillisecondsMax,
} from '@sidep/admission'
import type { TransactionSql } from 'postgres'
import type { Sql } from '../platform/context.ts'

export interface RoomUpdate extends RoomArrivals {
  /** Whether sign-ins press on this process. */
  readonly pressed: boolean
  /** Tickets whose holders came back for the first time. One that was counted before is not counted again. */
  readonly confirmed: readonly Ticket[]
}

export interface UpdatedRoom extends ArrivalsLetIn {
  /** What waits at the moment; null when this update did not move the watermark. */
  readonly buckets: readonly ArrivalBucket[] | null
  /** The period that this update added tickets to, as it is now; null when it gave none. */
  readonly filled: ArrivalBucket | null
}

export type Redemption = 'let-in' | 'used' | 'place-given-away'

export interface RoomStore {
  /** One update. @throws when the row was not free within `updateMillisecondsMax`, or the database fails */
  update(update: RoomUpdate): Promise<UpdatedRoom>
  /**
   * Uses a ticket that may sign in.
   *
   * @param paid whether a token was taken for it in this update; without one, a place that was given away is not used
   */
  redeem(ticket: Ticket, paid: boolean): Promise<Redemption>
}

interface RoomRow {
  watermark: number
  waiting: boolean
  tokens: number
  pace: number
  advanced_at: number
  at: number
  pressed_at: number
}

interface BucketRow {
  starts_at: number
  tickets: number
  unconfirmed: number
  paid: number
  passed_at: number | null
  shown: number
}

const stateOf = (row: RoomRow): RoomState => ({
  watermark: row.watermark,
  waiting: row.waiting,
  tokens: row.tokens,
  pace: row.pace,
  advancedAt: row.advanced_at,
  at: row.at,
  pressedAt: row.pressed_at,
})

const rowOf = (state: RoomState): RoomRow => ({
  watermark: state.watermark,
  waiting: state.waiting,
  tokens: state.tokens,
  pace: state.pace,
  advanced_at: state.advancedAt,
  at: state.at,
  pressed_at: state.pressedAt,
})

const bucketOfRow = (row: BucketRow): ArrivalBucket => ({
  startsAt: row.starts_at,
  tickets: row.tickets,
  unconfirmed: row.unconfirmed,
  paid: row.paid,
  passedAt: row.passed_at,
  shown: row.shown,
})

const readBuckets = async (
  sql: TransactionSql,
  now: number,
  settings: RoomSettings,
): Promise<ArrivalBucket[]> => {
  const overBefore = now - settings.noShowMilliseconds
  const rows = await sql<BucketRow[]>`
    select starts_at, tickets, unconfirmed, paid, passed_at,
      case when passed_at <= ${overBefore}
        then (select count(*)::int from waiting_redemption r where r.bucket = starts_at)
        else 0 end as shown
    from waiting_arrival order by starts_at`
  return rows.map(bucketOfRow)
}

/** Changes periods, and makes those that places dated later are the first of. */
const writeBuckets = async (
  sql: TransactionSql,
  changed: readonly ArrivalBucket[],
): Promise<void> => {
  if (changed.length === 0) return
  const column = (key: 'startsAt' | 'tickets' | 'unconfirmed' | 'paid' | 'passedAt') =>
    changed.map((bucket) => bucket[key])
  await sql`
    insert into waiting_arrival (starts_at, tickets, unconfirmed, paid, passed_at)
    select * from unnest(${column('startsAt')}::float8[], ${column('tickets')}::int[],
      ${column('unconfirmed')}::int[], ${column('paid')}::float8[], ${column('passedAt')}::float8[])
    on conflict (starts_at) do update set tickets = excluded.tickets,
      unconfirmed = excluded.unconfirmed, paid = excluded.paid, passed_at = excluded.passed_at`
}

/** Counts who came back, each place once; the periods are written together with the rest of the update. */
const confirm = async (
  sql: TransactionSql,
  state: RoomState,
  confirmed: readonly Ticket[],
): Promise<Promise<unknown>[]> => {
  // While nobody waits there is no line to count in.
  if (confirmed.length === 0 || !state.waiting) return []
  const rows = await sql<(BucketRow & { came: number })[]>`
    with came as (
      insert into waiting_confirmation (ticket_id, bucket)
      select * from unnest(${confirmed.map(({ id }) => id)}::text[],
        ${confirmed.map(({ arrivedAt }) => bucketOf(arrivedAt))}::float8[])
      on conflict (ticket_id) do nothing returning bucket),
    counted as (select bucket, count(*)::int as came from came group by bucket)
    select bucket as starts_at, came, coalesce(tickets, 0) as tickets,
      coalesce(unconfirmed, 0) as unconfirmed, coalesce(paid, 0) as paid, passed_at, 0 as shown
    from counted left join waiting_arrival on starts_at = bucket`
  const changed = rows
    .map((row) => confirmTickets(bucketOfRow(row), row.came, state.watermark))
    // One that is over already is not opened again for somebody who comes now.
    .filter(({ tickets }) => tickets > 0)
  return [writeBuckets(sql, changed)]
}

const fillBucket = async (
  sql: TransactionSql,
  ticketAt: number,
  tickets: number,
): Promise<ArrivalBucket | null> => {
  const [row] = await sql<BucketRow[]>`
    insert into waiting_arrival (starts_at, tickets, unconfirmed)
    values (${bucketOf(ticketAt)}, ${tickets}, ${tickets})
    on conflict (starts_at) do update set tickets = waiting_arrival.tickets + excluded.tickets,
      unconfirmed = waiting_arrival.unconfirmed + excluded.unconfirmed
    returning starts_at, tickets, unconfirmed, paid, passed_at, 0 as shown`
  return row === undefined ? null : bucketOfRow(row)
}

const forget = async (
  sql: TransactionSql,
  settled: readonly number[],
  now: number,
): Promise<void> => {
  if (settled.length === 0) return
  await Promise.all([
    sql`delete from waiting_arrival where starts_at = any(${[...settled]}::float8[])`,
    sql`delete from waiting_redemption where bucket < ${now - ticketMillisecondsMax - 60_000}`,
    sql`delete from waiting_confirmation where bucket < ${now - ticketMillisecondsMax - 60_000}`,
  ])
}

const lockRow = async (sql: TransactionSql): Promise<RoomState | undefined> => {
  const [row] = await sql<RoomRow[]>`
    select watermark, waiting, tokens, pace, advanced_at, at, pressed_at from waiting_room
    where id = 1 for update`
  return row === undefined ? undefined : stateOf(row)
}

/**
 * Waits for the row, and reads the time when it is ours: statements sent together are done one after the other, so the
 * clock is read by the time the row is locked.
 */
const lockRoom = async (
  sql: TransactionSql,
  processNow: (() => Date) | null,
  settings: RoomSettings,
): Promise<{ readonly state: RoomState; readonly now: number }> => {
  const [, known, [time]] = await Promise.all([
    sql`select set_config('lock_timeout', ${`${updateMillisecondsMax}ms`}, true),
      set_config('statement_timeout', ${`${updateMillisecondsMax}ms`}, true)`,
    lockRow(sql),
    sql<{ now: number }[]>`
      select (extract(epoch from clock_timestamp()) * 1000)::float8 as now`,
  ])
  const now = Math.floor(processNow === null ? (time?.now ?? 0) : processNow().getTime())
  if (known !== undefined) return { state: known, now }
  const made = newRoom(now, settings)
  // Two processes may make the room at once: the second waits here and updates what the first made.
  await sql`insert into waiting_room ${sql({ id: 1, ...rowOf(made) })} on conflict (id) do nothing`
  return { state: (await lockRow(sql)) ?? made, now }
}

/**
 * @param processNow null: the room's time is the database's, so that no process's clock matters
 */
export const makeRoomStore = (
  database: Sql,
  settings: RoomSettings,
  processNow: (() => Date) | null,
): RoomStore => ({
  async update({ wanted, late, pressed, confirmed }) {
    return database.begin(async (sql) => {
      const { state: found, now } = await lockRoom(sql, processNow, settings)
      let state = found
      /** Sent together, with what follows: nobody waits for one before the next. */
      const writes: Promise<unknown>[] = await confirm(sql, state, confirmed)
      let buckets: ArrivalBucket[] | null = null
      if (now - state.advancedAt >= advanceEveryMilliseconds) {
        const before = await readBuckets(sql, now, settings)
        const advance = advanceRoom(state, before, now, pressed, settings)
        state = advance.state
        writes.push(writeBuckets(sql, advance.changed), forget(sql, advance.settled, now))
        const changed = new Map(advance.changed.map((bucket) => [bucket.startsAt, bucket]))
        buckets = before.map((bucket) => changed.get(bucket.startsAt) ?? bucket)
      }
      const outcome = letArrivalsIn(state, now, { wanted, late }, settings)
      const tickets = wanted - outcome.granted
      const [filled] = await Promise.all([
        tickets > 0 ? fillBucket(sql, outcome.ticketAt, tickets) : null,
        sql`update waiting_room set ${sql({ ...rowOf(outcome.state) })} where id = 1`,
        ...writes,
      ])
      return { ...outcome, buckets, filled }
    })
  },
  async redeem({ id, arrivedAt, generation, confirmed }, paid) {
    if (generation >= ticketUsesMax) return 'used'
    const bucket = bucketOf(arrivedAt)
    const [seen] = await database<{ generation: number | null; kept: boolean }[]>`
      select (select generation from waiting_redemption where ticket_id = ${id}) as generation,
        exists (select 1 from waiting_arrival where starts_at = ${bucket}
          and (${confirmed} or unconfirmed > 0)) as kept`
    if (seen === undefined || (seen.generation ?? 0) !== generation) return 'used'
    const isPaid = paid || (generation === 0 && seen.kept)
    if (!isPaid) return 'place-given-away'
    const rows = await database`
      insert into waiting_redemption (ticket_id, bucket, generation)
      values (${id}, ${bucket}, ${generation + 1})
      on conflict (ticket_id) do update set generation = waiting_redemption.generation + 1
        where waiting_redemption.generation = ${generation}
      returning generation`
    return rows.length === 1 ? 'let-in' : 'used'
  },
})
