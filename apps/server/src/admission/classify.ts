/**
 * What a request is to admission. Only the route that matched, the session that verified and the address of the
 * connection decide; nothing else that the client sends is looked at, so nobody can claim a priority.
 */
import type { TrafficClass } from '@sidep/admission'
import { routes } from '@sidep/contracts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a module says of its own route, where the table of admission does not know it. */
    traffic?: RouteTraffic
    /** The name of the door that this route opens: new sign-ins at it go through the waiting room. */
    waitingRoomDoor?: string
  }
}

export interface RouteTraffic {
  /** With a verified session. */
  readonly signedIn: TrafficClass
  /** Without one; null: the request is refused at once with the session's own code. */
  readonly anonymous: TrafficClass | null
}

/** Answered whatever the load is: they cost next to nothing, and whoever asks must know. */
const exempt: ReadonlySet<string> = new Set([
  routes.health,
  routes.ready,
  routes.waitingRoom,
  routes.waitingRoomPage,
])

const everybody = (traffic: TrafficClass): RouteTraffic => ({
  signedIn: traffic,
  anonymous: traffic,
})
const sessionOnly = (traffic: TrafficClass): RouteTraffic => ({
  signedIn: traffic,
  anonymous: null,
})

const known: Readonly<Record<string, RouteTraffic>> = {
  [`POST ${routes.screenings}`]: sessionOnly('work'),
  [`GET ${routes.screenings}`]: sessionOnly('list'),
  [`HEAD ${routes.screenings}`]: sessionOnly('list'),
  [`POST ${routes.screeningsBatch}`]: sessionOnly('backlog'),
  [`GET ${routes.screening}`]: sessionOnly('work'),
  [`HEAD ${routes.screening}`]: sessionOnly('work'),
  [`POST ${routes.screeningResult}`]: sessionOnly('work'),
  [`POST ${routes.screeningSend}`]: sessionOnly('work'),
  [`POST ${routes.screeningConfirmation}`]: sessionOnly('work'),
  [`GET ${routes.loginEcpsCallback}`]: everybody('login-return'),
  [`GET ${routes.doors}`]: everybody('public'),
  [`GET ${routes.catalogue}`]: everybody('public'),
  [`GET ${routes.openapi}`]: everybody('public'),
}

/** By the beginning of the route, longest first; for routes that later modules add below the same place. */
const byPrefix: readonly (readonly [string, RouteTraffic])[] = [
  // Renewing a session that has just ended is somebody at a counter, but not proven yet.
  ['/api/session', { signedIn: 'work', anonymous: 'login-return' }],
  ['/api/retrieval', everybody('person')],
  ['/api/laboratory', everybody('laboratory')],
  ['/laboratory', everybody('laboratory')],
  ['/fhir', everybody('laboratory')],
  ['/login', everybody('login')],
]

const otherApi = (method: string): RouteTraffic => ({
  signedIn: method === 'GET' || method === 'HEAD' ? 'list' : 'work',
  anonymous: 'public',
})

/**
 * The traffic of a route. @returns null for the few that are always answered
 *
 * @param route the pattern that matched; undefined when none did
 */
export const trafficOf = (
  method: string,
  route: string | undefined,
  declared: RouteTraffic | undefined,
): RouteTraffic | null => {
  if (declared !== undefined) return declared
  if (route === undefined) return everybody('public')
  if (exempt.has(route) || route.startsWith(routes.waitingRoomPage)) return null
  const found = known[`${method} ${route}`]
  if (found !== undefined) return found
  const prefixed = byPrefix.find(([prefix]) => route === prefix || route.startsWith(`${prefix}/`))
  if (prefixed !== undefined) return prefixed[1]
  return route.startsWith('/api/') ? otherApi(method) : everybody('public')
}
