/** `/api/session`: what the session is, which site it works at, its renewal and its end. */

import {
  type BodyOf,
  type RenewalStart,
  routes,
  type SessionRenewalInput,
  type SessionView,
} from '@sidep/contracts'
import * as endpoints from '@sidep/contracts/endpoints'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { GuardAct } from '../platform/act.ts'
import type { Platform } from '../platform/context.ts'
import { schemaOf } from '../platform/contract.ts'
import { errorName } from '../platform/error-name.ts'
import { Problem } from '../platform/problems.ts'
import type { ActGuard } from './act-guard.ts'
import type { Cookies } from './cookies.ts'
import { rememberNetwork } from './counter-network.ts'
import { takeUpDelegation } from './delegation/take-up.ts'
import type { DeviceProofs } from './device-proof.ts'
import type { Guards } from './guards.ts'
import { rememberBrowser } from './known-browser.ts'
import { listSession } from './listed-sessions.ts'
import { renewSession, tokenEndOf } from './renewal.ts'
import { sessionOfRequest } from './request-session.ts'
import { seenBrowser } from './seen-browser.ts'
import {
  lastEndOf,
  lastPossibleEnd,
  makeSession,
  type Session,
  type SessionFacts,
} from './session.ts'
import { moveBooklets } from './session-ends.ts'
import type { SessionTokens } from './session-token.ts'
import { viewOf } from './session-view.ts'
import { freshListMilliseconds, type SessionWatch } from './session-watch.ts'
import { auditSession } from './sign-in.ts'
import type { SignInSignals } from './sign-in-signals.ts'
import { type ProfessionalStanding, standingOf } from './standing.ts'

export interface SessionRouteDependencies {
  readonly platform: Platform
  readonly guards: Guards
  readonly tokens: SessionTokens
  readonly cookies: Cookies
  readonly watch: SessionWatch
  readonly proofs: DeviceProofs
  readonly guardAct: GuardAct
  readonly isSigned: ActGuard['isSigned']
  readonly signIns: SignInSignals
}

/**
 * Hands a session to the browser: for as long as it can last, not longer. A bound one is kept past its token,
 * because its device may bring it back for renewal after a night or an outage.
 */
export const setSessionCookie = async (
  { platform, tokens, cookies }: Pick<SessionRouteDependencies, 'platform' | 'tokens' | 'cookies'>,
  reply: FastifyReply,
  session: SessionFacts,
): Promise<void> => {
  const { device, signedInAt, renewBy } = session
  const end = device === null ? renewBy : lastEndOf(signedInAt, platform.configuration)
  const milliseconds = end.getTime() - platform.clock.now().getTime()
  const line = cookies.set(
    cookies.sessionName,
    await tokens.issue(session),
    Math.max(0, Math.floor(milliseconds / 1000)),
  )
  reply.header('set-cookie', line)
}

/** Writes down where somebody works from now on: for their own list, and by which network. */
const noteWhere = async (
  platform: Platform,
  request: FastifyRequest,
  session: SessionFacts,
): Promise<void> => {
  const seen = seenBrowser(request.headers['user-agent'])
  await listSession(platform.database, session, seen, platform.configuration)
  await rememberNetwork(platform, session, request.ip)
}

/**
 * The same for somebody who has just signed in: what session this browser had before is over, wherever its cookie
 * may have been copied to. Its booklets end with it, unless the same person goes on at the same counter.
 */
export const enterSession = async (
  dependencies: Pick<
    SessionRouteDependencies,
    'platform' | 'tokens' | 'cookies' | 'watch' | 'signIns'
  >,
  request: FastifyRequest,
  reply: FastifyReply,
  session: SessionFacts,
): Promise<void> => {
  const { platform, watch } = dependencies
  await noteWhere(platform, request, session)
  const { session: before } = await sessionOfRequest(dependencies, request)
  if (before !== undefined) {
    const isSameHand =
      before.person.id === session.person.id &&
      before.device !== null &&
      before.device === session.device
    if (isSameHand) await moveBooklets(platform.database, before.sessionId, session)
    await watch.end(
      {
        kind: 'session',
        subject: before.sessionId,
        before: platform.clock.now(),
        exceptSessionId: null,
        expiresAt: lastPossibleEnd(before, platform.configuration),
      },
      'signed-in-again',
      session.person.id,
    )
  }
  await setSessionCookie(dependencies, reply, session)
  rememberBrowser(dependencies, request, reply, session.person.id)
  dependencies.signIns.remember(reply, session)
}

const giveUpAfter = (milliseconds: number): Promise<ProfessionalStanding> =>
  new Promise((resolve) => setTimeout(() => resolve('good'), milliseconds).unref())

const earlier = (a: Date, b: Date): Date => (a < b ? a : b)

/** GET and DELETE `/api/session`, POST `/api/session/site`. */
const registerSession = (app: FastifyInstance, dependencies: SessionRouteDependencies): void => {
  const { platform, guards, cookies, watch, signIns } = dependencies
  const { clock, configuration } = platform

  /** The same session at another site or for another person: its token lasts no longer than before. */
  const move = (session: Session, changes: Pick<SessionFacts, 'site' | 'delegation'>): Session => {
    const moved = { ...session, ...changes }
    const end = tokenEndOf(moved, clock.now(), configuration)
    // An unbound token that is still good may return to its session's own end; a bound one waits for its device.
    const renewBy = session.device === null ? end : earlier(end, session.renewBy)
    return makeSession({ ...moved, renewBy }, configuration)
  }

  const settle = async (
    request: FastifyRequest,
    reply: FastifyReply,
    moved: Session,
  ): Promise<SessionView> => {
    await noteWhere(platform, request, moved)
    await setSessionCookie(dependencies, reply, moved)
    dependencies.signIns.remember(reply, moved)
    return viewOf(moved, clock.now())
  }

  app.get(routes.session, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    return viewOf(await guards.sessionOf(request), clock.now())
  })

  app.post<{ Body: BodyOf<typeof endpoints.chooseSite> }>(
    routes.sessionSite,
    { schema: schemaOf(endpoints.chooseSite) },
    async (request, reply) => {
      reply.header('cache-control', 'no-store')
      const session = await guards.personOf(request)
      const { site: siteId, delegation: delegationId } = request.body
      if (delegationId !== undefined) {
        const delegation = await takeUpDelegation(platform, session.person.id, siteId, delegationId)
        const moved = move(session, { delegation, site: delegation.site })
        await auditSession(platform, 'delegation.taken-up', moved, delegation.id)
        return settle(request, reply, moved)
      }
      const site = session.sites.find(({ id }) => id === siteId)
      if (site === undefined) throw new Problem('SITE_NOT_PERMITTED')
      const moved = move(session, { site, delegation: null })
      await auditSession(platform, 'session.site-chosen', moved)
      return settle(request, reply, moved)
    },
  )

  /**
   * The sign-out of somebody who has the cookie and not the device: a device that lost its key, or a thief. No token
   * made until now works any more, theirs or a copy. The device, if it still exists, renews the session and goes on,
   * and its booklets with it.
   */
  const endToken = async (session: Session): Promise<void> => {
    if (watch.endedBy(session) !== null || watch.isTokenOver(session)) return
    await watch.end(
      {
        kind: 'token',
        subject: session.sessionId,
        before: clock.now(),
        exceptSessionId: null,
        expiresAt: session.renewBy,
      },
      'signed-out-by-cookie',
      session.person.id,
    )
    await auditSession(platform, 'session.token-ended', session)
  }

  app.delete(routes.session, async (request, reply) => {
    guards.requireOwnOrigin(request)
    reply.header('cache-control', 'no-store')
    // Cleared before anything can fail: whoever signs out is signed out in this browser.
    reply.header('set-cookie', cookies.clear(cookies.sessionName))
    const check = await sessionOfRequest(dependencies, request)
    const { session } = check
    if (session === undefined) return reply.code(204).send()
    // A session that is bound to no device may be ended by its cookie alone.
    if (session.device !== null && !(await dependencies.isSigned(request, session))) {
      if (check.ok) await endToken(session)
      return reply.code(204).send()
    }
    await watch.end(
      {
        kind: 'session',
        subject: session.sessionId,
        before: clock.now(),
        exceptSessionId: null,
        expiresAt: lastPossibleEnd(session, configuration),
      },
      'signed-out',
      session.person.id,
    )
    await auditSession(platform, 'session.closed', session)
    signIns.left(session)
    return reply.code(204).send()
  })
}

/** GET and POST `/api/session/renewal`. */
const registerRenewal = (app: FastifyInstance, dependencies: SessionRouteDependencies): void => {
  const { platform, guards, watch, proofs } = dependencies
  const { clock, configuration, log, metrics } = platform
  /**
   * Checks that the professional responsible may still work. Without the database the list in memory decides, as above.
   *
   * @throws Problem DELEGATION_ENDED, SESSION_REVOKED
   */
  const requireStanding = async ({
    professionalId,
    site,
    signedInAt,
    operator,
  }: Session): Promise<void> => {
    const standing = await Promise.race([
      standingOf(platform.database, professionalId, site?.id ?? null, signedInAt),
      giveUpAfter(freshListMilliseconds),
    ]).catch((): ProfessionalStanding => 'good')
    if (standing === 'good') return
    throw new Problem(operator === null ? 'SESSION_REVOKED' : 'DELEGATION_ENDED')
  }

  const renewals = metrics.counter('sidep_session_renewals_total', 'Renewals by outcome')

  app.get(routes.sessionRenewal, async (request, reply): Promise<RenewalStart> => {
    reply.header('cache-control', 'no-store')
    const { sessionId } = await guards.renewableOf(request)
    return { sessionId, serverTime: clock.now().toISOString() }
  })

  app.post<{ Body: SessionRenewalInput }>(
    routes.sessionRenewal,
    { schema: schemaOf(endpoints.renewSession) },
    async (request, reply) => {
      reply.header('cache-control', 'no-store')
      const session = await guards.renewableOf(request)
      const { device, sessionId } = session
      if (device === null) throw new Problem('SESSION_NOT_BOUND')
      const proof = await proofs.checkRenewal(request.body.proof, { sessionId, device })
      if (!proof.ok) {
        renewals.increment({ outcome: proof.code })
        throw new Problem(proof.code)
      }
      // A session that was ended a moment ago in another process is not carried on; and without the database
      // the list in memory decides, because an open session does not depend on it.
      await watch.refresh(freshListMilliseconds)
      await guards.renewableOf(request)
      await requireStanding(session)
      const renewal = renewSession(session, {
        statedAt: proof.at,
        allDoorsDown: watch.allDoorsDown(),
        life: configuration,
      })
      renewals.increment({ outcome: renewal.ok ? 'renewed' : renewal.code })
      if (!renewal.ok) throw new Problem(renewal.code)
      const renewed = makeSession(renewal.facts, configuration)
      if (renewed.extended) {
        // Each act of an extended session says so itself; this row only says when it was extended.
        await auditSession(platform, 'session.extended', renewed).catch((error: unknown) => {
          const failure = errorName(error)
          log.warn({ failure }, 'an extension could not be written to the audit chain')
        })
      }
      await setSessionCookie(dependencies, reply, renewed)
      return viewOf(renewed, clock.now())
    },
  )
}

/** Registers these. */
export const registerSessionRoutes = (
  app: FastifyInstance,
  dependencies: SessionRouteDependencies,
): void => {
  registerSession(app, dependencies)
  registerRenewal(app, dependencies)
}
