/**
 * How often somebody's phone may be made to ask, and how many phones one address may make ask: counted in the
 * database, so that all processes share the count. Ids and addresses are there as keyed hashes alone.
 */
import type { Platform } from '../platform/context.ts'

export interface AttemptLimits {
  /** Attempts in one window for one national id: a phone that rings on and on gets confirmed for peace. */
  readonly perIdMax: number
  /** For one address: a hospital may stand behind one. */
  readonly perAddressMax: number
  readonly windowSeconds: number
}

export const defaultAttemptLimits: AttemptLimits = {
  perIdMax: 5,
  perAddressMax: 100,
  windowSeconds: 600,
}

export interface Attempts {
  /** Counts one. @returns null when it may go on, else after how many seconds to try again */
  count(nationalId: string, address: string): Promise<number | null>
}

type Ground = Pick<Platform, 'database' | 'vault' | 'clock'>

export const createAttempts = (
  { database, vault, clock }: Ground,
  { perIdMax, perAddressMax, windowSeconds }: AttemptLimits = defaultAttemptLimits,
): Attempts => {
  let countings = 0
  const countOne = async (bucket: Uint8Array, max: number, now: Date): Promise<number | null> => {
    const oldest = new Date(now.getTime() - windowSeconds * 1000)
    const [row] = await database<{ window_started_at: Date; attempts: number }[]>`
      insert into sign_in_attempt as known (bucket, window_started_at, attempts)
      values (${bucket}, ${now}, 1)
      on conflict (bucket) do update set
        attempts = case when known.window_started_at <= ${oldest} then 1 else known.attempts + 1 end,
        window_started_at = case when known.window_started_at <= ${oldest}
          then excluded.window_started_at else known.window_started_at end
      returning window_started_at, attempts`
    if (row === undefined || row.attempts <= max) return null
    const endsAt = row.window_started_at.getTime() + windowSeconds * 1000
    return Math.max(1, Math.ceil((endsAt - now.getTime()) / 1000))
  }
  const sweep = async (now: Date): Promise<void> => {
    countings += 1
    if (countings % 500 !== 0) return
    await database`delete from sign_in_attempt
      where window_started_at < ${new Date(now.getTime() - windowSeconds * 1000)}`
  }
  return {
    count: async (nationalId, address) => {
      const now = clock.now()
      await sweep(now)
      // The address first: whoever guesses numbers must not use up other people's tries for ever.
      const byAddress = vault.searchHash('sign-in-address', address)
      const waitOfAddress = await countOne(byAddress, perAddressMax, now)
      if (waitOfAddress !== null) return waitOfAddress
      return countOne(vault.searchHash('sign-in-id', nationalId), perIdMax, now)
    },
  }
}
