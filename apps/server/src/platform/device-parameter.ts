import type { FastifyRequest } from 'fastify'

/**
 * The thumbprint of the device key that a page of ours asked a session for (`?device=`, as `dpop_jkt` of
 * RFC 9449 §10), or null. A link from elsewhere cannot name one: a session would open that only a stranger's
 * device could renew.
 */
export const deviceParameter = (request: FastifyRequest): string | null => {
  const { device } = request.query as { readonly device?: unknown }
  const site = request.headers['sec-fetch-site']
  const isOurs = site === undefined || site === 'same-origin'
  return isOurs && typeof device === 'string' && /^[A-Za-z0-9_-]{43}$/.test(device) ? device : null
}
