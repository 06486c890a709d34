/** What the ASVS page claims is held to the tests: each named one stands in its file, and in a whole run it ran and passed. */
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Evidence, Requirement } from './requirements.ts'

const root = resolve(import.meta.dirname, '../../..')

/** Whether the parts stand in the text, in this order and without overlap: a title, around what its template fills in. */
const fits = (title: string, parts: readonly string[]): boolean => {
  const first = parts[0] ?? ''
  const last = parts.at(-1) ?? ''
  if (parts.length === 1) return title === first
  if (!title.startsWith(first) || !title.endsWith(last)) return false
  let at = first.length
  for (const part of parts.slice(1, -1)) {
    const found = title.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return at <= title.length - last.length
}

/** The titles of a file's tests: what stands between template parts may be anything. */
const titlesOf = (source: string): (readonly string[])[] =>
  [...source.matchAll(/\b(?:test|it)\(\s*(['"`])/g)].flatMap((match) => {
    const [whole, quote = "'"] = match
    const start = match.index + whole.length
    let end = start
    while (end < source.length && source[end] !== quote) end += source[end] === '\\' ? 2 : 1
    const title = source.slice(start, end).replace(/\\(.)/g, '$1')
    return end < source.length ? [title.split(/\$\{[^}]*\}/)] : []
  })

const isThere = (evidence: Evidence, sources: Map<string, (readonly string[])[]>): boolean => {
  const file = 'document' in evidence ? (evidence.document.split('#')[0] ?? '') : evidence.file
  const path = join(root, file)
  if (!existsSync(path)) return false
  if ('document' in evidence) return true
  const titles = sources.get(file) ?? titlesOf(readFileSync(path, 'utf8'))
  sources.set(file, titles)
  return titles.some((parts) => fits(evidence.test, parts))
}

const evidenceOf = ({ id, status }: Requirement): { id: string; evidence: Evidence }[] =>
  status.kind === 'met' ? status.shownBy.map((evidence) => ({ id, evidence })) : []

const nameOf = (evidence: Evidence): string =>
  'document' in evidence ? evidence.document : `${evidence.file}: ${evidence.test}`

/** Evidence that is named and does not stand anywhere, a line each. */
export const missingEvidence = (requirements: readonly Requirement[]): string[] => {
  const sources = new Map<string, (readonly string[])[]>()
  return requirements
    .flatMap(evidenceOf)
    .filter(({ evidence }) => !isThere(evidence, sources))
    .map(({ id, evidence }) => `${id} names what is not there: ${nameOf(evidence)}`)
}

/**
 * Evidence that did not run, or did not pass, in a whole run.
 *
 * @param passed titles of the tests that passed, by file from the root
 */
export const unshownEvidence = (
  requirements: readonly Requirement[],
  passed: ReadonlyMap<string, ReadonlySet<string>>,
): string[] =>
  requirements
    .flatMap(evidenceOf)
    .filter(({ evidence }) => 'test' in evidence && !passed.get(evidence.file)?.has(evidence.test))
    .map(({ id, evidence }) => `${id} is shown by a test that did not pass: ${nameOf(evidence)}`)
