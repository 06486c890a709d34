/** The contract's schemas as components of the description: each once, named as in the code. */
import type { TSchema } from 'typebox'
import * as contract from '../index.ts'

export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [name: string]: Json
}

const isSchema = (value: unknown): value is TSchema =>
  typeof value === 'object' && value !== null && '~kind' in value

const named: readonly (readonly [string, TSchema])[] = Object.entries(contract).flatMap(
  ([name, value]): [string, TSchema][] => (isSchema(value) ? [[name, value]] : []),
)
const nameOf = new Map<unknown, string>(named.map(([name, schema]) => [schema, name]))
/** An optional field holds a copy of its schema. */
const nameOfText = new Map(
  named.toReversed().map(([name, schema]) => [JSON.stringify(schema), name]),
)

const convert = (value: unknown, isRoot: boolean): Json => {
  if (Array.isArray(value)) return value.map((item) => convert(item, false))
  if (typeof value !== 'object' || value === null) return value as Json
  const name = isRoot
    ? undefined
    : (nameOf.get(value) ?? (isSchema(value) ? nameOfText.get(JSON.stringify(value)) : undefined))
  if (name !== undefined) return { $ref: `#/components/schemas/${name}` }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, convert(item, false)]))
}

/** A schema of an endpoint: by its name, when it has one. */
export const schemaJson = (schema: TSchema): Json => convert(schema, false)

/** The named schemas that `holder` refers to, and those that they refer to. */
export const schemaComponents = (holder: unknown): JsonObject => {
  const components: Record<string, Json> = {}
  const take = (value: unknown): void => {
    for (const [, name = ''] of JSON.stringify(value).matchAll(
      /"#\/components\/schemas\/(\w+)"/g,
    )) {
      const schema = named.find(([known]) => known === name)?.[1]
      if (schema === undefined || name in components) continue
      const component = convert(schema, true)
      components[name] = component
      take(component)
    }
  }
  take(holder)
  return Object.fromEntries(Object.entries(components).sort(([a], [b]) => a.localeCompare(b)))
}
