import type { Platform } from '../../platform/context.ts'
import { Problem } from '../../platform/problems.ts'
import { type Session, unbound } from '../session-token.ts'
import { auditSession, openSession, openStaffSession } from '../sign-in.ts'
import type { SeenCard } from './assertion.ts'
import { readHolderIdentity } from './holder-identity.ts'

/**
 * Opens the session of a card's holder: a professional's at the sites of the directory, an employee's for whoever
 * lets them work at the one site of their card.
 *
 * @param device thumbprint of the key that the session is bound to, or null
 * @throws Problem PROFESSIONAL_NOT_IN_DIRECTORY, PROFESSION_NOT_PERMITTED, ACTIVITY_MISSING,
 *   EMPLOYEE_SITE_UNKNOWN, DELEGATION_MISSING
 */
export const openCardSession = async (
  platform: Platform,
  { holder, overdue }: SeenCard,
  device: string | null,
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
  if (overdue) await auditSession(platform, 'session.opened-on-overdue-list', session)
  return session
}
