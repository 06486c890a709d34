/**
 * The list of what is no longer accepted, as a process holds it in memory.
 *
 * Invariants
 * - Asking it reads no database: four to seven look-ups in a map.
 * - An entry stays until no session that it could end is open any more.
 * - It only ever grows stricter until then: reading an older row again changes nothing.
 */
import type { Session } from './session.ts'

export const revocationKinds = [
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
export type RevocationKind = (typeof revocationKinds)[number]

export interface Revocation {
  readonly kind: RevocationKind
  readonly subject: string
  /** Sessions signed in by then are over; of kind `token`, tokens made by then. */
  readonly before: Date
  readonly exceptSessionId: string | null
  readonly expiresAt: Date
}

/** What an entry may name of a session. */
export type Revocable = Pick<
  Session,
  'sessionId' | 'device' | 'providerSession' | 'providerSubject' | 'signedInAt'
> & {
  readonly person: Pick<Session['person'], 'id'>
  readonly delegation: {
    readonly id: string
    readonly responsible: Pick<Session['person'], 'id'>
  } | null
}

export interface RevocationList {
  add(revocation: Revocation): void
  /** Which kind of entry ends this session; null when none does. */
  ends(session: Revocable): Exclude<RevocationKind, 'token'> | null
  /** Whether the token of this session works no more. */
  endsToken(session: Pick<Session, 'sessionId' | 'tokenAt'>): boolean
  /** Forgets what is over. */
  sweep(now: Date): void
  readonly size: number
}

const nameOf = (kind: RevocationKind, subject: string): string => `${kind} ${subject}`

export const makeRevocationList = (): RevocationList => {
  const entries = new Map<string, Revocation>()
  const hits = (kind: RevocationKind, subject: string | null, session: Revocable): boolean => {
    if (subject === null) return false
    const entry = entries.get(nameOf(kind, subject))
    return (
      entry !== undefined &&
      session.signedInAt <= entry.before &&
      entry.exceptSessionId !== session.sessionId
    )
  }
  return {
    add: (revocation) => {
      const name = nameOf(revocation.kind, revocation.subject)
      const known = entries.get(name)
      if (known === undefined || known.before <= revocation.before) entries.set(name, revocation)
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
