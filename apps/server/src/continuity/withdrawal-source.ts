/** The list of withdrawals as the bundle asks for it: read now and then, and at once after an act of this process. */
import type { WithdrawnContinuity } from '@sidep/trust'
import { monotonicMilliseconds } from '../platform/clock.ts'
import type { Platform } from '../platform/context.ts'
import { readWithdrawals } from './withdrawals.ts'

export interface WithdrawalSource {
  /** The same object as long as nothing changed. */
  current(): Promise<WithdrawnContinuity>
  /** Something was withdrawn here: the next `current` reads anew. */
  changed(): void
}

/** What another process withdrew is in this one's bundle after that. */
const rereadMilliseconds = 5_000

export const openWithdrawalSource = (
  platform: Pick<Platform, 'database' | 'clock' | 'log'>,
): WithdrawalSource => {
  let known: WithdrawnContinuity | null = null
  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<WithdrawnContinuity> | null = null
  let generation = 0

  const read = async (): Promise<WithdrawnContinuity> => {
    readAt = monotonicMilliseconds()
    const begun = generation
    try {
      const list = await readWithdrawals(platform.database, platform.clock.now())
      if (generation !== begun) return list
      if (known === null || JSON.stringify(known) !== JSON.stringify(list)) known = list
      return known
    } catch (error) {
      // A database that is away must not take the bundle away: what was withdrawn before still is.
      if (known === null) throw error
      platform.log.warn({ name: error instanceof Error ? error.name : '' }, 'withdrawals not read')
      return known
    } finally {
      if (generation === begun) reading = null
    }
  }

  return {
    async current() {
      if (known !== null && monotonicMilliseconds() - readAt < rereadMilliseconds) return known
      reading ??= read()
      return reading
    },
    changed() {
      readAt = Number.NEGATIVE_INFINITY
      // A reading that began before the act may not have seen it.
      generation += 1
      reading = null
    },
  }
}
