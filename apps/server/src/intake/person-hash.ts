import type { Vault } from '../platform/vault.ts'

/** A name without marks, case or punctuation, so that it is found however it was typed. */
const searchableName = (name: string): string =>
  name
    .normalize('NFD')
    .replace(/[^\p{L}]/gu, '')
    .toUpperCase()

export interface NamedPerson {
  readonly familyName: string
  readonly firstNames: string
  /** YYYY-MM-DD. */
  readonly birthDate: string
}

/** What a person is searched by: a keyed hash, of which nothing can be read. */
export const personHashOf = (
  vault: Pick<Vault, 'searchHash'>,
  { familyName, firstNames, birthDate }: NamedPerson,
): Uint8Array =>
  vault.searchHash(
    'person',
    `${searchableName(familyName)}|${searchableName(firstNames)}|${birthDate}`,
  )
