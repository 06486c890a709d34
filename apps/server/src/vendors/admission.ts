/**
 * What stands before every route of the vendors' port: whose certificate it is, what its token is worth, and whose share the
 * request comes out of. All of it from memory, before the body is read.
 *
 * Invariants
 * - No cookie is read. Who acts is said by a certificate and a token that is bound to it, or by a certificate and an assertion.
 * - What the contract does not offer to vendors is not there.
 * - A request beyond a share is refused for the price of a look-up: tokens that were seen before cost no signature, and others
 *   come out of the vendor's share first.
 */

import { TLSSocket } from 'node:tls'
import type { VendorShares } from '@sidep/admission'
import type { Endpoint, ProblemCode } from '@sidep/contracts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { monotonicMilliseconds, uniform } from '../platform/clock.ts'
import type { Platform } from '../platform/context.ts'
import { endpointAt } from '../platform/contract.ts'
import { Problem } from '../platform/problems.ts'
import type { Reread } from '../platform/reread.ts'
import type { AccessToken, AccessTokens } from './access-token.ts'
import { type PresentedCertificate, presentedOf, vendorOf } from './client-certificate.ts'
import type { IsOver } from './delegation.ts'
import type { Register, Vendor } from './register.ts'

export interface VendorAdmissionDependencies {
  readonly register: Reread<Register>
  readonly tokens: AccessTokens
  readonly shares: VendorShares
  /** From memory. */
  readonly isOver: IsOver
}

type VendorPlatform = Pick<Platform, 'clock' | 'randomBytes' | 'metrics'>

/** Whether the port has it. */
const isOffered = ({ at, vendorScope, access }: Endpoint): boolean =>
  at === 'vendor-port' || (at === undefined && (vendorScope !== undefined || access === 'everyone'))

const needsToken = ({ access, vendorScope }: Endpoint): boolean =>
  access === 'vendor' || vendorScope !== undefined

/** RFC 6750 §2.1; the other ways of carrying one are not taken. */
const bearerOf = ({ headers: { authorization } }: FastifyRequest): string | null =>
  /^Bearer ([A-Za-z0-9._~+/-]+=*)$/i.exec(authorization ?? '')?.[1] ?? null

/** RFC 6750 §3: said with every refusal of a token. */
const challenges: Partial<Record<ProblemCode, string>> = {
  VENDOR_TOKEN_MISSING: 'Bearer',
  VENDOR_TOKEN_INVALID: 'Bearer error="invalid_token"',
  VENDOR_TOKEN_EXPIRED: 'Bearer error="invalid_token"',
  DELEGATION_ENDED: 'Bearer error="invalid_token"',
  VENDOR_SCOPE_MISSING: 'Bearer error="insufficient_scope"',
}

export const installVendorAdmission = (
  app: FastifyInstance,
  { clock, randomBytes, metrics }: VendorPlatform,
  { register, tokens, shares, isOver }: VendorAdmissionDependencies,
): void => {
  const refused = metrics.counter(
    'sidep_vendor_refused_total',
    'Requests of vendors refused for their share, by reason.',
  )
  metrics.gauge('sidep_vendor_in_work', 'Requests of vendors in work.', () => shares.inWork)
  app.decorateRequest('vendorCaller', null)

  /** @throws Problem VENDOR_CERTIFICATE_UNKNOWN, VENDOR_SUSPENDED */
  const whoseIs = async (presented: PresentedCertificate | null): Promise<Vendor> => {
    const vendor =
      presented === null ? undefined : vendorOf(await register.current(), presented, clock.now())
    if (vendor === undefined) throw new Problem('VENDOR_CERTIFICATE_UNKNOWN')
    if (vendor.suspended !== null) throw new Problem('VENDOR_SUSPENDED')
    return vendor
  }

  /** @throws Problem with what a token is not good for */
  const judge = (token: AccessToken, vendor: Vendor, { vendorScope }: Endpoint): void => {
    if (token.vendorId !== vendor.id) throw new Problem('VENDOR_TOKEN_INVALID')
    const isGood = vendorScope === undefined || token.scopes.includes(vendorScope)
    // What the register no longer permits ends with the entry, not with the token.
    const isPermitted = vendorScope === undefined || vendor.scopes.includes(vendorScope)
    const isOfSomebody = vendorScope === 'webhooks' || token.delegation !== null
    if (!isGood || !isPermitted || !isOfSomebody) throw new Problem('VENDOR_SCOPE_MISSING')
    if (token.delegation !== null && isOver(token.delegation)) throw new Problem('DELEGATION_ENDED')
  }

  const takeShare = (
    vendor: Vendor,
    site: string | null,
    request: FastifyRequest,
    reply: FastifyReply,
  ): void => {
    const entry = shares.enter(vendor.id, site, vendor.perSecond, monotonicMilliseconds())
    if (entry.ok) {
      reply.raw.once('close', entry.leave)
      return
    }
    refused.increment({ reason: entry.reason })
    // Not all at the same moment.
    const retryAfterSeconds = Math.ceil(entry.retryAfterSeconds + 2 * uniform(randomBytes))
    // A body that is on its way is not read: the connection is worth more than the rest of it only when it is short.
    if (Number(request.headers['content-length'] ?? 0) > 16_384) reply.header('connection', 'close')
    const isOfSite = entry.reason === 'site-share' || entry.reason === 'site-in-work'
    throw new Problem(isOfSite ? 'SITE_SHARE_EXCEEDED' : 'VENDOR_SHARE_EXCEEDED', {
      retryAfterSeconds: Math.max(1, retryAfterSeconds),
    })
  }

  const admit = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const { url } = request.routeOptions
    const endpoint = url === undefined ? undefined : endpointAt(request.method, url)
    if (endpoint === undefined) return
    if (!isOffered(endpoint)) throw new Problem('ROUTE_UNKNOWN')
    if (endpoint.access === 'everyone') return
    const { socket } = request.raw
    const presented = socket instanceof TLSSocket ? presentedOf(socket) : null
    const vendor = await whoseIs(presented)
    if (presented === null) return
    const { x5t } = presented
    if (!needsToken(endpoint)) {
      takeShare(vendor, null, request, reply)
      request.vendorCaller = { vendor, x5t, token: null }
      return
    }
    const text = bearerOf(request)
    // What may cost a signature, and is perhaps nobody's, comes out of the vendor's own share.
    const isKnown = text !== null && tokens.isKnown(text)
    if (!isKnown) takeShare(vendor, null, request, reply)
    if (text === null) throw new Problem('VENDOR_TOKEN_MISSING')
    const check = await tokens.check(text, x5t)
    if (!check.ok) throw new Problem(check.code)
    if (isKnown) takeShare(vendor, check.token.delegation?.site.id ?? null, request, reply)
    judge(check.token, vendor, endpoint)
    request.vendorCaller = { vendor, x5t, token: check.token }
  }

  app.addHook('onRequest', async (request, reply) => {
    try {
      await admit(request, reply)
    } catch (error) {
      const challenge = error instanceof Problem ? challenges[error.code] : undefined
      if (challenge !== undefined) reply.header('www-authenticate', challenge)
      throw error
    }
  })
}
