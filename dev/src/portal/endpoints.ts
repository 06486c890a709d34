/** Which endpoint a request is for, and what of it the contract says. */
import type { Endpoint } from '@sidep/contracts'
import * as endpoints from '@sidep/contracts/endpoints'

export type EndpointName = keyof typeof endpoints

/** `:id` stands for one step of a path. */
const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/:\w+/g, '([^/]+)')}$`)

const known = Object.entries<Endpoint>(endpoints).map(([key, endpoint]) => {
  const name = key as EndpointName
  return { name, endpoint, pattern: patternOf(endpoint.path) }
})

export interface Matched {
  readonly name: EndpointName
  readonly endpoint: Endpoint
  /** The path's parameter; empty when it has none. */
  readonly id: string
}

export const endpointAt = (method: string, path: string): Matched | null => {
  for (const { name, endpoint, pattern } of known) {
    const match = endpoint.method === method ? pattern.exec(path) : null
    if (match !== null) return { name, endpoint, id: decodeURIComponent(match[1] ?? '') }
  }
  return null
}
