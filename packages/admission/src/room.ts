/**
 * The waiting room for new sign-ins: one small state that all processes share. One process at a time updates it (in the
 * server: under a row lock, by the database's clock).
 *
 * A sign-in costs a token, and tokens come at the pace that the portal can take. While there are tokens, nobody waits.
 * When there is none left for somebody, the room closes: from then on each arrival gets a ticket with its time. Tickets
 * are counted in periods of a quarter of a second, and a watermark moves over those periods as fast as tokens pay for
 * them. A ticket that is not later than the watermark may sign in.
 *
 * Invariants
 * - Neither the room's time nor the watermark goes back: who was let in is not sent back, and of two tickets the one
 *   with the earlier time is let in no later. Times are given by updates, one after the other, so the order can only be
 *   wrong by how long an arrival waits for its update: at most `reorderMilliseconds`. Nobody is let in before somebody
 *   who came that much earlier.
 * - A ticket is counted by the same update that makes it; if the count were lost, the watermark would still let it in.
 * - A ticket whose holder has not come back within `confirmMilliseconds` counts no longer, and the token paid for it is
 *   given back: a script that takes places and leaves them delays nobody for longer than that. A holder who comes back
 *   later is counted then, at the time of the ticket, and if the watermark has passed that time, begins on credit.
 * - Sign-ins that begin are paid for: they exceed the pace by the burst and by one period's tickets at most. Somebody who
 *   was let in before and begins again is let in on credit, up to one burst: the line pays the credit back before it moves
 *   on, which takes no longer than the burst lasts, because the debt shrinks with the pace.
 * - Tokens paid for people who never came are given back, at most up to the burst. Coming late costs a token, not the place.
 */
export interface RoomSettings {
  /** Sign-ins begun a second that the portal takes at its best. */
  readonly paceMax: number
  readonly paceMin: number
  /** Tokens that a quiet room keeps, seconds of the pace; never fewer than a handful (`burstOf`). */
  readonly burstSeconds: number
  /** Who has not begun to sign in after this long will hardly come: the place is given to somebody else. */
  readonly noShowMilliseconds: number
}

export const defaultRoomSettings: RoomSettings = {
  paceMax: 300,
  paceMin: 5,
  burstSeconds: 1,
  noShowMilliseconds: 180_000,
}

/** Tickets are counted by periods of this length. */
export const bucketMilliseconds = 250
/** An update that does not get the row within this long is given up. */
export const updateMillisecondsMax = 1_000
/** While somebody waits, a process leaves this long between two updates, so that each carries many arrivals. */
export const updateSpacingMilliseconds = 50
/** An arrival waits for the update under way, then for its own. Nobody is let in before somebody who came this much earlier. */
export const reorderMilliseconds = 2 * updateMillisecondsMax + updateSpacingMilliseconds
/** A new place counts for this long. Its holder is asked to come back within half of it; afterwards it counts only if they did. */
export const confirmMilliseconds = 15_000
/** The watermark is moved at most this often; updates in between only take tokens and tickets. */
export const advanceEveryMilliseconds = 250

export interface RoomState {
  /** Arrivals up to here are let in. Room time, milliseconds. */
  readonly watermark: number
  /** Whether new arrivals get a ticket. */
  readonly waiting: boolean
  /** Sign-ins that may begin now; below zero when more were let in than paid for. */
  readonly tokens: number
  /** Sign-ins a second at the moment. */
  readonly pace: number
  readonly advancedAt: number
  /** The room's time at the last update. */
  readonly at: number
  /** When the pace was last lowered. */
  readonly pressedAt: number
}

/** The tickets of one period. */
export interface ArrivalBucket {
  /** A multiple of `bucketMilliseconds`. */
  readonly startsAt: number
  /** Those that count. */
  readonly tickets: number
  /** Of those, the ones whose holder has not come back yet. */
  readonly unconfirmed: number
  /** Tickets that tokens were spent on. */
  readonly paid: number
  /** When the watermark had passed all of it; null before. */
  readonly passedAt: number | null
  /** Tickets used for the first time. */
  readonly shown: number
}

export interface Advance {
  readonly state: RoomState
  /** Those that changed. */
  readonly changed: readonly ArrivalBucket[]
  /** Periods that are over and settled: they can be forgotten. */
  readonly settled: readonly number[]
}

export const bucketOf = (arrivedAt: number): number =>
  Math.floor(arrivedAt / bucketMilliseconds) * bucketMilliseconds

/** With fewer, a slow portal's room would close when a handful come together, although its pace can take them. */
const burstTokensMin = 10

/** Sign-ins that a quiet room lets begin at once, and the most that are let in on credit. @param pace a second */
export const burstOf = (
  pace: number,
  { burstSeconds }: Pick<RoomSettings, 'burstSeconds'>,
): number => Math.max(burstTokensMin, pace * burstSeconds)

/** A room nobody has been in. */
export const newRoom = (now: number, settings: RoomSettings): RoomState => ({
  watermark: now,
  waiting: false,
  tokens: burstOf(settings.paceMax, settings),
  pace: settings.paceMax,
  advancedAt: now,
  at: now,
  pressedAt: 0,
})

/** Lowered at most this often, milliseconds: an earlier lowering needs time to show. */
const pressEveryMilliseconds = 2_000
const pressFactor = 0.7
/** After this long without pressure the pace rises again, by this share of the best a second. */
const calmMilliseconds = 6_000
const riseShare = 0.02

const nextPace = (
  { pace, pressedAt, advancedAt }: RoomState,
  at: number,
  pressed: boolean,
  settings: RoomSettings,
): Pick<RoomState, 'pace' | 'pressedAt'> => {
  const bounded = (value: number): number =>
    Math.min(settings.paceMax, Math.max(settings.paceMin, value))
  if (pressed && at - pressedAt >= pressEveryMilliseconds) {
    return { pace: bounded(pace * pressFactor), pressedAt: at }
  }
  if (pressed || at - pressedAt < calmMilliseconds) return { pace: bounded(pace), pressedAt }
  const seconds = (at - advancedAt) / 1_000
  return { pace: bounded(pace + seconds * riseShare * settings.paceMax), pressedAt }
}

interface Purse {
  tokens: number
}

/** Stops counting the tickets whose holders have not come back in time. */
const leaveOut = (bucket: ArrivalBucket, purse: Purse, at: number): ArrivalBucket => {
  const isDue = at - bucket.startsAt - bucketMilliseconds >= confirmMilliseconds
  if (!isDue || bucket.unconfirmed === 0) return bucket
  const tickets = Math.max(0, bucket.tickets - bucket.unconfirmed)
  const paid = Math.min(bucket.paid, tickets)
  purse.tokens += bucket.paid - paid
  return { ...bucket, tickets, paid, unconfirmed: 0 }
}

/** Pays for the tickets that the watermark has passed, and gives tokens back for those that nobody used. */
const settle = (
  bucket: ArrivalBucket,
  purse: Purse,
  at: number,
  settings: RoomSettings,
): { readonly bucket: ArrivalBucket; readonly over: boolean } => {
  const owed = bucket.tickets - bucket.paid
  purse.tokens -= owed
  const passedAt = bucket.passedAt ?? at
  const over = at - passedAt >= settings.noShowMilliseconds
  if (over) purse.tokens += Math.max(0, bucket.tickets - bucket.shown)
  return { bucket: { ...bucket, paid: bucket.tickets, passedAt }, over }
}

/**
 * Moves the watermark from `from` towards `horizon` through one period, as far as the tokens reach: whole tickets, taken
 * as spread evenly over the period.
 */
const passThrough = (
  bucket: ArrivalBucket,
  from: number,
  horizon: number,
  purse: Purse,
): { readonly watermark: number; readonly bucket: ArrivalBucket } => {
  const end = bucket.startsAt + bucketMilliseconds
  const start = Math.max(from, bucket.startsAt)
  const until = Math.min(end, horizon)
  const owed = Math.max(0, bucket.tickets - bucket.paid)
  const cost = Math.ceil(owed * ((until - start) / (end - start)))
  const affordable = Math.max(0, Math.floor(purse.tokens))
  const spent = Math.min(cost, affordable)
  purse.tokens -= spent
  const watermark = spent === cost ? until : start + (end - start) * (spent / owed)
  return { watermark, bucket: { ...bucket, paid: bucket.paid + spent } }
}

/**
 * Moves the room to a time.
 *
 * @param buckets all that are not settled, in any order
 * @param now room time, milliseconds; an earlier one than the room's counts as the room's
 * @param pressed whether sign-ins are slower or more than a process can take
 */
export const advanceRoom = (
  state: RoomState,
  buckets: readonly ArrivalBucket[],
  now: number,
  pressed: boolean,
  settings: RoomSettings,
): Advance => {
  const at = Math.max(now, state.at)
  const paced = nextPace(state, at, pressed, settings)
  const burst = burstOf(paced.pace, settings)
  const purse: Purse = { tokens: state.tokens + (paced.pace * (at - state.advancedAt)) / 1_000 }
  const changed = new Map<number, ArrivalBucket>()
  const settled: number[] = []
  const ahead: ArrivalBucket[] = []
  for (const found of buckets) {
    const bucket = leaveOut(found, purse, at)
    if (bucket !== found) changed.set(bucket.startsAt, bucket)
    if (state.waiting && bucket.startsAt + bucketMilliseconds > state.watermark) {
      ahead.push(bucket)
      continue
    }
    const done = settle(bucket, purse, at, settings)
    if (done.over) {
      changed.delete(bucket.startsAt)
      settled.push(bucket.startsAt)
    } else if (bucket.passedAt === null || bucket.paid !== bucket.tickets) {
      changed.set(bucket.startsAt, done.bucket)
    }
  }
  purse.tokens = Math.min(burst, Math.max(-burst, purse.tokens))
  if (!state.waiting) {
    const open = { ...paced, watermark: state.watermark, waiting: false, advancedAt: at, at }
    return { state: { ...open, tokens: purse.tokens }, changed: [...changed.values()], settled }
  }
  ahead.sort((a, b) => a.startsAt - b.startsAt)
  const horizon = Math.max(state.watermark, at)
  let watermark = state.watermark
  let blocked = false
  for (const bucket of ahead) {
    if (bucket.startsAt >= horizon) break
    const passed = passThrough(bucket, watermark, horizon, purse)
    watermark = Math.max(watermark, passed.watermark)
    const isPassed = watermark >= bucket.startsAt + bucketMilliseconds
    changed.set(bucket.startsAt, isPassed ? { ...passed.bucket, passedAt: at } : passed.bucket)
    blocked = watermark < Math.min(bucket.startsAt + bucketMilliseconds, horizon)
    if (blocked) break
  }
  if (!blocked) watermark = Math.max(watermark, horizon)
  // Places dated in the future do not keep the room closed.
  const somebodyWaits = ahead.some(
    ({ startsAt, tickets }) =>
      tickets > 0 && startsAt <= horizon && startsAt + bucketMilliseconds > watermark,
  )
  const waiting = blocked || somebodyWaits
  return {
    state: {
      ...paced,
      // When the room opens, everybody who came before is let in.
      watermark: waiting ? watermark : Math.max(watermark, at),
      waiting,
      tokens: purse.tokens,
      advancedAt: at,
      at,
    },
    changed: [...changed.values()],
    settled,
  }
}

export interface RoomArrivals {
  /** Arrivals without a ticket. */
  readonly wanted: number
  /**
   * Tickets whose place had been given away, or that begin once more: they are served before the line, since they have
   * waited already. The watermark leaves no token to them, so they are served on credit.
   */
  readonly late: number
}

/** How many may begin on credit now, because the line has left no token for them (`RoomArrivals.late`). */
export const creditOf = (
  { tokens, pace }: Pick<RoomState, 'tokens' | 'pace'>,
  settings: Pick<RoomSettings, 'burstSeconds'>,
): number => Math.max(0, Math.floor(tokens + burstOf(pace, settings)))

export interface ArrivalsLetIn {
  readonly state: RoomState
  readonly granted: number
  readonly grantedLate: number
  /** The time for the tickets of those who were not let in: later than every time that is. */
  readonly ticketAt: number
}

/**
 * Takes tokens for one process's arrivals, and closes the room when there are not enough.
 *
 * @param now room time, milliseconds; an earlier one than the room's counts as the room's
 */
export const letArrivalsIn = (
  state: RoomState,
  now: number,
  { wanted, late }: RoomArrivals,
  settings: Pick<RoomSettings, 'burstSeconds'>,
): ArrivalsLetIn => {
  const at = Math.max(now, state.at)
  const grantedLate = Math.min(late, creditOf(state, settings))
  const tokens = state.tokens - grantedLate
  const granted = state.waiting ? 0 : Math.min(wanted, Math.max(0, Math.floor(tokens)))
  const closes = !state.waiting && granted < wanted
  const ticketAt = Math.max(at, state.watermark) + 1
  return {
    granted,
    grantedLate,
    ticketAt,
    state: {
      ...state,
      at: granted < wanted ? ticketAt : at,
      tokens: tokens - granted,
      waiting: state.waiting || closes,
      watermark: closes ? ticketAt - 1 : state.watermark,
    },
  }
}

/**
 * Counts holders who came back: a period as it is afterwards. Whoever was left out already, or has a place dated later than
 * the update that gave it (`networkShares`), is added while the watermark has not passed; after that they begin on credit.
 *
 * @param watermark of the room at this moment
 */
export const confirmTickets = (
  bucket: ArrivalBucket,
  count: number,
  watermark: number,
): ArrivalBucket => {
  const known = Math.min(count, bucket.unconfirmed)
  const isAhead = bucket.startsAt + bucketMilliseconds > watermark
  return {
    ...bucket,
    unconfirmed: bucket.unconfirmed - known,
    tickets: bucket.tickets + (isAhead ? count - known : 0),
  }
}

/** Whether the holder of a ticket may sign in. An open room is known to be open up to its time only. */
export const isLetIn = (
  arrivedAt: number,
  state: Pick<RoomState, 'waiting' | 'watermark' | 'at'>,
): boolean => arrivedAt <= (state.waiting ? state.watermark : state.at)
