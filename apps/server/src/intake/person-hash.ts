import { type ComparedPerson, personKey } from '@sidep/identifiers'
import type { Vault } from '../platform/vault.ts'

export type NamedPerson = ComparedPerson

/** What a person is searched by: a keyed hash, of which nothing can be read. */
export const personHashOf = (
  vault: Pick<Vault, 'searchHash'>,
  person: ComparedPerson,
): Uint8Array => vault.searchHash('person', personKey(person))
