/** What comes more than a day after its sample: its reason is kept, and a positive waits for somebody else's word. */
import { isLate, type Screening } from '@sidep/screening'
import { needsConfirmation } from '../issuance/held.ts'
import type { SiteActor } from '../platform/actor.ts'
import type { LateEntry } from './record-many.ts'
import type { Late, LateFlag, StoredScreening } from './store.ts'

/** Ids of those whose word an act is: who answers for it, and who was at the keyboard. */
export const answeringOf = ({ professionalId, operator }: SiteActor): string =>
  [professionalId, ...(operator ? [operator.id] : [])].join(' ')

/** Another professional, and not at the keyboard of the first one's act. */
export const isSomebodyElse = (
  { held_by: heldBy }: Pick<StoredScreening, 'held_by'>,
  actor: SiteActor,
): boolean => {
  const theirs = new Set(heldBy?.split(' '))
  return answeringOf(actor)
    .split(' ')
    .every((id) => !theirs.has(id))
}

/**
 * @param document what the person was given at the time: it says why the entry comes later, and is looked into by its
 * own flags
 */
export const lateOf = (
  { sampledAt, result, sent }: Screening,
  actor: SiteActor,
  at: Date,
  document: LateEntry['document'],
): Late => {
  if (!isLate(sampledAt, at)) return { reason: null, heldBy: null, flags: [] }
  const isPositive = result !== null && needsConfirmation({ result, sampledAt }, at)
  const flags: LateFlag[] = [
    ...(document === undefined ? (['ENTERED_LATE'] as const) : []),
    ...(isPositive ? (['POSITIVE_LATE'] as const) : []),
  ]
  return {
    reason: document ?? sent.lateReason ?? null,
    heldBy: isPositive ? answeringOf(actor) : null,
    flags,
  }
}
