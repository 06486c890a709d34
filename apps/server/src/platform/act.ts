/** What weighs more than the session's cookie may carry: how a route says so, whichever module it is of. */
import type { ActWeight } from '@sidep/contracts'
import type { preHandlerAsyncHookHandler, preParsingAsyncHookHandler } from 'fastify'

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
