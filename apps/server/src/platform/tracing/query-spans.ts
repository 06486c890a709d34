/** Names of statements for spans, from the parts of them that are code; what they are run with is never looked at. */
import type { OpenSpan } from './spans.ts'
import { beginSpanBelow, isTracing } from './tracing.ts'

const names = new WeakMap<readonly string[], string>()
const partsMax = 4
const charactersMax = 2_000

const verbPattern = /^\s*(select|insert|update|delete|with|merge)\b/i
/** The first table or function that it names. */
const targetPattern = /\b(?:from|into|update|select)\s+([a-z_][a-z0-9_]{2,60})\b/i

/** `insert feed_item`, such as it stands in the code; `statement` where it does not say. */
export const statementName = (parts: readonly string[]): string => {
  const known = names.get(parts)
  if (known !== undefined) return known
  const text = parts
    .slice(0, partsMax)
    .join(' ')
    .slice(0, charactersMax)
    .replaceAll(/--[^\n]*/g, ' ')
  const verb = verbPattern.exec(text)?.[1]?.toLowerCase()
  const target = targetPattern.exec(text)?.[1]?.toLowerCase()
  const name = [verb ?? 'statement', ...(target === undefined ? [] : [target])].join(' ')
  names.set(parts, name)
  return name
}

/** A statement's span below the one under way; it ends with the answer, and never where the statement is part of another. */
export const beginQuerySpan = (pool: string, parts: readonly string[]): OpenSpan | null =>
  isTracing()
    ? beginSpanBelow({
        name: statementName(parts),
        kind: 'client',
        attributes: { 'sidep.pool': pool },
      })
    : null
