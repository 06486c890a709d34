import type { WithdrawnContinuity } from './content.ts'

/** Every entry read, or undefined when the value is not a list or one entry is wrong. */
export const readList = <T>(
  value: unknown,
  read: (entry: unknown) => T | undefined,
): readonly T[] | undefined => {
  if (!Array.isArray(value)) return undefined
  const entries: T[] = []
  for (const entry of value) {
    const parsed = read(entry)
    if (parsed === undefined) return undefined
    entries.push(parsed)
  }
  return entries
}

/** The list of withdrawals as a bundle has it; undefined when any part of it is wrong. */
export const readWithdrawn = (value: unknown): WithdrawnContinuity | undefined => {
  if (!(value instanceof Map)) return undefined
  const booklets = readList(value.get('booklets'), readText)
  const sites = readList(value.get('sites'), readSite)
  const all = value.get('allIssuedUntil') ?? null
  const slips = readList(value.get('slips'), readText)
  const slipSites = readList(value.get('slipSites'), readSite)
  if (booklets === undefined || sites === undefined || slips === undefined) return undefined
  if (slipSites === undefined || (all !== null && !isMoment(all))) return undefined
  return { booklets, sites, allIssuedUntil: all, slips, slipSites }
}

const isMoment = (value: unknown): value is string =>
  typeof value === 'string' && !Number.isNaN(Date.parse(value))

const readText = (entry: unknown): string | undefined =>
  typeof entry === 'string' ? entry : undefined

const readSite = (entry: unknown): WithdrawnContinuity['sites'][number] | undefined => {
  if (!(entry instanceof Map)) return undefined
  const site: unknown = entry.get('site')
  const issuedUntil: unknown = entry.get('issuedUntil')
  return typeof site === 'string' && isMoment(issuedUntil) ? { site, issuedUntil } : undefined
}
