import { type Finess, parseFiness } from './finess.ts'

/** Corsica's numbers start with 2A or 2B; each is given a range above every numeric FINESS. */
const corsica: readonly (readonly [string, number])[] = [
  ['2A', 1_000_000_000],
  ['2B', 1_010_000_000],
]
const corsicanCount = 10_000_000

/** A FINESS as an integer below 2^32, for codes in which every byte counts. */
export const finessToNumber = (finess: Finess): number => {
  const base = corsica.find(([prefix]) => finess.startsWith(prefix))?.[1]
  return base === undefined ? Number(finess) : base + Number(finess.slice(2))
}

/** The FINESS of an integer made by `finessToNumber`; null when it is of none. */
export const finessFromNumber = (value: number): Finess | null => {
  if (!Number.isSafeInteger(value) || value < 0) return null
  const finess = parseFiness(textOf(value))
  return finess.ok ? finess.value : null
}

const textOf = (value: number): string => {
  const range = corsica.find(([, base]) => value >= base && value < base + corsicanCount)
  return range === undefined
    ? String(value).padStart(9, '0')
    : range[0] + String(value - range[1]).padStart(7, '0')
}
