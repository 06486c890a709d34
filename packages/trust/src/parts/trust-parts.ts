/** What the parts of an index hold, and how each is written: deterministic CBOR, so that what has not changed has its hash. */
import { type Bytes, broken, decodeCbor, decoded, encodeCbor, type Layer } from '@sidep/encoding'
import type { BundleContent } from '../content.ts'
import {
  named,
  readContinuity,
  readDcc,
  readTwoddoc,
  wireContinuity,
  wireDcc,
  wireTwoddoc,
} from '../content-wire.ts'
import {
  type ForeignRevocations,
  noForeignRevocations,
  readForeignRevocations,
  wireForeignRevocations,
} from '../revocation/foreign-revocations.ts'
import {
  type DatedFilter,
  type OwnRevocations,
  readDatedFilter,
  readOwnRevocations,
  wireDatedFilter,
  wireOwnRevocations,
} from '../revocation/own-revocations.ts'
import { readList } from '../withdrawn-wire.ts'
import { partBytesMax } from './trust-index.ts'

export interface TrustContent extends Pick<BundleContent, 'twoddoc' | 'continuity' | 'withdrawn'> {
  /** Signers of EU certificates by country, ISO 3166-1 alpha-2. */
  readonly keys: ReadonlyMap<string, BundleContent['dcc']>
  /** Null where whoever made the index does not know what the portal revoked. */
  readonly own: OwnRevocations | null
  readonly foreign: ForeignRevocations
  /** Id of the rule profile in force; the verifier's own default when absent. */
  readonly ruleProfile?: string
  /** Rule sets besides, as JSON has them: `parseRuleSet` of packages/verdict reads them. */
  readonly ruleSets: readonly unknown[]
  readonly valueSets: Readonly<Record<string, readonly string[]>>
  /** Tolerance notices, each signed by itself. */
  readonly notices: readonly Uint8Array[]
}

export const emptyContent: TrustContent = {
  keys: new Map(),
  twoddoc: [],
  own: null,
  foreign: noForeignRevocations,
  ruleSets: [],
  valueSets: {},
  notices: [],
}

const keysPrefix = 'keys/'

/** Each part's bytes by its name. @throws TypeError when an entry is not base64: our own data is wrong */
export const writeParts = (content: TrustContent): ReadonlyMap<string, Bytes> => {
  const { ruleProfile, ruleSets, valueSets, notices } = content
  const parts: (readonly [string, ReadonlyMap<string, unknown>])[] = [
    ...[...content.keys].map(([country, list]): [string, ReadonlyMap<string, unknown>] => [
      `${keysPrefix}${country}`,
      new Map(wireDcc(list)),
    ]),
    ['twoddoc', new Map([wireTwoddoc(content.twoddoc)])],
    ['continuity', new Map(wireContinuity(content))],
    ...ownParts(content.own),
    ['revocations/foreign', wireForeignRevocations(content.foreign)],
    [
      'rules',
      new Map<string, unknown>([
        ...(ruleProfile === undefined ? [] : [named('profile', ruleProfile)]),
        ['sets', ruleSets.map((set) => JSON.stringify(set))],
      ]),
    ],
    [
      'value-sets',
      new Map(Object.entries(valueSets).map(([name, codes]) => named(name, [...codes]))),
    ],
    ['notices', new Map([named('notices', [...notices])])],
  ]
  return new Map(parts.map(([name, part]) => [name, encodeCbor(part)]))
}

const ownName = 'revocations/own'
const filterPrefix = 'revocations/filter-'
/** A filter of this size has a part of its own: it is made once a day, and what changes by the hour stays small. */
const apartBytesMin = 8 * 1024

const ownParts = (
  own: OwnRevocations | null,
): readonly (readonly [string, ReadonlyMap<string, unknown>])[] => {
  if (own === null) return []
  const large = own.filters.filter(
    ({ filter: { passes, revoked } }) =>
      passes.cells.length + revoked.cells.length >= apartBytesMin,
  )
  const small = own.filters.filter((filter) => !large.includes(filter))
  const apart = large.map((_, place) => `${filterPrefix}${place + 1}`)
  const wire = wireOwnRevocations({ ...own, filters: small })
  if (apart.length > 0) wire.set('apart', apart)
  return [
    [ownName, wire],
    ...large.map((filter, place) => [apart[place] ?? '', wireDatedFilter(filter)] as const),
  ]
}

/** The list with those of its filters that have parts of their own; undefined when one of them is not there. */
const wholeOwn = (
  own: OwnRevocations,
  apart: unknown,
  filters: ReadonlyMap<string, DatedFilter>,
): OwnRevocations | undefined => {
  const names = apart === undefined ? [] : readList(apart, (name) => filters.get(String(name)))
  return names && { ...own, filters: [...own.filters, ...names] }
}

/**
 * Reads all parts of an index. One that is not known here is a newer portal's, and is passed over; one that is, and
 * cannot be read, spoils the whole.
 *
 * @returns the content, or PART_MALFORMED
 */
export const readParts = (parts: ReadonlyMap<string, Uint8Array>): Layer<TrustContent> => {
  const keys = new Map<string, BundleContent['dcc']>()
  const filters = new Map<string, DatedFilter>()
  let apart: unknown
  let content = emptyContent
  for (const [name, bytes] of parts) {
    const limits = { maxBytes: partBytesMax, maxDepth: 10 }
    const cbor = decodeCbor(bytes, limits)
    if (!cbor.ok || !(cbor.value instanceof Map)) return broken('PART_MALFORMED')
    const part: ReadonlyMap<unknown, unknown> = cbor.value
    if (name.startsWith(keysPrefix)) {
      const list = readDcc(part)
      if (list === undefined) return broken('PART_MALFORMED')
      keys.set(name.slice(keysPrefix.length), list)
      continue
    }
    if (name.startsWith(filterPrefix)) {
      const filter = readDatedFilter(part)
      if (filter === null) return broken('PART_MALFORMED')
      filters.set(name, filter)
      continue
    }
    if (name === ownName) apart = part.get('apart')
    const read = readers[name]?.(part)
    if (read === undefined && name in readers) return broken('PART_MALFORMED')
    content = { ...content, ...read }
  }
  const own = content.own && wholeOwn(content.own, apart, filters)
  return own === undefined ? broken('PART_MALFORMED') : decoded({ ...content, keys, own })
}

type ReadPart = (part: ReadonlyMap<unknown, unknown>) => Partial<TrustContent> | undefined

const readers: Readonly<Record<string, ReadPart>> = {
  twoddoc: (part) => {
    const twoddoc = readTwoddoc(part)
    return twoddoc && { twoddoc }
  },
  continuity: readContinuity,
  'revocations/own': (part) => {
    const own = readOwnRevocations(part)
    return own.ok ? { own: own.value } : undefined
  },
  'revocations/foreign': (part) => {
    const foreign = readForeignRevocations(part)
    return foreign.ok ? { foreign: foreign.value } : undefined
  },
  rules: (part) => {
    const profile = part.get('profile')
    const ruleSets = readList(part.get('sets'), parsedJson)
    if (ruleSets === undefined) return undefined
    return { ruleSets, ...(typeof profile === 'string' && { ruleProfile: profile }) }
  },
  'value-sets': (part) => {
    const sets: [string, readonly string[]][] = []
    for (const [name, value] of part) {
      const codes = readList(value, (code) => (typeof code === 'string' ? code : undefined))
      if (typeof name !== 'string' || codes === undefined) return undefined
      sets.push([name, codes])
    }
    return { valueSets: Object.fromEntries(sets) }
  },
  notices: (part) => {
    const notices = readList(part.get('notices'), (notice) =>
      notice instanceof Uint8Array ? notice : undefined,
    )
    return notices && { notices }
  },
}

/** Undefined for what is no JSON; a rule set is an object, so that nothing it can be is undefined. */
const parsedJson = (value: unknown): unknown => {
  if (typeof value !== 'string') return undefined
  try {
    return JSON.parse(value)
  } catch {
    // Somebody signed what is no rule set: the part is malformed.
    return undefined
  }
}
