import { Tagged } from '@sidep/encoding'

export type Json = string | number | boolean | null | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [key: string]: Json
}

/** A DCC nests four levels; what nests deeper is not one. */
const depthMax = 12

/**
 * Turns decoded CBOR into JSON, as the certificate's schema and its rules are written for.
 * Date texts lose their tag (0, RFC 8949 §3.4.1), which some issuers write and others do not.
 *
 * @param readText what becomes of each text value; texts that name values stay as they are
 * @returns undefined for what JSON cannot say: byte strings, other tags, large integers, keys that
 * are not text, infinities
 */
export const jsonFrom = (
  value: unknown,
  readText: (text: string) => string = asWritten,
  depth = 0,
): Json | undefined => {
  if (typeof value === 'string') return readText(value)
  if (typeof value === 'boolean' || value === null) return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (depth >= depthMax) return undefined
  if (value instanceof Tagged) {
    return value.tag === 0 && typeof value.value === 'string' ? readText(value.value) : undefined
  }
  if (Array.isArray(value)) return arrayFrom(value, readText, depth + 1)
  if (value instanceof Map) return objectFrom(value, readText, depth + 1)
  if (isPlainObject(value)) return objectFrom(Object.entries(value), readText, depth + 1)
  return undefined
}

const asWritten = (text: string): string => text

const arrayFrom = (
  values: readonly unknown[],
  readText: (text: string) => string,
  depth: number,
): Json | undefined => {
  const items: Json[] = []
  for (const value of values) {
    const item = jsonFrom(value, readText, depth)
    if (item === undefined) return undefined
    items.push(item)
  }
  return items
}

const objectFrom = (
  entries: Iterable<readonly [unknown, unknown]>,
  readText: (text: string) => string,
  depth: number,
): JsonObject | undefined => {
  const object: Record<string, Json> = {}
  for (const [key, value] of entries) {
    if (typeof key !== 'string') return undefined
    // CBOR's undefined says as much as an absent key.
    if (value === undefined) continue
    const item = jsonFrom(value, readText, depth)
    if (item === undefined) return undefined
    if (key === '__proto__') defineOwn(object, key, item)
    else object[key] = item
  }
  return object
}

/** Only a key: assigned, it would be the object's prototype. */
const defineOwn = (object: object, key: string, value: Json): void => {
  Object.defineProperty(object, key, {
    value,
    configurable: true,
    enumerable: true,
    writable: true,
  })
}

const isPlainObject = (value: unknown): value is object => {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

export const isJsonObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
