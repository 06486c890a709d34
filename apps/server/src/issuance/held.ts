/**
 * What gives no certificate yet. A positive result proves a past infection for months, so one of more than a day ago,
 * which nobody but its professional can say anything of,
 * waits for somebody else's word.
 */
import { isLate } from '@sidep/screening'

export interface Claim {
  readonly result: 'negative' | 'positive' | 'inconclusive'
  readonly sampledAt: Date
}

/** Whether a certificate of it needs a confirmation by somebody else. */
export const needsConfirmation = ({ result, sampledAt }: Claim, at: Date): boolean =>
  result === 'positive' && isLate(sampledAt, at)
