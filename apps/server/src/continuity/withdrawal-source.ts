/** The list of withdrawals as the bundle asks for it. */
import type { WithdrawnContinuity } from '@sidep/trust'
import type { Platform } from '../platform/context.ts'
import { makeReread, type Reread } from '../platform/reread.ts'
import { readWithdrawals } from './withdrawals.ts'

export type WithdrawalSource = Reread<WithdrawnContinuity>

export const openWithdrawalSource = ({
  database,
  clock,
  log,
}: Pick<Platform, 'database' | 'clock' | 'log'>): WithdrawalSource =>
  makeReread(log, 'withdrawals', async (held: WithdrawnContinuity | null) => {
    const list = await readWithdrawals(database, clock.now())
    return held !== null && JSON.stringify(held) === JSON.stringify(list) ? held : list
  })
