/** Which endpoint a request is for, and what of it the contract says. */
import type { Endpoint } from '@sidep/contracts'
import * as endpoints from '@sidep/contracts/endpoints'

export type EndpointName = keyof typeof endpoints

const known = Object.entries<Endpoint>(endpoints).map(([key, endpoint]) => ({
  name: key as EndpointName,
  endpoint,
  steps: endpoint.path.split('/'),
}))

export interface Matched {
  readonly name: EndpointName
  readonly endpoint: Endpoint
  /** The path's parameter; empty when it has none. */
  readonly id: string
}

/** `:id` stands for one step of a path. */
const isAt = (steps: readonly string[], asked: readonly string[]): boolean =>
  steps.length === asked.length &&
  steps.every((step, index) => step.startsWith(':') || step === asked[index])

export const endpointAt = (method: string, path: string): Matched | null => {
  const asked = path.split('/')
  const found = known.find(
    ({ endpoint, steps }) => endpoint.method === method && isAt(steps, asked),
  )
  if (found === undefined) return null
  const { name, endpoint, steps } = found
  const at = steps.findIndex((step) => step.startsWith(':'))
  return { name, endpoint, id: decodeURIComponent(asked[at] ?? '') }
}
