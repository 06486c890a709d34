/**
 * The end of a session at the provider, both ways: it tells us that one ended there (OpenID Connect Back-Channel
 * Logout 1.0), and we lead the browser there when somebody signs out here (RP-Initiated Logout 1.0).
 */
import { defaultReturnPath, routes } from '@sidep/contracts'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { Problem } from '../platform/problems.ts'
import type { EcpsDoor } from './ecps/door.ts'
import type { LogoutTokens } from './ecps/logout-token.ts'
import { lastEndOf } from './session.ts'
import type { SessionRouteDependencies } from './session-routes.ts'
import { logoutHintCookie } from './transaction.ts'

export interface LogoutRouteDependencies extends SessionRouteDependencies {
  readonly ecps: { readonly door: EcpsDoor; readonly logoutTokens: LogoutTokens } | null
}

/** A cookie is at most 4,096 bytes with its name; an ID token that does not fit is done without, and the provider asks. */
const idTokenCharactersMax = 1_700
const bodyBytesMax = 16 * 1024

const hintSeconds = ({ platform }: Pick<SessionRouteDependencies, 'platform'>): number =>
  platform.configuration.sessionExtensionHours * 3_600

/** Keeps in the browser what the provider will want to see when its session is to end too. */
export const rememberProviderSession = (
  dependencies: Pick<SessionRouteDependencies, 'platform' | 'cookies'>,
  reply: FastifyReply,
  idToken: string,
): void => {
  const { clock, vault } = dependencies.platform
  const seconds = hintSeconds(dependencies)
  const startedAtSeconds = Math.floor(clock.now().getTime() / 1000)
  const value = logoutHintCookie(seconds).seal(vault, {
    idToken: idToken.length > idTokenCharactersMax ? null : idToken,
    startedAtSeconds,
  })
  const { cookies } = dependencies
  reply.header(
    'set-cookie',
    cookies.set(cookies.logoutHintName, value, seconds, routes.loginEcpsLogout),
  )
}

export const registerLogoutRoutes = (
  app: FastifyInstance,
  dependencies: LogoutRouteDependencies,
): void => {
  const { platform, cookies, watch, ecps } = dependencies
  const { clock, vault, metrics, configuration, publicUrl } = platform
  const outcomes = metrics.counter(
    'sidep_provider_logouts_total',
    'Logout tokens of the provider by outcome',
  )

  // Own pages lead here after DELETE /api/session; a link from elsewhere signs nobody out.
  app.get(routes.loginEcpsLogout, async (request, reply) => {
    reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer')
    const site = request.headers['sec-fetch-site']
    if (site !== undefined && site !== 'same-origin') {
      return reply.redirect(defaultReturnPath, 303)
    }
    const value = cookies.read(request.headers.cookie, cookies.logoutHintName)
    if (value !== undefined) {
      reply.header('set-cookie', cookies.clear(cookies.logoutHintName, routes.loginEcpsLogout))
    }
    const hint = logoutHintCookie(hintSeconds(dependencies)).open(vault, value, clock.now())
    const url =
      hint === null || ecps === null
        ? null
        : await ecps.door.endSessionUrl(hint.idToken, `${publicUrl}${defaultReturnPath}`)
    return reply.redirect(url?.href ?? defaultReturnPath, 303)
  })

  app.register(async (scope) => {
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: bodyBytesMax },
      (_request, body, done) => done(null, new URLSearchParams(String(body))),
    )
    scope.post(routes.loginEcpsBackchannelLogout, async (request, reply) => {
      // §2.8: not to be kept by anybody.
      reply.header('cache-control', 'no-store')
      if (ecps === null) throw new Problem('ROUTE_UNKNOWN')
      const form = request.body
      const tokens = form instanceof URLSearchParams ? form.getAll('logout_token') : []
      const reading = await ecps.logoutTokens.read(tokens.length === 1 ? tokens[0] : undefined)
      outcomes.increment({ outcome: reading.ok ? reading.kind : reading.code })
      if (!reading.ok) throw new Problem(reading.code)
      const now = clock.now()
      await watch.end(
        {
          kind: reading.kind,
          subject: reading.subject,
          // A session of the provider is over for good; a subject may sign in again afterwards.
          before: reading.kind === 'provider-session' ? now : reading.issuedAt,
          exceptSessionId: null,
          expiresAt: lastEndOf(now, configuration),
        },
        'provider-logout',
      )
      return reply.code(200).send()
    })
  })
}
