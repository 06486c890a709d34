/** What weighs more than the session's cookie may carry: how a route says so, whichever module it is of. */
import type { preHandlerAsyncHookHandler, preParsingAsyncHookHandler } from 'fastify'

/**
 * - `signed`: by the device that the session is bound to.
 * - `fresh`: and in a session whose strong sign-in is minutes old.
 * - `fresh-if-possible`: the same for what only takes away: while no door is open nobody can sign in afresh, and a
 *   stolen counter must be stopped all the same; then the signature is enough.
 */
export type ActWeight = 'signed' | 'fresh' | 'fresh-if-possible'

/** Options of a route, to be spread into its own. */
export interface ActRoute {
  readonly config: { readonly act: ActWeight }
  readonly preParsing: preParsingAsyncHookHandler
  readonly preHandler: preHandlerAsyncHookHandler
}

export type GuardAct = (weight: ActWeight) => ActRoute

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Of a route that needs more than a session; absent on all others. */
    readonly act?: ActWeight
  }
}
