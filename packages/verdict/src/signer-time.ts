import type { DccSigner } from '@sidep/trust'
import { clockLeewayMilliseconds } from './rule-data.ts'

/** Whether a signer's key was valid at a time; a time that its list does not give bounds nothing. */
export const signerTimeFault = (
  { notBefore, notAfter }: Pick<DccSigner, 'notBefore' | 'notAfter'>,
  at: Date,
): 'SIGNER_EXPIRED' | 'SIGNER_NOT_YET_VALID' | null => {
  if (notAfter !== null && at > notAfter) return 'SIGNER_EXPIRED'
  const earliest = (notBefore?.getTime() ?? Number.NEGATIVE_INFINITY) - clockLeewayMilliseconds
  return at.getTime() < earliest ? 'SIGNER_NOT_YET_VALID' : null
}
