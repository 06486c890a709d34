/**
 * Reports of browsers about pages of ours that tried what their Content-Security-Policy forbids (CSP Level 3 §5, Reporting API):
 * the first sign of a script that somebody slipped in, or of a page that we broke.
 *
 * Only how often each directive was violated is kept. A report also has addresses, which can carry a person's code, and a
 * sample of what was to run; none of it is read, and nothing is logged. Anybody can send reports, so that a count
 * says where to look and proves nothing. Body, reports of a body and names of directives are bounded.
 */
import { routes } from '@sidep/contracts'
import type { FastifyInstance } from 'fastify'
import type { Metrics } from './metrics.ts'

const reportsMax = 20

/** CSP Level 3 §6: all that can be named in a report, ours or not. */
const directives: ReadonlySet<string> = new Set([
  'base-uri',
  'child-src',
  'connect-src',
  'default-src',
  'font-src',
  'form-action',
  'frame-ancestors',
  'frame-src',
  'img-src',
  'manifest-src',
  'media-src',
  'object-src',
  'require-trusted-types-for',
  'script-src',
  'script-src-attr',
  'script-src-elem',
  'style-src',
  'style-src-attr',
  'style-src-elem',
  'trusted-types',
  'worker-src',
])

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null
    ? Object.getOwnPropertyDescriptor(value, name)?.value
    : undefined

/** The directive of a report in either form; `other` for a name of nobody's, null for what is no such report. */
const directiveOf = (report: unknown): string | null => {
  const old = fieldOf(report, 'csp-report')
  const body = fieldOf(report, 'type') === 'csp-violation' ? fieldOf(report, 'body') : undefined
  const named =
    fieldOf(body, 'effectiveDirective') ??
    fieldOf(old, 'effective-directive') ??
    fieldOf(old, 'violated-directive')
  if (typeof named !== 'string') return null
  return directives.has(named) ? named : 'other'
}

/** The directives that a body's reports name, as far as they are counted. */
const violatedDirectives = (body: unknown): string[] =>
  (Array.isArray(body) ? body : [body])
    .slice(0, reportsMax)
    .map(directiveOf)
    .filter((directive) => directive !== null)

/** Registers POST `/csp-reports`; whatever JSON is sent is answered the same. */
export const receivePolicyReports = (app: FastifyInstance, metrics: Metrics): void => {
  const violations = metrics.counter(
    'sidep_csp_violations_total',
    'Reports of browsers that a page of ours tried what its policy forbids, by directive.',
  )
  app.register(async (scope) => {
    scope.addContentTypeParser(
      ['application/reports+json', 'application/csp-report'],
      { parseAs: 'string' },
      scope.getDefaultJsonParser('error', 'error'),
    )
    scope.post(routes.policyReports, async ({ body }, reply) => {
      for (const directive of violatedDirectives(body)) violations.increment({ directive })
      return reply.code(204).send()
    })
  })
}
