/**
 * The library of schemas computes types from types, reads them from text and checks some twenty formats of addresses. The
 * contracts use none of that: objects, unions, texts, numbers. A tenth of what a person's page loads first was it.
 */
import type { Plugin } from 'vite'

const leftOut = /\/typebox\/build\/(?:type\/engine\/instantiate|format\/_registry)\.mjs$/
const exported = /^export function (\w+)/gm

/** Those that work without what is left out. */
const plain: ReadonlySet<string> = new Set([
  ...['Array', 'Boolean', 'Enum', 'Integer', 'Intersect', 'Literal', 'Null', 'Number'],
  ...['Object', 'Optional', 'String', 'Union', 'Unknown', 'Unsafe'],
])
const used = /\bType\.([A-Z]\w*)/g
const ownSource = /\/(?:packages|apps)\/(?!.*\/node_modules\/).*\.tsx?$/

/** The same names, each of which says that it is not in this build. */
const stubOf = (code: string): string =>
  [...code.matchAll(exported)]
    .map(([, name]) => `export function ${name}() { throw new Error('typebox: not in a page') }`)
    .join('\n')

const computedIn = (code: string): string | undefined =>
  [...code.matchAll(used)].map(([, name = '']) => name).find((name) => !plain.has(name))

/** Leaves out of the pages what plain schemas do not need, and refuses to build any other. */
export const plainSchemas = (): Plugin => ({
  name: 'sidep-plain-schemas',
  enforce: 'pre',
  transform(code, id) {
    if (leftOut.test(id)) return { code: stubOf(code), map: null }
    const computed = ownSource.test(id) ? computedIn(code) : undefined
    if (computed !== undefined) {
      this.error(`Type.${computed} is not in a page: plain schemas only, or Type.Unsafe`)
    }
    return null
  },
})
