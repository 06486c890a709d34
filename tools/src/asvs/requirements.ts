/**
 * The 345 requirements of OWASP ASVS 5.0.0, by number and level, and how each stands here: one data file
 * (docs/reference/asvs.json), read and never trusted. No text of theirs is in it.
 */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../../..')
const dataFile = 'docs/reference/asvs.json'
/** OWASP ASVS 5.0.0: how many requirements each level adds. */
const countByLevel = { 1: 70, 2: 183, 3: 92 } as const

export type Level = 1 | 2 | 3

/** A test by its file, from the root of the repository, and its title as it runs; or a document. */
export type Evidence =
  | { readonly file: string; readonly test: string }
  | { readonly document: string }

export type RequirementStatus =
  | { readonly kind: 'met'; readonly how: string; readonly shownBy: readonly Evidence[] }
  /** `until`: YYYY-MM-DD, or what it waits for. */
  | { readonly kind: 'not-met'; readonly why: string; readonly until: string }
  | { readonly kind: 'not-applicable'; readonly why: string }

export interface Requirement {
  /** Chapter, section and number: `6.3.1`. */
  readonly id: string
  readonly level: Level
  readonly status: RequirementStatus
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const textOf = (record: Record<string, unknown>, key: string, at: string): string => {
  const value = record[key]
  if (typeof value === 'string' && value.trim() !== '') return value
  throw new Error(`${dataFile}: ${at} lacks ${key}`)
}

const parseEvidence = (value: unknown, at: string): Evidence => {
  if (!isRecord(value)) throw new Error(`${dataFile}: ${at} has evidence that is none`)
  if ('document' in value) return { document: textOf(value, 'document', at) }
  return { file: textOf(value, 'file', at), test: textOf(value, 'test', at) }
}

const parseStatus = (value: Record<string, unknown>, at: string): RequirementStatus => {
  if ('met' in value) {
    const shownBy = Array.isArray(value.shownBy) ? value.shownBy : []
    if (shownBy.length === 0) throw new Error(`${dataFile}: ${at} is met, and nothing shows it`)
    return {
      kind: 'met',
      how: textOf(value, 'met', at),
      shownBy: shownBy.map((one) => parseEvidence(one, at)),
    }
  }
  if ('notMet' in value) {
    return {
      kind: 'not-met',
      why: textOf(value, 'notMet', at),
      until: textOf(value, 'until', at),
    }
  }
  return { kind: 'not-applicable', why: textOf(value, 'notApplicable', at) }
}

const parseRequirement = (value: unknown): Requirement => {
  if (!isRecord(value)) throw new Error(`${dataFile}: a requirement is no object`)
  const id = textOf(value, 'id', 'a requirement')
  const { level } = value
  if (!/^\d{1,2}\.\d{1,2}\.\d{1,2}$/.test(id)) throw new Error(`${dataFile}: ${id} is no number`)
  if (level !== 1 && level !== 2 && level !== 3) throw new Error(`${dataFile}: ${id} has no level`)
  return { id, level, status: parseStatus(value, id) }
}

/**
 * Parses the data: every requirement of the standard once.
 *
 * @throws with what is missing, doubled or not understood
 */
export const parseRequirements = (data: unknown): readonly Requirement[] => {
  const rows = isRecord(data) && Array.isArray(data.requirements) ? data.requirements : []
  const requirements = rows.map(parseRequirement)
  const ids = new Set(requirements.map(({ id }) => id))
  if (ids.size !== requirements.length) throw new Error(`${dataFile}: a number stands twice`)
  for (const [level, count] of Object.entries(countByLevel)) {
    const found = requirements.filter((one) => one.level === Number(level)).length
    if (found !== count) {
      throw new Error(`${dataFile}: ${found} requirements of level ${level} and not ${count}`)
    }
  }
  return requirements
}

export const readRequirements = (): readonly Requirement[] =>
  parseRequirements(JSON.parse(readFileSync(join(root, dataFile), 'utf8')))
