/** For tests: holds every answer that one of them sees against the contract of its endpoint. */
import type { Endpoint } from '@sidep/contracts'
import * as endpoints from '@sidep/contracts/endpoints'
import { Check } from 'typebox/schema'

interface Seen {
  readonly status: number
  readonly type: string
  readonly text: string
}

const patterns = Object.values(endpoints).map((endpoint: Endpoint) => ({
  endpoint,
  pattern: new RegExp(`^${endpoint.path.replace(/:\w+/g, '[^/]+')}$`),
}))

/** The endpoint that answers a request to the portal; a path without parameters goes before one with. */
const endpointOf = (method: string, path: string): Endpoint | undefined =>
  patterns
    .filter(({ endpoint, pattern }) => {
      const isThere = endpoint.at !== 'card-port' && endpoint.method === method
      return isThere && pattern.test(path)
    })
    .sort(
      (a, b) => Number(a.endpoint.path.includes(':')) - Number(b.endpoint.path.includes(':')),
    )[0]?.endpoint

const differenceOf = (endpoint: Endpoint, { status, type, text }: Seen): string | null => {
  if (type.startsWith('application/problem+json')) {
    const { code } = JSON.parse(text)
    const { problems, vendorProblems = [] } = endpoint
    return [...problems, ...vendorProblems].includes(code) ? null : `refuses with ${code}`
  }
  const answer = endpoint.answers[status]
  if (answer === undefined) return `answers ${status}`
  if (answer.schema === undefined) return null
  return Check(answer.schema, JSON.parse(text)) ? null : `answers ${status} with another body`
}

/**
 * @param path with its query, as it was sent
 * @throws when the answer is none that the contract names
 */
export const holdToContract = (method: string, path: string, seen: Seen): void => {
  const endpoint = endpointOf(method, path.split('?', 1)[0] ?? '')
  if (endpoint === undefined) return
  const difference = differenceOf(endpoint, seen)
  if (difference === null) return
  throw new Error(
    `${method} ${endpoint.path} ${difference}: its endpoint in packages/contracts does not say so`,
  )
}
