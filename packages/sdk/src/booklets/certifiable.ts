import { samplingHoursMax } from '@sidep/continuity'
import type { Catalogue, ScreeningInput } from '@sidep/contracts'
import { hourMilliseconds } from '@sidep/time'

/**
 * The kind of test that a certificate would name; null when there can be none: no result yet, an inconclusive one,
 * a device that is not on the EU list, or a sample of another day, which is catch-up entry.
 */
export const certifiableTestType = (
  { kind, device, result, sampledAt }: ScreeningInput,
  catalogue: Pick<Catalogue, 'kinds'> | null,
  now: Date,
): string | null => {
  if (device === 'other' || (result !== 'negative' && result !== 'positive')) return null
  if (now.getTime() - Date.parse(sampledAt) > samplingHoursMax * hourMilliseconds) return null
  return catalogue?.kinds.find(({ code }) => code === kind)?.dccTestType ?? null
}
