/** What a request at the vendors' port was found to be, by admission there; routes and guards go on from it. */
import type { FastifyRequest } from 'fastify'
import type { AccessToken } from './access-token.ts'
import type { Vendor } from './register.ts'

export interface VendorCaller {
  readonly vendor: Vendor
  /** `x5t#S256` of the certificate of the connection. */
  readonly x5t: string
  /** Null where the endpoint asks for an assertion instead. */
  readonly token: AccessToken | null
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set at the vendors' port; null everywhere else, and for what everybody may ask. */
    vendorCaller: VendorCaller | null
  }
}

/** @throws Error where a route is not behind admission: a fault of ours */
export const callerOf = ({ vendorCaller }: FastifyRequest): VendorCaller => {
  if (vendorCaller === null) throw new Error('a route of vendors without admission before it')
  return vendorCaller
}
