/** `/api/session/open` and `/api/session/revocations`: where one is signed in, and ending it there. */
import { type OpenSessionList, type RevocationInput, routes } from '@sidep/contracts'
import { endSessions } from '@sidep/contracts/endpoints'
import type { FastifyInstance } from 'fastify'
import { schemaOf } from '../platform/contract.ts'
import { Problem } from '../platform/problems.ts'
import type { SessionEnd } from './ended-sessions.ts'
import { findListedSession, listedSessionsOf, openSessionView } from './listed-sessions.ts'
import { lastEndOf, lastPossibleEnd, type Session } from './session.ts'
import type { SessionRouteDependencies } from './session-routes.ts'
import { freshListMilliseconds } from './session-watch.ts'
import { auditSession } from './sign-in.ts'

/** GET `/api/session/open`: where one is signed in. */
const registerList = (
  app: FastifyInstance,
  { platform, guards, watch }: SessionRouteDependencies,
): void => {
  const { database, clock, configuration: life } = platform
  app.get(routes.sessionsOpen, async (request, reply): Promise<OpenSessionList> => {
    reply.header('cache-control', 'no-store')
    const session = await guards.personOf(request)
    // What was ended a moment ago through another process is not shown as open.
    await watch.refresh(freshListMilliseconds)
    const now = clock.now()
    const circumstances = { now, allDoorsDown: watch.allDoorsDown(), life }
    const listed = await listedSessionsOf(database, session.person.id, now)
    return {
      sessions: listed
        .filter((one) => watch.endedBy(one) === null)
        .map((one) => openSessionView(one, session, circumstances)),
    }
  })
}

/** POST `/api/session/revocations`: a device was stolen, or left open somewhere. */
const registerRevocations = (
  app: FastifyInstance,
  { platform, guards, cookies, watch, guardAct }: SessionRouteDependencies,
): void => {
  const { database, clock, configuration: life } = platform

  /** @throws Problem SESSION_NOT_LISTED when one is asked for that is not theirs */
  const endingOf = async (input: RevocationInput, session: Session): Promise<SessionEnd> => {
    const now = clock.now()
    if (input.scope !== 'one') {
      return {
        kind: 'professional',
        subject: session.person.id,
        before: now,
        exceptSessionId: input.scope === 'everywhere' ? null : session.sessionId,
        expiresAt: lastEndOf(now, life),
      }
    }
    const listed = await findListedSession(database, session.person.id, input.sessionId)
    if (listed === undefined) throw new Problem('SESSION_NOT_LISTED')
    return {
      kind: 'session',
      subject: listed.sessionId,
      before: now,
      exceptSessionId: null,
      expiresAt: lastPossibleEnd(listed, life),
    }
  }

  app.post<{ Body: RevocationInput }>(
    routes.sessionRevocations,
    { ...guardAct('fresh-if-possible'), schema: schemaOf(endSessions) },
    async (request, reply) => {
      reply.header('cache-control', 'no-store')
      const session = await guards.personOf(request)
      const { body } = request
      const ending = await endingOf(body, session)
      await watch.end(ending, body.scope, session.person.id)
      const subject = body.scope === 'one' ? ending.subject : body.scope
      await auditSession(platform, 'session.revoked', session, subject)
      if (watch.endedBy({ ...session, delegation: null }) !== null) {
        reply.header('set-cookie', cookies.clear(cookies.sessionName))
      }
      return reply.code(204).send()
    },
  )
}

/** Registers both. */
export const registerOpenSessionRoutes = (
  app: FastifyInstance,
  dependencies: SessionRouteDependencies,
): void => {
  registerList(app, dependencies)
  registerRevocations(app, dependencies)
}
