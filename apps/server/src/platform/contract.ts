/** The contract as the server keeps it: its routes take their schemas from it, and none is served that it does not describe. */
import { type Endpoint, endpointKey, routes } from '@sidep/contracts'
import * as endpoints from '@sidep/contracts/endpoints'
import type { FastifyInstance, FastifySchema, RouteOptions } from 'fastify'

const all: readonly Endpoint[] = Object.values(endpoints)
/** Of the portal and of the vendors' port, whose app is made as the portal's is; the card port has no routes. */
const ofApps: ReadonlyMap<string, Endpoint> = new Map(
  all.filter(({ at }) => at !== 'card-port').map((one) => [endpointKey(one), one]),
)
const contractPaths: ReadonlySet<string> = new Set(Object.values(routes))

/** Whether programs ask there: what is not described at such a path is nobody's to find. */
export const isOfContract = (url: string): boolean =>
  contractPaths.has(url) || url.startsWith('/api/') || url.startsWith('/login')

/** The endpoint of a route; HEAD is answered as GET is. */
export const endpointAt = (method: string, url: string): Endpoint | undefined =>
  ofApps.get(`${method === 'HEAD' ? 'GET' : method} ${url}`)

/** What Fastify validates of an endpoint's requests. */
export const schemaOf = ({
  params,
  query,
  body,
}: Pick<Endpoint, 'params' | 'query' | 'body'>): FastifySchema => ({
  ...(params === undefined ? {} : { params }),
  ...(query === undefined ? {} : { querystring: query }),
  ...(body === undefined ? {} : { body }),
})

/** How a route differs from its endpoint; null: it does not. */
const differenceOf = (route: RouteOptions, method: string): string | null => {
  const endpoint = endpointAt(method, route.url)
  if (endpoint === undefined) return 'is no endpoint of packages/contracts'
  const { schema = {}, config } = route
  const described = schemaOf(endpoint)
  if (schema.body !== described.body) return 'takes another body than its endpoint'
  if (schema.querystring !== described.querystring) return 'takes another query than its endpoint'
  if (schema.params !== described.params) return 'takes other parameters than its endpoint'
  if (config?.act !== endpoint.weight) return 'weighs otherwise than its endpoint'
  // The very list of the endpoint: whoever guards it otherwise does not keep to it.
  if (config?.roles !== endpoint.roles) return 'is for other roles than its endpoint'
  return null
}

/** @throws at the start, when a route is registered that the contract does not describe as it is */
export const keepToContract = (app: FastifyInstance): void => {
  app.addHook('onRoute', (route) => {
    if (!isOfContract(route.url)) return
    for (const method of [route.method].flat()) {
      const difference = differenceOf(route, method)
      if (difference !== null) throw new Error(`${method} ${route.url} ${difference}`)
    }
  })
}
