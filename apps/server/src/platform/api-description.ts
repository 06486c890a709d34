/** The description of the interface: for programs (OpenAPI), and as a page. */
import { createHash } from 'node:crypto'
import { routes } from '@sidep/contracts'
import { apiPage, apiPageStyle, openApiDocument } from '@sidep/contracts/openapi'
import type { FastifyInstance } from 'fastify'
import { version } from './version.ts'

const cacheSeconds = 300

/** Nothing but its own style, which is in it and named by its hash (CSP Level 3, §2.3.1). */
export const descriptionPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(apiPageStyle).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

export const describeInterface = (app: FastifyInstance): void => {
  // The same for everybody and as long as the process lives: made once, when the first one asks.
  let document: string | undefined
  let page: string | undefined
  app.get(routes.openapi, async (_request, reply) => {
    document ??= JSON.stringify(openApiDocument(version, 'everyone'))
    return reply
      .type('application/json; charset=utf-8')
      .header('cache-control', `public, max-age=${cacheSeconds}`)
      .serializer((text: string) => text)
      .send(document)
  })
  app.get(routes.apiPage, async (_request, reply) => {
    page ??= apiPage(version, 'everyone')
    return reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', descriptionPolicy)
      .header('cache-control', `public, max-age=${cacheSeconds}`)
      .send(page)
  })
}
