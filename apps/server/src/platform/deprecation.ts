/** What goes out of use says so with every answer (RFC 9745, RFC 8594), so that a vendor hears of it before a person on duty does. */
import type { Endpoint } from '@sidep/contracts'
import type { FastifyInstance } from 'fastify'
import { endpointAt } from './contract.ts'

/** Headers of an endpoint's answers; none while it is in use. */
export const deprecationHeaders = ({
  deprecated,
}: Pick<Endpoint, 'deprecated'>): Readonly<Record<string, string>> =>
  deprecated === undefined
    ? {}
    : {
        // RFC 9745 §2.1: a structured date.
        deprecation: `@${Math.floor(Date.parse(deprecated.since) / 1_000)}`,
        sunset: new Date(deprecated.sunset).toUTCString(),
        link: `<${deprecated.link}>; rel="deprecation"; type="text/html"`,
      }

/** @param find the endpoint of a route */
export const tellDeprecated = (
  app: FastifyInstance,
  find: (method: string, url: string) => Pick<Endpoint, 'deprecated'> | undefined = endpointAt,
): void => {
  app.addHook('onRequest', (request, reply, done) => {
    const { url } = request.routeOptions
    const endpoint = url === undefined ? undefined : find(request.method, url)
    if (endpoint?.deprecated !== undefined) reply.headers(deprecationHeaders(endpoint))
    done()
  })
}
