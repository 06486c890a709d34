import type { SessionView } from '@sidep/contracts'
import type { Session } from './session.ts'

/** What the browser may know of its session. */
export const viewOf = (session: Session, now: Date): SessionView => ({
  professional: {
    id: session.professionalId,
    familyName: session.familyName,
    firstNames: session.firstNames,
    profession: session.profession,
  },
  door: session.door,
  site: session.site,
  sites: [...session.sites],
  sitesLeftOut: session.sitesLeftOut.map(({ name, reason }) => ({ name, reason })),
  signedInAt: session.signedInAt.toISOString(),
  expiresAt: session.expiresAt.toISOString(),
  sessionId: session.sessionId,
  device: session.device,
  renewBy: session.renewBy.toISOString(),
  extended: session.extended,
  operator: session.operator,
  delegation:
    session.delegation === null
      ? null
      : { id: session.delegation.id, endsAt: session.delegation.endsAt.toISOString() },
  serverTime: now.toISOString(),
})
