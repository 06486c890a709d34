import { type Finess, parseFiness } from './finess.ts'

/** Corsica's numbers start with 2A or 2B; each is given a range above every numeric FINESS. */
const corsica: readonly (readonly [string, number])[] = [
  ['2A', 1_000_000_000],
  ['2B', 1_010_000_000],
]
const corsicanCount = 10_000_000
const numericCount = 1_000_000_000

/** Nine characters of a FINESS's form as an integer below 2^32, for codes in which every byte counts; its key is not looked at. */
export const siteToNumber = (siteId: string): number => {
  const base = corsica.find(([prefix]) => siteId.startsWith(prefix))?.[1]
  return base === undefined ? Number(siteId) : base + Number(siteId.slice(2))
}

/** The nine characters of an integer made by `siteToNumber`; null when it is of none. */
export const siteFromNumber = (value: number): string | null => {
  if (!Number.isSafeInteger(value) || value < 0) return null
  if (value < numericCount) return String(value).padStart(9, '0')
  const range = corsica.find(([, base]) => value >= base && value < base + corsicanCount)
  return range === undefined ? null : range[0] + String(value - range[1]).padStart(7, '0')
}

/** A FINESS as an integer below 2^32. */
export const finessToNumber = (finess: Finess): number => siteToNumber(finess)

/** The FINESS of an integer made by `finessToNumber`; null when it is of none. */
export const finessFromNumber = (value: number): Finess | null => {
  const finess = parseFiness(siteFromNumber(value) ?? '')
  return finess.ok ? finess.value : null
}
