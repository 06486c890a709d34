/**
 * What other countries revoked, in the EU's format: batches by key id, each of one of three kinds of hash, 16 bytes long
 * (EU DCC revocation, technical specifications of the gateway).
 *
 * Invariant: a batch or an entry that cannot be read is not left out in silence. Certificates of the key that it is about
 * are then accepted by nobody; where not even the key can be read, certificates of no foreign key.
 */
import { base64ToBytes, broken, bytesToHex, decoded, hexToBytes, type Layer } from '@sidep/encoding'
import { packedHashes, unpackedHashes } from './own-revocations.ts'

const hashKinds = ['SIGNATURE', 'UCI', 'COUNTRYCODEUCI'] as const
export type HashKind = (typeof hashKinds)[number]

/** What it is of every key of a country: the gateway's `UNKNOWN_KID`. */
const anyKey = '*'

export interface ForeignRevocations {
  /** By key id in hex, or `*`, and kind: hashes in hex, 32 digits. */
  readonly hashes: ReadonlyMap<string, Readonly<Partial<Record<HashKind, ReadonlySet<string>>>>>
  /** Keys, hex, of which something could not be read; `*`: of which is not known. */
  readonly unreadable: ReadonlySet<string>
}

export const noForeignRevocations: ForeignRevocations = { hashes: new Map(), unreadable: new Set() }

/** Whether anything is revoked of a key by one kind of hash: only then it is worth computing. */
export const foreignKindsOf = (
  { hashes }: ForeignRevocations,
  keyId: Uint8Array,
): readonly HashKind[] => {
  const lists = [hashes.get(bytesToHex(keyId)), hashes.get(anyKey)]
  return hashKinds.filter((kind) => lists.some((list) => list?.[kind] !== undefined))
}

export const isRevokedAbroad = (
  { hashes }: ForeignRevocations,
  keyId: Uint8Array,
  kind: HashKind,
  hash: Uint8Array,
): boolean => {
  const hex = bytesToHex(hash.subarray(0, 16))
  return [bytesToHex(keyId), anyKey].some((key) => hashes.get(key)?.[kind]?.has(hex) === true)
}

export const isUnreadableAbroad = (
  { unreadable }: ForeignRevocations,
  keyId: Uint8Array,
): boolean => unreadable.has(anyKey) || unreadable.has(bytesToHex(keyId))

/** The gateway's own bound on a batch is 1,000. */
const entriesMax = 1_000_000

/**
 * Reads batches as the gateway gives them: `{country, expires, kid, hashType, entries: [{hash}]}`.
 *
 * @param at batches that have expired by then say nothing any more
 */
export const foreignRevocationsFrom = (
  batches: readonly unknown[],
  at: Date,
): ForeignRevocations => {
  const hashes = new Map<string, Partial<Record<HashKind, Set<string>>>>()
  const unreadable = new Set<string>()
  for (const batch of batches) {
    const { kid, hashType, expires, entries }: Record<string, unknown> = { ...Object(batch) }
    const key = keyOf(kid)
    const kind = hashKinds.find((known) => known === hashType)
    const end = typeof expires === 'string' ? Date.parse(expires) : Number.NaN
    if (end <= at.getTime()) continue
    if (key === null) unreadable.add(anyKey)
    else if (kind === undefined || Number.isNaN(end) || !Array.isArray(entries)) unreadable.add(key)
    else {
      const lists = hashes.get(key) ?? {}
      const list = lists[kind] ?? new Set<string>()
      hashes.set(key, { ...lists, [kind]: list })
      for (const entry of entries) {
        const hex = hashOf(entry)
        if (hex === null || list.size >= entriesMax) unreadable.add(key)
        else list.add(hex)
      }
    }
  }
  return { hashes, unreadable }
}

const keyOf = (kid: unknown): string | null => {
  if (kid === 'UNKNOWN_KID') return anyKey
  const bytes = typeof kid === 'string' ? base64ToBytes(kid) : null
  return bytes?.ok === true && bytes.value.length > 0 && bytes.value.length <= 32
    ? bytesToHex(bytes.value)
    : null
}

const hashOf = (entry: unknown): string | null => {
  const { hash }: Record<string, unknown> = { ...Object(entry) }
  const bytes = typeof hash === 'string' ? base64ToBytes(hash) : null
  return bytes?.ok === true && bytes.value.length === 16 ? bytesToHex(bytes.value) : null
}

/** One entry a key and kind; the key as bytes, empty for any. */
export const wireForeignRevocations = ({
  hashes,
  unreadable,
}: ForeignRevocations): Map<string, unknown> =>
  new Map<string, unknown>([
    [
      'lists',
      [...hashes].flatMap(([key, lists]) =>
        hashKinds.flatMap((kind) => {
          const list = lists[kind]
          return list === undefined
            ? []
            : [
                new Map<string, unknown>([
                  ['key', keyBytes(key)],
                  ['kind', kind],
                  ['hashes', packedHashes(list)],
                ]),
              ]
        }),
      ),
    ],
    ['unreadable', [...unreadable].map(keyBytes)],
  ])

const keyBytes = (key: string): Uint8Array => {
  const bytes = hexToBytes(key === anyKey ? '' : key)
  if (!bytes.ok) throw new TypeError('a key id is hexadecimal')
  return bytes.value
}

/** @returns the lists, or REVOCATIONS_MALFORMED */
export const readForeignRevocations = (
  value: unknown,
): Layer<ForeignRevocations, 'REVOCATIONS_MALFORMED'> => {
  const malformed = broken('REVOCATIONS_MALFORMED' as const)
  const lists: unknown = value instanceof Map ? value.get('lists') : undefined
  const unreadable: unknown = value instanceof Map ? value.get('unreadable') : undefined
  if (!Array.isArray(lists) || !Array.isArray(unreadable)) return malformed
  const hashes = new Map<string, Partial<Record<HashKind, ReadonlySet<string>>>>()
  for (const entry of lists) {
    if (!(entry instanceof Map)) return malformed
    const key: unknown = entry.get('key')
    const kind = hashKinds.find((known) => known === entry.get('kind'))
    const list = unpackedHashes(entry.get('hashes'), entriesMax)
    if (!(key instanceof Uint8Array) || kind === undefined || list === null) return malformed
    const name = nameOf(key)
    hashes.set(name, { ...hashes.get(name), [kind]: list })
  }
  if (!unreadable.every((key) => key instanceof Uint8Array)) return malformed
  return decoded({ hashes, unreadable: new Set(unreadable.map(nameOf)) })
}

const nameOf = (key: Uint8Array): string => (key.length === 0 ? anyKey : bytesToHex(key))
