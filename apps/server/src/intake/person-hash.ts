import { equalBytes } from '@sidep/encoding'
import { type ComparedPerson, personKey } from '@sidep/identifiers'
import type { Vault } from '../platform/vault.ts'

export type NamedPerson = ComparedPerson

/**
 * What a person is searched by: a hash under a key of the week, of which nothing can be read, and nothing compared once
 * that week's key is removed.
 *
 * @param keyId data key that seals the row
 */
export const personHashOf = (
  vault: Pick<Vault, 'weekHash'>,
  person: NamedPerson,
  keyId: number,
): Uint8Array => vault.weekHash(keyId, 'person', personKey(person))

/**
 * All hashes by which a person may be found among what was recorded since a moment: one a week, and the one of before
 * hashes had weeks.
 */
export const personHashesOf = (
  vault: Pick<Vault, 'weekHash' | 'weekKeysSince' | 'searchHash'>,
  person: NamedPerson,
  since: Date,
): Uint8Array[] => [
  ...vault.weekKeysSince(since).map((keyId) => personHashOf(vault, person, keyId)),
  // Rows from before 29 November 2026 go with their time, and this line then with them.
  vault.searchHash('person', personKey(person)),
]

/** What a row says of its person without saying who it is. */
export interface StoredPerson {
  readonly personHash: Uint8Array
  /** Data key of the row. */
  readonly keyId: number
}

/** Whether a stored row is of a person. Nobody is the person of a row that is past its time. */
export const isSamePerson = (
  vault: Pick<Vault, 'weekHash' | 'holds' | 'searchHash'>,
  { personHash, keyId }: StoredPerson,
  person: NamedPerson,
): boolean => {
  const hashes = [
    ...(vault.holds(keyId) ? [personHashOf(vault, person, keyId)] : []),
    vault.searchHash('person', personKey(person)),
  ]
  return hashes.some((hash) => equalBytes(hash, personHash))
}
