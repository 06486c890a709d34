import { hourMilliseconds } from '@sidep/time'
import type { TrustState } from './trust-state.ts'

const periodMilliseconds = hourMilliseconds
const firstRetryMilliseconds = 60_000

/**
 * How long until the next poll. Hourly, spread over half an hour to either side, so that ten million devices that were
 * opened at the same minute do not come back in one; sooner while nothing came, by a pause that doubles, as spread.
 *
 * @param random evenly distributed, from 0 to 1
 */
export const nextPollMilliseconds = (
  { failures }: Pick<TrustState, 'failures'>,
  random: number,
): number => {
  const pause =
    failures === 0
      ? periodMilliseconds
      : Math.min(periodMilliseconds, firstRetryMilliseconds * 2 ** (failures - 1))
  return Math.round(pause * (0.5 + random))
}
