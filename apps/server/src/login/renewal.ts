/** Whether a session goes on, and until when: decided from facts alone. */
import {
  lastEndOf,
  normalEndOf,
  type Session,
  type SessionFacts,
  type SessionLife,
} from './session.ts'

export type Renewal =
  | { readonly ok: true; readonly facts: SessionFacts }
  | { readonly ok: false; readonly code: 'SESSION_EXPIRED' | 'DELEGATION_ENDED' }

export interface RenewalFacts {
  /** The time the device stated, already found close to ours. */
  readonly statedAt: Date
  /** Whether no door is open at all. */
  readonly allDoorsDown: boolean
  readonly life: SessionLife
}

const earliest = (...dates: readonly Date[]): Date =>
  new Date(Math.min(...dates.map((date) => date.getTime())))

const minutesAfter = (date: Date, minutes: number): Date =>
  new Date(date.getTime() + minutes * 60_000)

/** End of the first token of a session, or of the next: soon for a bound one, the session's own end otherwise. */
export const tokenEndOf = (
  { device, signedInAt, delegation }: Pick<SessionFacts, 'device' | 'signedInAt' | 'delegation'>,
  at: Date,
  life: SessionLife,
): Date => {
  const sessionEnd = normalEndOf(signedInAt, life)
  const end =
    device === null
      ? sessionEnd
      : earliest(minutesAfter(at, life.sessionRenewalMinutes), sessionEnd)
  return delegation === null ? end : earliest(end, delegation.endsAt)
}

/**
 * The session as it goes on after its device asked for it. In its normal life always; past it only while no
 * door is open, and never later than the extension permits.
 */
export const renewSession = (
  session: Session,
  { statedAt, allDoorsDown, life }: RenewalFacts,
): Renewal => {
  const { delegation, signedInAt } = session
  if (delegation !== null && delegation.endsAt <= statedAt) {
    return { ok: false, code: 'DELEGATION_ENDED' }
  }
  if (statedAt < normalEndOf(signedInAt, life)) {
    return {
      ok: true,
      facts: { ...session, extended: false, renewBy: tokenEndOf(session, statedAt, life) },
    }
  }
  const lastEnd = lastEndOf(signedInAt, life)
  if (!allDoorsDown || statedAt >= lastEnd) return { ok: false, code: 'SESSION_EXPIRED' }
  const next = earliest(minutesAfter(statedAt, life.sessionRenewalMinutes), lastEnd)
  const renewBy = delegation === null ? next : earliest(next, delegation.endsAt)
  return { ok: true, facts: { ...session, extended: true, renewBy } }
}
