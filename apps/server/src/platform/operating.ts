/** Who of operations asks: how a route says whom it is for, and what it then knows of them. */
import type { ActWeight, Door, Endpoint, OperatorRole } from '@sidep/contracts'
import type { preHandlerAsyncHookHandler, preParsingAsyncHookHandler } from 'fastify'
import type { Actor, Operator } from './actor.ts'

export interface Operating {
  readonly session: Actor & { readonly door: Door }
  /** Who signed in, whomever the session works for. */
  readonly person: Operator
  readonly roles: readonly OperatorRole[]
}

/** Options of a route, to be spread into its own. */
export interface OperatorRoute {
  readonly config: { readonly roles: readonly OperatorRole[]; readonly act?: ActWeight }
  readonly preParsing?: preParsingAsyncHookHandler
  readonly preHandler: preHandlerAsyncHookHandler
}

export type GuardOperator = (endpoint: Pick<Endpoint, 'roles' | 'weight'>) => OperatorRoute

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Of a route of operations; absent on all others. */
    readonly roles?: readonly OperatorRole[]
  }
  interface FastifyRequest {
    /** Set by login's `guardOperator`; null on every other route. */
    operating: Operating | null
  }
}
