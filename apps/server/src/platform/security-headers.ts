/** What every answer tells the browser to forbid. */
import { routes } from '@sidep/contracts'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** Nothing may be loaded, framed, sent or said to be somewhere else, unless a line below says so. */
const nothing = [
  "default-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
] as const

/** What a page tried all the same is counted (csp-reports.ts). Browsers that know `report-to` pass over `report-uri`. */
const reports = ['report-to policy', `report-uri ${routes.policyReports}`] as const

const policy = (...lines: readonly string[]): string =>
  [...nothing, ...lines, ...reports].join('; ')

/** A document that is all there is: words, our style and pictures, no script whatever. */
export const paperPolicy = policy(
  "style-src 'self'",
  "img-src 'self'",
  "manifest-src 'self'",
  "form-action 'none'",
  "trusted-types 'none'",
)

/** The page of a digest's link: as that, with its one button. */
const denialPolicy = paperPolicy.replace("form-action 'none'", "form-action 'self'")

/** The waiting room's page keeps itself up to date. */
const roomPolicy = policy(
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "trusted-types 'none'",
)

/**
 * Pages that are programs, and what they are made of: scripts and workers have the policy they are served with.
 * WebAssembly reads codes, `blob:` is the PDF and the pictures that a page makes itself, and the one policy of trusted
 * types lets addresses of our own scripts through (apps/web/src/shared/own-scripts.ts).
 */
const programPolicy = policy(
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "font-src 'self'",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "worker-src 'self'",
  "frame-src 'self' blob:",
  "manifest-src 'self'",
  "form-action 'self'",
  'trusted-types default',
)
const programs = ['/verifier', '/pro', '/resultat', '/pilotage', '/assets', '/sw.js']

const dataPolicy = "default-src 'none'; frame-ancestors 'none'"

const isBelow = (path: string, place: string): boolean =>
  path === place || path.startsWith(`${place}/`)

/** The Content-Security-Policy of what is served at a path. */
export const contentPolicyAt = (path: string): string => {
  if (path.startsWith('/api/')) return dataPolicy
  if (programs.some((place) => isBelow(path, place))) return programPolicy
  if (path === '/pas-moi/') return denialPolicy
  return isBelow(path, '/attente') ? roomPolicy : paperPolicy
}

const fixed = {
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'permissions-policy': 'camera=(self), microphone=(), geolocation=(), payment=(), usb=()',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'origin-agent-cluster': '?1',
  'reporting-endpoints': `policy="${routes.policyReports}"`,
} as const

/** Puts what is forbidden on an answer. */
export type Forbid = (request: Pick<FastifyRequest, 'url'>, reply: FastifyReply) => void

/** @param https whether people reach the portal over https; it then says so for a year */
export const makeForbid = (https: boolean): Forbid => {
  const always = https
    ? { ...fixed, 'strict-transport-security': 'max-age=31536000; includeSubDomains' }
    : fixed
  return ({ url }, reply) => {
    reply.headers(always)
    const path = url.split('?', 1)[0] ?? ''
    reply.header('content-security-policy', contentPolicyAt(path))
    // What the counter and the person read is nobody's to keep.
    if (path.startsWith('/api/')) reply.header('cache-control', 'no-store')
  }
}
