/** Ranges of premium numbers by calling code, from the tables of libphonenumber that are too large for a page. */
import { createRequire } from 'node:module'

/** Where a country keeps its kinds of numbers, and their places in that list (libphonenumber-js, metadata version 4). */
const callingCodeIndex = 0
const kindsIndex = 11
const premiumKinds = { premiumRate: 3, personalNumber: 4, sharedCost: 9 }

type Kind = readonly [pattern: string] | 0
interface Tables {
  readonly version: number
  readonly countries: Readonly<Record<string, readonly unknown[]>>
}

const metadataVersion = 4

const readTables = (): Tables => {
  const require = createRequire(import.meta.resolve('@sidep/identifiers'))
  const tables = require('libphonenumber-js/max/metadata') as Tables
  if (tables.version !== metadataVersion)
    throw new Error('libphonenumber-js: tables of another form')
  return tables
}

/** Each calling code with the patterns of its countries, in the order of the codes. */
const rangesByCallingCode = ({ countries }: Tables): Map<string, Set<string>> => {
  const ranges = new Map<string, Set<string>>()
  for (const country of Object.values(countries)) {
    const callingCode = String(country[callingCodeIndex])
    const kinds = (country[kindsIndex] ?? []) as readonly (Kind | undefined)[]
    for (const index of Object.values(premiumKinds)) {
      const kind = kinds[index] ?? 0
      if (kind === 0) continue
      const patterns = ranges.get(callingCode) ?? new Set()
      ranges.set(callingCode, patterns.add(kind[0]))
    }
  }
  return new Map([...ranges].toSorted(([left], [right]) => Number(left) - Number(right)))
}

/** As the formatter writes it. */
const row = (callingCode: string, patterns: ReadonlySet<string>): string[] => {
  const expressions = [...patterns].map((pattern) => `/^(?:${pattern})$/`)
  const line = `  ${callingCode}: [${expressions.join(', ')}],`
  if (line.length <= 100) return [line]
  return [`  ${callingCode}: [`, ...expressions.map((expression) => `    ${expression},`), '  ],']
}

export const premiumRangesFile = (): string =>
  [
    '/**',
    ' * Premium rate, shared cost and personal numbers by calling code, as expressions over the national number.',
    ' * Generated from the tables of libphonenumber-js by `npm run references`.',
    ' */',
    'export const premiumRanges: Readonly<Record<string, readonly RegExp[]>> = {',
    ...[...rangesByCallingCode(readTables())].flatMap(([code, patterns]) => row(code, patterns)),
    '}',
    '',
  ].join('\n')
