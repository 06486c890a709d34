import type { Platform } from '../../platform/context.ts'
import { Problem } from '../../platform/problems.ts'
import { type Session, unbound } from '../session.ts'
import { auditSession, openSession, openStaffSession } from '../sign-in.ts'
import type { SeenCard } from './assertion.ts'
import { type CardName, rememberCard } from './card-sessions.ts'
import { readHolderIdentity } from './holder-identity.ts'

/**
 * Opens the session of a card's holder: a professional's at the sites of the directory, an employee's for whoever
 * lets them work at the one site of their card.
 *
 * @param device thumbprint of the key that the session is bound to, or null
 * @param isRevoked what the lists say now: the card was seen up to a minute ago
 * @throws Problem CARD_REVOKED, PROFESSIONAL_NOT_IN_DIRECTORY, PROFESSION_NOT_PERMITTED, ACTIVITY_MISSING,
 *   EMPLOYEE_SITE_UNKNOWN, DELEGATION_MISSING
 */
export const openCardSession = async (
  platform: Platform,
  { holder, card, overdue }: SeenCard,
  device: string | null,
  isRevoked: (card: CardName) => boolean,
): Promise<Session> => {
  const { database, configuration } = platform
  const reading = await readHolderIdentity(database, holder, configuration.permittedProfessions)
  if (!reading.ok) throw new Problem(reading.code)
  const binding = { ...unbound, device }
  const open = (): Promise<Session> => {
    if (reading.kind === 'professional') {
      return openSession(platform, reading.identity, 'card', binding)
    }
    const { site, ...person } = reading.employee
    return openStaffSession(platform, { ...person, profession: '' }, 'card', binding, site.id)
  }
  const session = await open()
  await rememberCard(platform, session, card)
  if (isRevoked(card)) throw new Problem('CARD_REVOKED')
  if (overdue) await auditSession(platform, 'session.opened-on-overdue-list', session)
  return session
}
