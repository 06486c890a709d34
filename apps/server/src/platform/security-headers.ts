/** What every answer tells the browser to forbid. */
import type { FastifyInstance } from 'fastify'

/** Pages that read codes with the camera run WebAssembly; so does their worker, which has its own policy, in /assets. */
const wasmPages = ['/verifier', '/pro', '/resultat', '/assets']

/**
 * Content-Security-Policy: nothing but our own origin, no inline script. `blob:` is for pictures and the PDF that
 * the page itself makes.
 */
const policy = (scriptSources: string): string =>
  [
    "default-src 'none'",
    `script-src ${scriptSources}`,
    "style-src 'self'",
    "img-src 'self' blob: data:",
    "font-src 'self'",
    "media-src 'self' blob:",
    "connect-src 'self'",
    "worker-src 'self'",
    "frame-src 'self' blob:",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')

const plainPolicy = policy("'self'")
const wasmPolicy = policy("'self' 'wasm-unsafe-eval'")

const policyFor = (path: string): string =>
  wasmPages.some((page) => path === page || path.startsWith(`${page}/`)) ? wasmPolicy : plainPolicy

const fixed = {
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'permissions-policy': 'camera=(self), microphone=(), geolocation=(), payment=(), usb=()',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const

/** @param https whether people reach the portal over https; it then says so for a year */
export const installSecurityHeaders = (app: FastifyInstance, https: boolean): void => {
  const always = https
    ? { ...fixed, 'strict-transport-security': 'max-age=31536000; includeSubDomains' }
    : fixed
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(always)
    if (request.raw.url?.startsWith('/api/') === true) {
      // What the counter and the person read is nobody's to keep.
      reply.header('cache-control', 'no-store')
    } else {
      reply.header('content-security-policy', policyFor(request.url.split('?', 1)[0] ?? ''))
    }
  })
}
