import { isLate } from '@sidep/screening'
import type { FreshEntry } from '../intake/index.ts'

/**
 * When a screening of a backlog was made, for the pace of whoever answers for it: when its certificate was signed, or its
 * sample taken. What is more than a day old and has no document of the time is typed now.
 */
export const madeAtOf = (
  { screening: { sampledAt }, backlog }: Pick<FreshEntry, 'screening' | 'backlog'>,
  now: Date,
): Date =>
  backlog?.signedAt ?? (backlog?.document === 'slip' || !isLate(sampledAt, now) ? sampledAt : now)
