/**
 * What a request is to admission, from its endpoint. Only the route that matched, the session that verified and the
 * address of the connection decide; nothing else that the client sends is looked at, so nobody can claim a priority.
 */
import { everybody, type RouteTraffic, routes } from '@sidep/contracts'
import { endpointAt } from '../platform/contract.ts'
import { paperStylePath } from '../platform/paper/paper.ts'

/** Pages and their files, and what matched nothing. */
const pages: RouteTraffic = everybody('public')

/**
 * The traffic of a route. @returns null for the few that are always answered
 *
 * @param route the pattern that matched; undefined when none did
 */
export const trafficOf = (method: string, route: string | undefined): RouteTraffic | null => {
  if (route === undefined) return pages
  // The waiting room's page has files of its own; the style is also of the pages that say what is the matter.
  if (route.startsWith(routes.waitingRoomPage) || route === paperStylePath) return null
  const endpoint = endpointAt(method, route)
  return endpoint === undefined ? pages : endpoint.traffic
}

/** The door at which a route begins a new sign-in, when it does. */
export const doorOf = (method: string, route: string | undefined): string | undefined =>
  route === undefined ? undefined : endpointAt(method, route)?.signInAt
