/**
 * The list of what is no longer accepted, as a process holds it in memory.
 *
 * Invariants
 * - Asking it reads no database: four to seven look-ups in a map.
 * - An entry stays until no session that it could end is open any more.
 * - It only ever grows stricter until then: reading an older row again changes nothing.
 */
import type { Session } from './session.ts'

export const sessionEndKinds = [
  'session',
  'professional',
  'responsible',
  'device',
  'provider-session',
  'provider-subject',
  'delegation',
  /** Ends not the session but its tokens made until then; the session's device alone replaces them. */
  'token',
] as const
export type SessionEndKind = (typeof sessionEndKinds)[number]

export interface SessionEnd {
  readonly kind: SessionEndKind
  readonly subject: string
  /** Sessions signed in by then are over; of kind `token`, tokens made by then. */
  readonly before: Date
  readonly exceptSessionId: string | null
  readonly expiresAt: Date
}

/** What an entry may name of a session. */
export type EndableSession = Pick<
  Session,
  'sessionId' | 'device' | 'providerSession' | 'providerSubject' | 'signedInAt'
> & {
  readonly person: Pick<Session['person'], 'id'>
  readonly delegation: {
    readonly id: string
    readonly responsible: Pick<Session['person'], 'id'>
  } | null
}

export interface EndedSessions {
  add(end: SessionEnd): void
  /** Which kind of entry ends this session; null when none does. */
  ends(session: EndableSession): Exclude<SessionEndKind, 'token'> | null
  /** Whether the token of this session works no more. */
  endsToken(session: Pick<Session, 'sessionId' | 'tokenAt'>): boolean
  /** Forgets what is over. */
  sweep(now: Date): void
  readonly size: number
}

const nameOf = (kind: SessionEndKind, subject: string): string => `${kind} ${subject}`

export const makeEndedSessions = (): EndedSessions => {
  const entries = new Map<string, SessionEnd>()
  const hits = (kind: SessionEndKind, subject: string | null, session: EndableSession): boolean => {
    if (subject === null) return false
    const entry = entries.get(nameOf(kind, subject))
    return (
      entry !== undefined &&
      session.signedInAt <= entry.before &&
      entry.exceptSessionId !== session.sessionId
    )
  }
  return {
    add: (end) => {
      const name = nameOf(end.kind, end.subject)
      const known = entries.get(name)
      if (known === undefined || known.before <= end.before) entries.set(name, end)
    },
    ends: (session) => {
      if (entries.size === 0) return null
      if (hits('session', session.sessionId, session)) return 'session'
      if (hits('professional', session.person.id, session)) return 'professional'
      if (hits('device', session.device, session)) return 'device'
      if (hits('provider-session', session.providerSession, session)) return 'provider-session'
      if (hits('provider-subject', session.providerSubject, session)) return 'provider-subject'
      // Ends the work of everybody who took it up before the delegation was withdrawn, or before the professional
      // responsible lost the right to give it.
      if (hits('delegation', session.delegation?.id ?? null, session)) return 'delegation'
      return hits('responsible', session.delegation?.responsible.id ?? null, session)
        ? 'responsible'
        : null
    },
    endsToken: ({ sessionId, tokenAt }) => {
      const entry = entries.get(nameOf('token', sessionId))
      return entry !== undefined && tokenAt !== null && tokenAt <= entry.before
    },
    sweep: (now) => {
      for (const [name, { expiresAt }] of entries) if (expiresAt <= now) entries.delete(name)
    },
    get size() {
      return entries.size
    },
  }
}
