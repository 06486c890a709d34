/**
 * What gives no certificate yet. A positive result proves a past infection for months, so one of more than a day ago,
 * which nobody but its professional can say anything of,
 * waits for somebody else's word. Of a test that laboratories make there is an analyser's word, and it is a day old
 * before it is known.
 */
import { isLate } from '@sidep/screening'

export interface Claim {
  readonly result: 'negative' | 'positive' | 'inconclusive'
  readonly sampledAt: Date
  readonly kind: { readonly dccTestType: string }
}

/** LOINC part of rapid antigen tests. */
export const antigenTestType = 'LP217198-3'

/** Whether a certificate of it needs a confirmation by somebody else. */
export const needsConfirmation = ({ result, sampledAt, kind }: Claim, at: Date): boolean =>
  result === 'positive' && kind.dccTestType === antigenTestType && isLate(sampledAt, at)
