/**
 * This counter's clock beside the portal's, as far as the last contact told. A computer that sets its clock by the
 * network is within seconds, and is left alone; of one that is off, the page takes the portal's time in its place.
 */
import { clockSkewMilliseconds, type OutboxHead } from '@sidep/continuity'
import type { ScreeningInput } from '@sidep/contracts'
import { rfc3339In } from '@sidep/time'
import { timeZoneOf } from '../shared/documents/local-time.ts'

type Clocked = Pick<OutboxHead, 'clock'>

/** From here on it is said, and corrected: well under what the portal tolerates (`clockSkewMilliseconds`). */
const offMilliseconds = 120_000

const isClockOff = ({ clock }: Clocked): boolean => Math.abs(clock.offset) >= offMilliseconds

/** Whole minutes that this computer is ahead of the portal, negative when behind; 0 when it is right enough. */
export const minutesAhead = (outbox: Clocked): number =>
  isClockOff(outbox) ? -Math.round(outbox.clock.offset / 60_000) : 0

/** The time that is taken for a sample or a result: the computer's own when that is right enough. */
export const timeHere = (outbox: Clocked, local: Date): Date =>
  isClockOff(outbox) ? new Date(local.getTime() + outbox.clock.offset) : local

/** The fields of a screening that lie in the future, as only a clock that was ahead can have put them. */
export const futureFields = (
  { sampledAt, resultAt }: Pick<ScreeningInput, 'sampledAt' | 'resultAt'>,
  outbox: Clocked,
  local: Date,
): ('sampledAt' | 'resultAt')[] => {
  const latest = timeHere(outbox, local).getTime() + clockSkewMilliseconds
  const times = { sampledAt, resultAt }
  return (['sampledAt', 'resultAt'] as const).filter(
    (field) => Date.parse(times[field] ?? '') > latest,
  )
}

/**
 * A screening with the portal's times in the place of those in the future: both moved by what the clock is ahead,
 * and never past now, so that a test still takes as long as it took.
 */
export const atPortalTime = (
  input: ScreeningInput,
  outbox: Clocked,
  local: Date,
): ScreeningInput => {
  const now = timeHere(outbox, local).getTime()
  const future = futureFields(input, outbox, local)
  const moved = (text: string): string =>
    // In the zone that it was written in: the site's.
    rfc3339In(
      new Date(Math.min(Date.parse(text) + Math.min(outbox.clock.offset, 0), now)),
      timeZoneOf(text),
    )
  const sampledAt = future.includes('sampledAt') ? moved(input.sampledAt) : input.sampledAt
  const resultAt =
    input.resultAt === undefined || future.length === 0 ? input.resultAt : moved(input.resultAt)
  if (resultAt === undefined) return { ...input, sampledAt }
  const isBefore = Date.parse(resultAt) < Date.parse(sampledAt)
  return { ...input, sampledAt, resultAt: isBefore ? sampledAt : resultAt }
}
