/**
 * What comes more than a day after its sample: its reason is kept, and a positive waits for somebody else's word. What
 * was typed in time and comes later because the portal was away says so by itself.
 */
import {
  isLate,
  type ParsedScreening,
  type Screening,
  type ScreeningLimits,
} from '@sidep/screening'
import { needsConfirmation } from '../issuance/held.ts'
import type { SiteActor } from '../platform/actor.ts'
import type { Configuration } from '../platform/configuration.ts'
import type { Late, LateFlag, StoredScreening } from './store.ts'

/** Of an entry that was typed while the portal was away, or on paper, and is brought in since. */
export interface Backlog {
  /** What its person was given at the time: it says why the entry comes later. */
  readonly document: 'provisional' | 'slip' | null
  /** When that document was signed, by its own word; null: it was not. */
  readonly signedAt: Date | null
}

/** By which bounds on age what somebody sends is judged. */
export const limitsFor = (
  { retention }: Pick<Configuration, 'retention'>,
  { door }: Pick<SiteActor, 'door'>,
): ScreeningLimits => ({
  catchUpDaysMax: retention.identifyingDays,
  way: door === 'laboratory' ? 'laboratory' : 'counter',
})

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

const inTime: Late = { reason: null, heldBy: null, flags: [] }

/** @param document is looked into by its own flags */
export const lateOf = (
  { sampledAt, result, kind, sent }: Screening,
  actor: SiteActor,
  at: Date,
  document: Backlog['document'],
): Late => {
  // Results of laboratories come when they are known.
  if (actor.door === 'laboratory' || !isLate(sampledAt, at)) return inTime
  const isPositive = result !== null && needsConfirmation({ result, sampledAt, kind }, at)
  const flags: LateFlag[] = [
    ...(document === null ? (['ENTERED_LATE'] as const) : []),
    ...(isPositive ? (['POSITIVE_LATE'] as const) : []),
  ]
  return {
    reason: document ?? sent.lateReason ?? null,
    heldBy: isPositive ? answeringOf(actor) : null,
    flags,
  }
}

const codesOfAge: ReadonlySet<string> = new Set(['SAMPLED_TOO_OLD', 'LATE_REASON_REQUIRED'])

/** Whether nothing is wrong with a screening but that it comes now. */
export const isOnlyTooOld = (parsed: ParsedScreening): boolean =>
  !parsed.ok && parsed.faults.length > 0 && parsed.faults.every(({ code }) => codesOfAge.has(code))

/**
 * What was typed in time with what only its age asks for: catch-up, and a reason. The counter asks for one when a sample
 * is a day old as it is typed; what came without was typed in time, and kept from us.
 *
 * @returns null where it says both already
 */
export const agedInput = (
  input: unknown,
  { document }: Backlog,
): Readonly<Record<string, unknown>> | null => {
  const fields: Readonly<Record<string, unknown>> = { ...Object(input) }
  if (fields.catchUp === true && fields.lateReason !== undefined) return null
  const lateReason = fields.lateReason ?? (document === 'slip' ? 'paper' : 'outage')
  return { ...fields, catchUp: true, lateReason }
}
