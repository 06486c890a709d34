/**
 * Lists as the EU's gateway gives them, in JSON: signers (`trustList/DSC`), acceptance rules, value sets, revocation
 * batches. Which one it is, its entries say.
 */
import { readSignedContent, type UploadCode, type Uploaders } from './signed-upload.ts'

export type ListKind = 'keys' | 'rules' | 'value-sets' | 'revocations'

/** One entry of a list, as it is kept. */
interface ListEntry {
  /** The same entry on the next list has the same. */
  readonly name: string
  /** Of which country; empty where that says nothing. */
  readonly country: string
  readonly value: unknown
}

export interface GatewayList {
  readonly kind: ListKind
  /** What it is the whole list of: all keys, the rules of a country, one value set. */
  readonly scope: string
  readonly asOf: Date
  readonly entries: readonly ListEntry[]
  /** Why none of it is to be believed; null when nothing is known against it. */
  readonly fault: string | null
}

/** 64 MiB: all keys of Europe are one, and a country's revocations some. */
export const listBytesMax = 64 * 1024 * 1024
const entriesMax = 200_000

type Fields = Readonly<Record<string, unknown>>

/** What a file holds; or why nothing in it can be told. */
export type ReadLists = readonly GatewayList[] | 'LIST_EMPTY' | 'LIST_UNKNOWN' | UploadCode

/**
 * Reads the lists of some files, each of which may hold a part: a country's rules come in one file each.
 *
 * @param uploaders whose signatures entries must have; null when the files came by a way that is trusted itself
 * @param at what a list that carries no time of its own is from
 */
export const readGatewayLists = (
  texts: readonly string[],
  uploaders: Uploaders | null,
  at: Date,
): ReadLists => {
  const lists = new Map<string, GatewayList>()
  for (const text of texts) {
    const values = valuesIn(text)
    if (values === null) return 'LIST_UNKNOWN'
    if (values.length === 0) return 'LIST_EMPTY'
    for (const value of values) {
      const content = readSignedContent({ ...Object(value) }, uploaders)
      const entry = content.ok ? content.value : { ...Object(value) }
      const read = readers.find(({ isOne }) => isOne(entry))
      if (read === undefined) return content.ok ? 'LIST_UNKNOWN' : content.code
      const one = read.listOf(entry)
      const scope = one?.scope ?? ''
      const key = `${read.kind}/${scope}`
      const before = lists.get(key)
      const time = Date.parse(String(read.timeOf(entry)))
      const asOf = Number.isNaN(time) ? null : new Date(time)
      lists.set(key, {
        kind: read.kind,
        scope,
        asOf: latest(before?.asOf ?? null, asOf ?? (before === undefined ? at : null)) ?? at,
        entries: [...(before?.entries ?? []), ...(one?.entries ?? [])],
        fault: before?.fault ?? faultOf(content.ok ? null : content.code, one !== null),
      })
    }
  }
  return [...lists.values()].map(bounded)
}

const faultOf = (code: string | null, isRead: boolean): string | null =>
  code ?? (isRead ? null : 'LIST_MALFORMED')

const bounded = (list: GatewayList): GatewayList =>
  list.entries.length > entriesMax ? { ...list, entries: [], fault: 'LIST_TOO_LONG' } : list

const latest = (one: Date | null, other: Date | null): Date | null =>
  one === null || (other !== null && other > one) ? other : one

/** The objects of a list: an array, one alone, or arrays by name, as the gateway gives rules. */
const valuesIn = (text: string): readonly unknown[] | null => {
  const json = parsedJson(text)
  if (typeof json !== 'object' || json === null) return null
  if (Array.isArray(json)) return json
  return readers.some(({ isOne }) => isOne({ ...json })) || 'cms' in json
    ? [json]
    : Object.values(json).flat()
}

const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    // No JSON: no list that is known here.
    return null
  }
}

interface ListReader {
  readonly kind: ListKind
  readonly isOne: (entry: Fields) => boolean
  /** Of which list it is a part; null when it cannot be read. */
  readonly listOf: (entry: Fields) => Pick<GatewayList, 'scope' | 'entries'> | null
  /** Of when the list is, where an entry says so. */
  readonly timeOf: (entry: Fields) => unknown
}

const readers: readonly ListReader[] = [
  {
    kind: 'keys',
    isOne: ({ kid, rawData, spki }) => kid !== undefined && (rawData ?? spki) !== undefined,
    // A key id that is no certificate's hash is what its list says it is.
    listOf: ({ kid, rawData, spki, country }) => {
      if (typeof kid !== 'string' || typeof country !== 'string') return null
      if (!/^[A-Z]{2}$/.test(country)) return null
      const key = typeof rawData === 'string' ? { certificate: rawData } : { spki, country }
      if (typeof (rawData ?? spki) !== 'string') return null
      const value = { kid, ...key }
      return { scope: '', entries: [{ name: `${country} ${kid}`, country, value }] }
    },
    timeOf: ({ timestamp }) => timestamp,
  },
  {
    kind: 'rules',
    isOne: ({ Identifier, Logic }) => Identifier !== undefined && Logic !== undefined,
    listOf: (value) => {
      const { Identifier: id, Country: country, Version: version } = value
      if (typeof id !== 'string' || typeof country !== 'string') return null
      if (!/^[A-Z]{2}$/.test(country)) return null
      return { scope: country, entries: [{ name: `${id} ${String(version)}`, country, value }] }
    },
    // When a rule begins to count says nothing of the list's age.
    timeOf: () => undefined,
  },
  {
    kind: 'value-sets',
    isOne: ({ valueSetId, valueSetValues }) =>
      valueSetId !== undefined && valueSetValues !== undefined,
    listOf: ({ valueSetId: scope, valueSetValues }) => {
      if (typeof scope !== 'string' || !/^[\w-]{1,60}$/.test(scope)) return null
      const codes = Object.keys({ ...Object(valueSetValues) })
      return { scope, entries: codes.map((name) => ({ name, country: '', value: name })) }
    },
    timeOf: ({ valueSetDate }) => valueSetDate,
  },
  {
    kind: 'revocations',
    isOne: ({ hashType, entries }) => hashType !== undefined && entries !== undefined,
    // One that cannot be read is taken along: its key's certificates are then accepted by nobody.
    listOf: (value) => {
      const { country, batchId = JSON.stringify(value) } = value
      if (typeof country !== 'string' || !/^[A-Z]{2}$/.test(country)) return null
      return { scope: country, entries: [{ name: String(batchId), country, value }] }
    },
    timeOf: ({ date }) => date,
  },
]
