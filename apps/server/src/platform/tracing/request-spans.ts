/** A span for each request of an HTTP server: its route as it is written in code, never the address that was asked. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { OpenSpan } from './spans.ts'
import { beginSpan, isTracing } from './tracing.ts'

/** Before every other hook, so that what those do is within. */
export const traceRequests = (app: FastifyInstance): void => {
  if (!isTracing()) return
  const spans = new WeakMap<FastifyRequest, OpenSpan>()
  const resume = (request: FastifyRequest, done: () => void): void => {
    const span = spans.get(request)
    if (span === undefined) done()
    else span.within(done)
  }
  app.addHook('onRequest', (request, _reply, done) => {
    const { method, routeOptions, headers } = request
    const route = routeOptions.url ?? 'none'
    const { traceparent } = headers
    const span = beginSpan({
      name: `${method} ${route}`,
      kind: 'server',
      attributes: { 'http.request.method': method, 'http.route': route },
      traceParent: typeof traceparent === 'string' ? traceparent : undefined,
    })
    if (span !== null) spans.set(request, span)
    resume(request, done)
  })
  // A body arrives by events of its connection, which know of no span.
  app.addHook('preValidation', (request, _reply, done) => resume(request, done))
  app.addHook('onResponse', (request, { statusCode }, done) => {
    const span = spans.get(request)
    span?.set({ 'http.response.status_code': statusCode })
    span?.end(statusCode >= 500 ? String(statusCode) : null)
    done()
  })
}
