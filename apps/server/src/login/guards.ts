/** What stands before every route that works for a signed-in professional. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '../platform/problems.ts'
import type { Cookies } from './cookies.ts'
import { isOwnOrigin } from './origin.ts'
import type { Session, SessionTokens } from './session-token.ts'

/** A Fastify preHandler. */
export type Guard = (request: FastifyRequest, reply: FastifyReply) => Promise<void>

export interface Guards {
  /**
   * Refuses a request that changes something and does not come from our pages.
   * @throws Problem ORIGIN_REFUSED
   */
  requireOwnOrigin(request: FastifyRequest): void
  /**
   * The session of a request.
   * @throws Problem ORIGIN_REFUSED, SESSION_MISSING, SESSION_INVALID, SESSION_EXPIRED
   */
  sessionOf(request: FastifyRequest): Promise<Session>
  /** Sets `request.actor`, or throws as `sessionOf` does. */
  readonly requireSession: Guard
  /** The same, and a site is chosen, or throws Problem SITE_NOT_CHOSEN. */
  readonly requireSite: Guard
}

export const createGuards = (
  tokens: SessionTokens,
  cookies: Cookies,
  ownOrigin: string,
): Guards => {
  const requireOwnOrigin = ({ method, headers }: FastifyRequest): void => {
    if (!isOwnOrigin(method, headers, ownOrigin)) throw new Problem('ORIGIN_REFUSED')
  }
  const sessionOf = async (request: FastifyRequest): Promise<Session> => {
    requireOwnOrigin(request)
    const token = cookies.read(request.headers.cookie, cookies.sessionName)
    if (token === undefined || token === '') throw new Problem('SESSION_MISSING')
    const check = await tokens.verify(token)
    if (!check.ok) throw new Problem(check.code)
    return check.session
  }
  return {
    requireOwnOrigin,
    sessionOf,
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
