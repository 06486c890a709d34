/**
 * Login: the doors to a session, and the session itself.
 *
 * Invariants
 * - A session that is open needs neither its door nor the database (invariant 4).
 * - Nobody gets in but a permitted profession with a valid national id and a site.
 * - The server starts, and open sessions work, whether or not the identity provider answers.
 */
import type { FastifyPluginAsync } from 'fastify'
import type { Platform } from '../platform/context.ts'
import { createCookies } from './cookies.ts'
import { createEcpsDoor } from './ecps/door.ts'
import {
  createProviderConnection,
  defaultTimeouts,
  type ProviderTimeouts,
} from './ecps/provider-connection.ts'
import { registerEcpsRoutes } from './ecps-routes.ts'
import { createGuards, type Guard } from './guards.ts'
import { registerSessionRoutes } from './session-routes.ts'
import { createSessionTokens } from './session-token.ts'

export interface LoginModule {
  readonly plugin: FastifyPluginAsync
  /** PreHandler: sets `request.actor`, or refuses with a SESSION_… code or ORIGIN_REFUSED. */
  readonly requireSession: Guard
  /** PreHandler: the same, and a site is chosen, or SITE_NOT_CHOSEN. */
  readonly requireSite: Guard
}

export interface LoginNeeds {
  readonly timeouts?: ProviderTimeouts
}

/**
 * Builds the module.
 *
 * @param needs time-outs towards the identity provider, where the defaults do not fit
 */
export const loginModule = (platform: Platform, needs: LoginNeeds = {}): LoginModule => {
  const { configuration, publicUrl, clock, randomBytes, log } = platform
  const tokens = createSessionTokens({
    signer: platform.sessionSigner,
    now: () => clock.now(),
    sessionHours: configuration.sessionHours,
  })
  const cookies = createCookies(publicUrl)
  const guards = createGuards(tokens, cookies, new URL(publicUrl).origin)
  const connection =
    configuration.ecps === null
      ? null
      : createProviderConnection(configuration.ecps, clock, log, needs.timeouts ?? defaultTimeouts)
  const ecps =
    connection === null
      ? null
      : { connection, door: createEcpsDoor({ connection, publicUrl, clock, randomBytes }) }

  return {
    plugin: async (app) => {
      // Other modules' routes are declared beside this one; whoever comes first declares the place.
      if (!app.hasRequestDecorator('actor')) app.decorateRequest('actor', null)
      const shared = { platform, guards, tokens, cookies }
      registerSessionRoutes(app, shared)
      registerEcpsRoutes(app, { ...shared, ecps })
    },
    requireSession: guards.requireSession,
    requireSite: guards.requireSite,
  }
}
