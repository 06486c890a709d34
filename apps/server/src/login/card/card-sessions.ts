/**
 * Sessions that came by a card, and their end when the card is revoked.
 *
 * Invariants
 * - A session is written down with its card before anybody has it, and the lists are asked again after that: a card that
 *   a list took back meanwhile opens nothing.
 * - Each process that takes a new list ends what is open by a card on it, by the list of ended sessions, which all read:
 *   booklets end in the same statement.
 */
import { createHash } from 'node:crypto'
import type { Platform, Sql } from '../../platform/context.ts'
import { lastPossibleEnd, type Session } from '../session.ts'
import type { SessionWatch } from '../session-watch.ts'
import type { Authorities, Authority } from './authorities.ts'
import { revocationOf, type StatusOf } from './check-card.ts'

/** A card as it is remembered with a session. */
export interface CardName {
  /** SHA-256 of the issuer's name and key, hexadecimal. */
  readonly issuer: string
  /** Hexadecimal. */
  readonly serial: string
}

export const issuerNameOf = ({ signerId }: Pick<Authority, 'signerId'>): string =>
  createHash('sha256').update(signerId).digest('hex')

/** Whether a list takes a card back, or an authority above it. A list that is missing takes nothing back. */
export const revokedCards = (
  { all }: Pick<Authorities, 'all'>,
  statusOf: StatusOf,
): ((card: CardName) => boolean) => {
  const byName = Map.groupBy(all, issuerNameOf)
  return ({ issuer, serial }) => {
    // Certificates of one key, renewed, are one issuer: any of them that stands lets the card stand.
    const named = byName.get(issuer) ?? []
    return named.length > 0 && named.every((authority) => revocationOf(serial, authority, statusOf))
  }
}

/** Writes a session down with its card. */
export const rememberCard = async (
  { database, configuration }: Pick<Platform, 'database' | 'configuration'>,
  session: Session,
  { issuer, serial }: CardName,
): Promise<void> => {
  await database`
    insert into card_session (session_id, issuer, serial, ends_at)
    values (${session.sessionId}, ${issuer}, ${serial}, ${lastPossibleEnd(session, configuration)})`
}

export const sweepCardSessions = async (database: Sql, now: Date): Promise<void> => {
  await database`delete from card_session where ends_at <= ${now}`
}

interface OpenByCard extends CardName {
  readonly sessionId: string
  readonly endsAt: Date
}

/**
 * Ends the sessions that are open by a revoked card. @returns how many
 *
 * @param isRevoked what the lists in memory say
 */
export const endSessionsOfRevoked = async (
  { database, clock }: Pick<Platform, 'database' | 'clock'>,
  watch: Pick<SessionWatch, 'end'>,
  isRevoked: (card: CardName) => boolean,
): Promise<number> => {
  const now = clock.now()
  const rows = await database<OpenByCard[]>`
    select session_id as "sessionId", issuer, serial, ends_at as "endsAt" from card_session
    where ends_at > ${now}`
  const revoked = rows.filter(isRevoked)
  for (const { sessionId, endsAt } of revoked) {
    const entry = { kind: 'session', subject: sessionId, before: now } as const
    await watch.end({ ...entry, exceptSessionId: null, expiresAt: endsAt }, 'card-revoked')
    // Once is enough: it is over for good.
    await database`delete from card_session where session_id = ${sessionId}`
  }
  return revoked.length
}
