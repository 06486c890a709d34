/**
 * The DCC of a provisional certificate as it is signed: a DCC 1.3.0 of one test without the four
 * members of its entry that the booklet already says (`co`, `is`, `tc`) or that follow from its id
 * and the number (`ci`). A reader puts them back; one that finds them there refuses, so that a
 * counter cannot claim another place or authority than its booklet's.
 */

import { broken, decoded, type Layer } from '@sidep/encoding'
import { type Dcc, type DccCode, type JsonObject, parseDcc, type TestEntry } from '@sidep/hcert'
import { uvciCheckCharacter } from '@sidep/identifiers'
import type { Booklet } from './booklet.ts'

/** A DCC whose one entry is a test. */
export interface TestDcc extends Dcc {
  readonly entry: TestEntry
}

const filledIn = ['co', 'is', 'tc', 'ci'] as const

/**
 * The identifier of a provisional certificate, which follows from its booklet and number.
 *
 * @example `URN:UVCI:01:FR:0123456789ABCDEFN0007#7`
 */
export const provisionalUvci = (
  booklet: Pick<Booklet, 'id' | 'country'>,
  number: number,
): string => {
  const opaque = `${booklet.id.toUpperCase()}N${String(number).padStart(4, '0')}`
  const body = `URN:UVCI:01:${booklet.country}:${opaque}`
  return `${body}#${uvciCheckCharacter(body)}`
}

/**
 * What is signed of a whole DCC.
 *
 * @param withWritten whether to keep the names as written beside those in ICAO letters
 */
export const compactDcc = (dcc: JsonObject, withWritten: boolean): Map<string, unknown> => {
  const compact = new Map<string, unknown>(Object.entries(dcc))
  const written = ['fn', 'gn']
  const names = Object.entries(Object(dcc.nam)).filter(([key]) => !written.includes(key))
  if (!withWritten) compact.set('nam', new Map(names))
  const entries = Array.isArray(dcc.t) ? dcc.t : []
  compact.set(
    't',
    entries.map((entry) => {
      const members = new Map<string, unknown>(Object.entries(Object(entry)))
      for (const member of filledIn) members.delete(member)
      return members
    }),
  )
  return compact
}

/**
 * The whole DCC of a compact one.
 *
 * Codes: those of `parseDcc`; PROVISIONAL_NOT_A_TEST; PROVISIONAL_ENTRY (the entry says itself what
 * the booklet says).
 */
export const wholeDcc = (
  compact: unknown,
  booklet: Booklet,
  number: number,
): Layer<TestDcc, DccCode | 'PROVISIONAL_NOT_A_TEST' | 'PROVISIONAL_ENTRY'> => {
  const entries: unknown = compact instanceof Map ? compact.get('t') : undefined
  const [entry]: unknown[] = Array.isArray(entries) ? entries : []
  if (!(compact instanceof Map) || !(entry instanceof Map)) return broken('PROVISIONAL_NOT_A_TEST')
  if (filledIn.some((member) => entry.has(member))) return broken('PROVISIONAL_ENTRY')
  const whole = new Map<unknown, unknown>(entry)
  whole.set('co', booklet.country)
  whole.set('is', booklet.authority)
  whole.set('tc', booklet.siteName)
  whole.set('ci', provisionalUvci(booklet, number))
  const tests = [whole, ...(Array.isArray(entries) ? entries.slice(1) : [])]
  const dcc = parseDcc(new Map<unknown, unknown>(compact).set('t', tests))
  if (!dcc.ok) return dcc
  const { entry: test } = dcc.value
  return test.kind === 'test'
    ? decoded({ ...dcc.value, entry: test })
    : broken('PROVISIONAL_NOT_A_TEST')
}
