/**
 * How often somebody's phone may be made to ask, and how many phones one address may make ask: counted in the
 * database, so that all processes share the count. Ids and addresses are there as keyed hashes alone.
 *
 * Invariants
 * - Each further ring of one number waits twice as long as the one before, until a day was quiet or its owner came in.
 * - Who has signed in at this browser before has a count of their own there: nobody keeps them out by ringing from
 *   elsewhere, be it from the same address. The way by redirect counts nothing.
 */
import type { Platform } from '../platform/context.ts'
import { addressKey } from '../platform/network-address.ts'

export interface AttemptLimits {
  /** Rings of one number without a pause: mistyped, not heard. */
  readonly ringsFree: number
  /**
   * Pause before the next ring, doubled with each. Somebody whose phone rings on and on would confirm just to stop it.
   */
  readonly pauseSeconds: number
  readonly pauseSecondsMax: number
  /** After this long without a ring the pauses start again from the first. */
  readonly quietSeconds: number
  /** For one address (of IPv6: one line) in one window: a hospital may stand behind one. */
  readonly perAddressMax: number
  readonly windowSeconds: number
}

export const defaultAttemptLimits: AttemptLimits = {
  ringsFree: 3,
  pauseSeconds: 30,
  pauseSecondsMax: 3_600,
  quietSeconds: 86_400,
  perAddressMax: 100,
  windowSeconds: 600,
}

/** Who wants whose phone to ask. */
export interface Ring {
  readonly nationalId: string
  readonly address: string
  /** The browser's number when this person has signed in at it before. */
  readonly knownBrowser: string | null
}

export interface Attempts {
  /** Counts one. @returns null when it may go on, else after how many seconds to try again */
  count(ring: Ring): Promise<number | null>
  /** Its person came in: what was counted on that way is forgotten. */
  succeeded(ring: Ring): Promise<void>
}

type AttemptDependencies = Pick<Platform, 'database' | 'vault' | 'clock'>

/** Doublings beyond which any pause is at its longest. */
const doublingsMax = 30

export const makeAttempts = (
  { database, vault, clock }: AttemptDependencies,
  limits: AttemptLimits = defaultAttemptLimits,
): Attempts => {
  const { ringsFree, pauseSeconds, pauseSecondsMax, quietSeconds } = limits
  const { perAddressMax, windowSeconds } = limits
  let countings = 0
  const before = (now: Date, seconds: number): Date => new Date(now.getTime() - seconds * 1000)

  const countAddress = async (address: string, now: Date): Promise<number | null> => {
    const bucket = vault.searchHash('sign-in-address', addressKey(address))
    const oldest = before(now, windowSeconds)
    const [row] = await database<{ window_started_at: Date; attempts: number }[]>`
      insert into sign_in_attempt as known (bucket, window_started_at, attempts)
      values (${bucket}, ${now}, 1)
      on conflict (bucket) do update set
        attempts = case when known.window_started_at <= ${oldest} then 1 else known.attempts + 1 end,
        window_started_at = case when known.window_started_at <= ${oldest}
          then excluded.window_started_at else known.window_started_at end
      returning window_started_at, attempts`
    if (row === undefined || row.attempts <= perAddressMax) return null
    const endsAt = row.window_started_at.getTime() + windowSeconds * 1000
    return Math.max(1, Math.ceil((endsAt - now.getTime()) / 1000))
  }

  const bucketOf = ({ nationalId, knownBrowser }: Ring): Uint8Array =>
    knownBrowser === null
      ? vault.searchHash('sign-in-id', nationalId)
      : vault.searchHash('sign-in-known', `${knownBrowser}|${nationalId}`)

  const pauseAfter = (rings: number): number =>
    rings < ringsFree
      ? 0
      : Math.min(pauseSeconds * 2 ** Math.min(rings - ringsFree, doublingsMax), pauseSecondsMax)

  /** A number's row says when it rang last, and how often until then; a ring that is refused changes nothing. */
  const countRing = async (bucket: Uint8Array, now: Date): Promise<number | null> => {
    const quiet = before(now, quietSeconds)
    const [rung] = await database`
      insert into sign_in_attempt as known (bucket, window_started_at, attempts)
      values (${bucket}, ${now}, 1)
      on conflict (bucket) do update set window_started_at = excluded.window_started_at,
        attempts = case when known.window_started_at <= ${quiet} then 1 else known.attempts + 1 end
      where known.window_started_at <= ${quiet} or known.attempts < ${ringsFree}
        or known.window_started_at + make_interval(secs => least(${pauseSecondsMax}::float8,
          ${pauseSeconds}::float8 * power(2, least(known.attempts - ${ringsFree}, ${doublingsMax})))) <= ${now}
      returning attempts`
    if (rung !== undefined) return null
    const [row] = await database<{ window_started_at: Date; attempts: number }[]>`
      select window_started_at, attempts from sign_in_attempt where bucket = ${bucket}`
    if (row === undefined) return null
    const endsAt = row.window_started_at.getTime() + pauseAfter(row.attempts) * 1000
    return Math.max(1, Math.ceil((endsAt - now.getTime()) / 1000))
  }

  const sweep = async (now: Date): Promise<void> => {
    countings += 1
    if (countings % 500 !== 0) return
    const seconds = Math.max(windowSeconds, quietSeconds)
    await database`delete from sign_in_attempt where window_started_at < ${before(now, seconds)}`
  }

  return {
    count: async (ring) => {
      const now = clock.now()
      await sweep(now)
      if (ring.knownBrowser === null) {
        // The address first: whoever guesses numbers must not use up other people's tries for ever.
        const wait = await countAddress(ring.address, now)
        if (wait !== null) return wait
      }
      return countRing(bucketOf(ring), now)
    },
    succeeded: async (ring) => {
      await database`delete from sign_in_attempt where bucket = ${bucketOf(ring)}`
    },
  }
}
