/** In the place of login's guards, at the vendors' port: a bound token for cookie and device, its delegation for a session. */
import type {
  FastifyRequest,
  preHandlerAsyncHookHandler,
  preParsingAsyncHookHandler,
} from 'fastify'
import type { GuardAct } from '../platform/act.ts'
import { Problem } from '../platform/problems.ts'
import { actorOf, type IsOver } from './delegation.ts'
import { callerOf } from './vendor-request.ts'

export interface VendorGuard {
  /** Sets `request.actor`: the professional and the site of the delegation. @throws Problem VENDOR_SCOPE_MISSING, DELEGATION_ENDED */
  readonly requireSite: preHandlerAsyncHookHandler
  /**
   * TLS has checked on this very connection that the other side holds the key that the token is bound to, which is what a
   * device's signature says of a cookie. What asks for a strong sign-in of the last minutes is not offered here.
   */
  readonly guardAct: GuardAct
}

const asItCame: preParsingAsyncHookHandler = async (_request, _reply, payload) => payload

export const makeVendorGuard = (isOver: IsOver): VendorGuard => {
  const requireSite = async (request: FastifyRequest): Promise<void> => {
    const { token, vendor } = callerOf(request)
    if (token === null || token.delegation === null) throw new Problem('VENDOR_SCOPE_MISSING')
    // Its body may have been long on the way.
    const { delegation } = token
    if (isOver(delegation)) throw new Problem('DELEGATION_ENDED')
    request.actor = actorOf(delegation, vendor)
  }
  return {
    requireSite,
    guardAct: (weight) => ({
      config: { act: weight },
      preParsing: asItCame,
      preHandler: requireSite,
    }),
  }
}
