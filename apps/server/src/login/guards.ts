/** What stands before every route that works for a signed-in professional. */
import { shownHeader, writeShown } from '@sidep/contracts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../platform/clock.ts'
import { Problem } from '../platform/problems.ts'
import { isOwnOrigin } from './origin.ts'
import { type RequestSession, type SessionReading, sessionOfRequest } from './request-session.ts'
import type { Session, SessionLife } from './session.ts'
import type { SessionWatch } from './session-watch.ts'

/** A Fastify preHandler. */
export type Guard = (request: FastifyRequest, reply: FastifyReply) => Promise<void>

export interface Guards {
  /**
   * Refuses a request that changes something and does not come from our pages.
   * @throws Problem ORIGIN_REFUSED
   */
  requireOwnOrigin(request: FastifyRequest): void
  /**
   * The session of a request. Its cookie is checked once a request; whether something ended it meanwhile is looked up
   * each time, because a request may have waited for its slot.
   * @throws Problem ORIGIN_REFUSED, SESSION_MISSING, SESSION_INVALID, SESSION_EXPIRED, SESSION_RENEWAL_DUE,
   *   SESSION_REVOKED, DELEGATION_ENDED, SESSION_DIFFERS
   */
  sessionOf(request: FastifyRequest): Promise<Session>
  /** The same, for somebody who may have come to choose other work: an ended delegation does not matter. */
  personOf(request: FastifyRequest): Promise<Session>
  /** The same, for a device that comes to renew: that the token is due does not matter. */
  renewableOf(request: FastifyRequest): Promise<Session>
  /** Sets `request.actor`, or throws as `sessionOf` does. */
  readonly requireSession: Guard
  /** The same, and a site is chosen, or throws Problem SITE_NOT_CHOSEN. */
  readonly requireSite: Guard
}

/**
 * The cookie belongs to the whole browser, the screen to one tab: another tab may have signed somebody else in since.
 * What a tab does is done in the name of the person that it shows, or not at all. A request that does not say whom its
 * screen shows is not from a page of ours.
 * @throws Problem SESSION_DIFFERS
 */
const requireShown = ({ method, headers }: FastifyRequest, session: Session): void => {
  const shown = headers[shownHeader]
  if (shown === undefined || method === 'GET' || method === 'HEAD') return
  const { sessionId, professionalId, site } = session
  if (shown !== writeShown({ sessionId, professionalId, siteId: site?.id ?? null }))
    throw new Problem('SESSION_DIFFERS')
}

export const makeGuards = (
  reading: SessionReading,
  ownOrigin: string,
  watch: Pick<SessionWatch, 'endedBy' | 'isTokenOver'>,
  clock: Clock,
  { sessionRenewalMinutes }: Pick<SessionLife, 'sessionRenewalMinutes'>,
): Guards => {
  const requireOwnOrigin = ({ method, headers }: FastifyRequest): void => {
    if (!isOwnOrigin(method, headers, ownOrigin)) throw new Problem('ORIGIN_REFUSED')
  }
  const refuseRevoked = (session: Session): void => {
    const kind = watch.endedBy(session)
    if (kind === null) return
    const isWorkAlone = kind === 'delegation' || kind === 'responsible'
    throw new Problem(isWorkAlone ? 'DELEGATION_ENDED' : 'SESSION_REVOKED')
  }
  /** Its device brings it back with another. */
  const refuseOverToken = (session: Session): void => {
    if (watch.isTokenOver(session)) throw new Problem('SESSION_RENEWAL_DUE')
  }
  const checkOf = async (request: FastifyRequest): Promise<RequestSession> => {
    requireOwnOrigin(request)
    return sessionOfRequest(reading, request)
  }
  const sessionOf = async (request: FastifyRequest): Promise<Session> => {
    const check = await checkOf(request)
    if (!check.ok) throw new Problem(check.code)
    const { session } = check
    requireShown(request, session)
    refuseRevoked(session)
    refuseOverToken(session)
    if (session.delegation !== null && session.delegation.endsAt <= clock.now()) {
      throw new Problem('DELEGATION_ENDED')
    }
    return session
  }
  /**
   * Whether a token is due because its delegation ended a moment ago: the person may still be at the screen, and choose
   * other work. A token that is due because of its age is worth nothing without the device that renews it.
   */
  const hasJustEnded = ({ delegation, renewBy }: Session): boolean =>
    delegation !== null &&
    delegation.endsAt <= renewBy &&
    clock.now().getTime() < renewBy.getTime() + sessionRenewalMinutes * 60_000
  const personOf = async (request: FastifyRequest): Promise<Session> => {
    const check = await checkOf(request)
    // The token of delegated work ends with the delegation; the session of the person may go on.
    if (!check.ok && !(check.code === 'SESSION_RENEWAL_DUE' && hasJustEnded(check.session))) {
      throw new Problem(check.code)
    }
    const { session } = check
    requireShown(request, session)
    const kind = watch.endedBy({ ...session, delegation: null })
    if (kind !== null) throw new Problem('SESSION_REVOKED')
    refuseOverToken(session)
    return session
  }
  const renewableOf = async (request: FastifyRequest): Promise<Session> => {
    const check = await checkOf(request)
    if (!check.ok && check.code !== 'SESSION_RENEWAL_DUE') throw new Problem(check.code)
    refuseRevoked(check.session)
    return check.session
  }
  return {
    requireOwnOrigin,
    sessionOf,
    personOf,
    renewableOf,
    requireSession: async (request) => {
      request.actor = await sessionOf(request)
    },
    requireSite: async (request) => {
      const session = await sessionOf(request)
      if (session.site === null) throw new Problem('SITE_NOT_CHOSEN')
      request.actor = session
    },
  }
}
