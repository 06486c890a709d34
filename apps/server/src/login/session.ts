/** What a session is: who signed in, who answers for what is done in it, where, and when it ends. */
import type { Door, SiteView } from '@sidep/contracts'
import { hourMilliseconds } from '@sidep/time'
import type { Actor, Operator } from '../platform/actor.ts'

/** An activity that cannot be used, and why, so that the person is not left to guess. */
export interface SiteLeftOut {
  readonly name: string
  readonly reason: 'FINESS_MISSING' | 'FINESS_INVALID'
}

/** Who signed in; for a delegated session not who answers for what is done. */
export interface Person extends Operator {
  /** Profession code, nomenclature G15; empty for a pharmacy employee's card. */
  readonly profession: string
}

/** Work under somebody's responsibility at one site, for a time. */
export interface TakenUpDelegation {
  readonly id: string
  readonly endsAt: Date
  readonly responsible: Person
  readonly site: SiteView
}

/** What a door knows of the sign-in besides the person. */
export interface Binding {
  /** Thumbprint (RFC 7638) of the device key that may renew the session; null: bound to none. */
  readonly device: string | null
  /** Which session at the identity provider it came from, and of which subject, as `providerKey` names them. */
  readonly providerSession: string | null
  readonly providerSubject: string | null
}

export const unbound: Binding = { device: null, providerSession: null, providerSubject: null }

export interface Session extends Actor, Binding {
  readonly door: Door
  readonly sitesLeftOut: readonly SiteLeftOut[]
  readonly person: Person
  readonly operator: Operator | null
  readonly delegation: TakenUpDelegation | null
  readonly extended: boolean
  /** The token works until then; `expiresAt` is the end of the session itself. */
  readonly renewBy: Date
  /** When the token was made that it was read from; null for one that has none yet. */
  readonly tokenAt: Date | null
}

/** What a session is made from; the rest follows from it. */
export type SessionFacts = Omit<
  Session,
  | 'professionalId'
  | 'familyName'
  | 'firstNames'
  | 'profession'
  | 'operator'
  | 'delegationId'
  | 'counterId'
  | 'expiresAt'
  | 'tokenAt'
>

/** How long sessions live. */
export interface SessionLife {
  /** After the strong sign-in. */
  readonly sessionHours: number
  /** After the strong sign-in, while no door is open. */
  readonly sessionExtensionHours: number
  readonly sessionRenewalMinutes: number
}

/** End of a session's normal life. */
export const normalEndOf = (signedInAt: Date, { sessionHours }: SessionLife): Date =>
  new Date(signedInAt.getTime() + sessionHours * hourMilliseconds)

/** After that nothing renews it. */
export const lastEndOf = (signedInAt: Date, { sessionExtensionHours }: SessionLife): Date =>
  new Date(signedInAt.getTime() + sessionExtensionHours * hourMilliseconds)

/** When no token of a session can be accepted or renewed any more. */
export const lastPossibleEnd = (
  { device, signedInAt }: Pick<Session, 'device' | 'signedInAt'>,
  life: SessionLife,
): Date => (device === null ? normalEndOf(signedInAt, life) : lastEndOf(signedInAt, life))

/**
 * A session of its facts: who answers for it (the responsible of a delegation, else the person signed in), who
 * is at the keyboard, and when it ends.
 */
export const makeSession = (
  facts: SessionFacts,
  life: SessionLife,
  tokenAt: Date | null = null,
): Session => {
  const { person, delegation, device, signedInAt, extended } = facts
  const { id, familyName, firstNames, profession } = delegation?.responsible ?? person
  return {
    ...facts,
    professionalId: id,
    familyName,
    firstNames,
    profession,
    operator:
      delegation === null
        ? null
        : { id: person.id, familyName: person.familyName, firstNames: person.firstNames },
    delegationId: delegation?.id ?? null,
    counterId: device,
    tokenAt,
    expiresAt: extended ? facts.renewBy : normalEndOf(signedInAt, life),
  }
}
