/** `/api/vendors/delegation`: for whom a token works. */
import { routes, type VendorDelegationView } from '@sidep/contracts'
import type { FastifyInstance } from 'fastify'
import { Problem } from '../platform/problems.ts'
import { delegationView } from './delegation.ts'
import { callerOf } from './vendor-request.ts'

export const registerOwnDelegation = (app: FastifyInstance): void => {
  app.get(routes.vendorOwnDelegation, async (request, reply): Promise<VendorDelegationView> => {
    reply.header('cache-control', 'no-store')
    const { token, vendor } = callerOf(request)
    if (token === null || token.delegation === null) throw new Problem('VENDOR_SCOPE_MISSING')
    const { delegation, scopes } = token
    return delegationView({ ...delegation, scopes, vendorId: vendor.id }, vendor)
  })
}
