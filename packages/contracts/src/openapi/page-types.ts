/** A JSON schema in words, for the page. */
import type { Json, JsonObject } from './schemas.ts'

const object = (value: Json | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {}

const bounds = ({
  minLength,
  maxLength,
  minimum,
  maximum,
  minItems,
  maxItems,
}: JsonObject): string => {
  const [low, high] = [minLength ?? minimum ?? minItems, maxLength ?? maximum ?? maxItems]
  const unit = (minLength ?? maxLength) === undefined ? '' : ' characters'
  if (low !== undefined && low === high) return `, ${low}${unit}`
  if (low !== undefined && high !== undefined) return `, ${low} to ${high}${unit}`
  if (high !== undefined) return `, at most ${high}${unit}`
  return low === undefined ? '' : `, at least ${low}${unit}`
}

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;')

const unionText = (all: readonly Json[]): string => [...new Set(all.map(typeText))].join(' or ')

/** @returns HTML: names of shapes are links to them */
export const typeText = (value: Json): string => {
  const schema = object(value)
  if (typeof schema.$ref === 'string') {
    const name = schema.$ref.split('/').at(-1) ?? ''
    return name === 'Problem' ? 'problem document' : `<a href="#shape-${name}">${name}</a>`
  }
  if (schema.const !== undefined) return `<code>${escaped(JSON.stringify(schema.const))}</code>`
  if (Array.isArray(schema.enum)) return `one of ${schema.enum.length} texts`
  if (Array.isArray(schema.anyOf)) return unionText(schema.anyOf)
  if (Array.isArray(schema.allOf)) return schema.allOf.map(typeText).join(' with ')
  if (schema.type === 'array') return `list of ${typeText(schema.items ?? {})}${bounds(schema)}`
  if (schema.type === 'object' && schema.properties !== undefined) {
    const names = Object.keys(object(schema.properties))
    const must = new Set(Array.isArray(schema.required) ? schema.required : [])
    const shown = names.map(
      (name) =>
        `<code>${escaped(name)}</code>${must.has(name) ? '' : '?'}: ${typeText(object(schema.properties)[name] ?? {})}`,
    )
    return `{ ${shown.join(', ')} }`
  }
  const { pattern } = schema
  const form = typeof pattern === 'string' ? `, <code>${escaped(pattern)}</code>` : ''
  return `${typeof schema.type === 'string' ? schema.type : 'anything'}${bounds(schema)}${form}`
}
