/** `/api/session`: what the session is, which site it works at, and its end. */
import { routes, SessionView, SiteChoice } from '@sidep/contracts'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Static } from 'typebox'
import type { Platform } from '../platform/context.ts'
import { Problem } from '../platform/problems.ts'
import type { Cookies } from './cookies.ts'
import type { Guards } from './guards.ts'
import type { Session, SessionTokens } from './session-token.ts'
import { viewOf } from './session-view.ts'
import { auditSession } from './sign-in.ts'

export interface SessionRouteNeeds {
  readonly platform: Platform
  readonly guards: Guards
  readonly tokens: SessionTokens
  readonly cookies: Cookies
}

/** Hands a session to the browser: for as long as it lasts, not longer. */
export const setSessionCookie = async (
  { platform, tokens, cookies }: Pick<SessionRouteNeeds, 'platform' | 'tokens' | 'cookies'>,
  reply: FastifyReply,
  session: Session,
): Promise<void> => {
  const milliseconds = session.expiresAt.getTime() - platform.clock.now().getTime()
  const line = cookies.set(
    cookies.sessionName,
    await tokens.issue(session),
    Math.max(0, Math.floor(milliseconds / 1000)),
  )
  reply.header('set-cookie', line)
}

/** Registers GET and DELETE `/api/session` and POST `/api/session/site`. */
export const registerSessionRoutes = (app: FastifyInstance, needs: SessionRouteNeeds): void => {
  const { platform, guards, tokens, cookies } = needs

  app.get(
    routes.session,
    { schema: { response: { 200: SessionView } } },
    async (request, reply) => {
      reply.header('cache-control', 'no-store')
      return viewOf(await guards.sessionOf(request))
    },
  )

  app.post<{ Body: Static<typeof SiteChoice> }>(
    routes.sessionSite,
    { schema: { body: SiteChoice, response: { 200: SessionView } } },
    async (request, reply) => {
      reply.header('cache-control', 'no-store')
      const session = await guards.sessionOf(request)
      const site = session.sites.find(({ id }) => id === request.body.site)
      if (site === undefined) throw new Problem('SITE_NOT_PERMITTED')
      const moved = { ...session, site }
      await auditSession(platform, 'session.site-chosen', moved)
      await setSessionCookie(needs, reply, moved)
      return viewOf(moved)
    },
  )

  app.delete(routes.session, async (request, reply) => {
    guards.requireOwnOrigin(request)
    reply.header('cache-control', 'no-store')
    // Cleared before anything can fail: whoever signs out is signed out in this browser.
    reply.header('set-cookie', cookies.clear(cookies.sessionName))
    const token = cookies.read(request.headers.cookie, cookies.sessionName)
    const check = token === undefined ? undefined : await tokens.verify(token)
    if (check?.ok) await auditSession(platform, 'session.closed', check.session)
    return reply.code(204).send()
  })
}
