/**
 * Pages ask endpoints by their values (packages/contracts/src/endpoints). Of a value a page needs where to ask and what
 * the answer is held against; the rest is for the compiler, the server and the description of the interface.
 */
import { type Plugin, parseAst } from 'vite'

const needed = new Set(['method', 'path', 'weight', 'answers'])

interface Range {
  readonly start: number
  readonly end: number
}

interface Node extends Range {
  readonly type: string
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value

/** The calls `endpoint({ … })` below a node, in the order of the text. */
const callsIn = (node: unknown): (Range & { readonly properties: readonly Property[] })[] => {
  if (Array.isArray(node)) return node.flatMap(callsIn)
  if (!isNode(node)) return []
  const { callee, arguments: given } = node as Node & { callee?: Named; arguments?: Given[] }
  const [definition] = given ?? []
  if (node.type === 'CallExpression' && callee?.name === 'endpoint' && definition?.properties)
    return [{ start: node.start, end: node.end, properties: definition.properties }]
  return Object.values(node).flatMap(callsIn)
}

interface Named {
  readonly name?: string
}
interface Given {
  readonly properties?: readonly Property[]
}
interface Property extends Range {
  readonly key?: Named
}

/** @example trimEndpoints("const a = endpoint({ method: 'GET', access: 'site' })") === "const a = ({method: 'GET'})" */
export const trimEndpoints = (code: string): string =>
  callsIn(parseAst(code).body)
    .toReversed()
    .reduce((text, { start, end, properties }) => {
      const kept = properties.filter(({ key }) => key === undefined || needed.has(key.name ?? ''))
      const written = kept.map((property) => code.slice(property.start, property.end)).join(', ')
      return `${text.slice(0, start)}({${written}})${text.slice(end)}`
    }, code)

export const pageEndpoints = (): Plugin => ({
  name: 'sidep-page-endpoints',
  apply: 'build',
  transform(code, id) {
    return /\/packages\/contracts\/src\/endpoints\/[a-z-]+\.ts$/.test(id)
      ? { code: trimEndpoints(code), map: null }
      : null
  },
})
