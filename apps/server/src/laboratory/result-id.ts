/**
 * Ids of what laboratories send, made from what they say: the same result has the same id whoever sends it again, in
 * whichever message, so that the gate knows it (invariant 2).
 */
import { hash } from 'node:crypto'
import type { UuidV7 } from '@sidep/identifiers'

/** A UUID of version 7 in form; its time is of the digest too, since nothing of a result lasts as its order does. */
export const idOf = (...parts: readonly string[]): UuidV7 => {
  const hex = hash('sha256', JSON.stringify(parts)).slice(0, 32)
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0b0011) | 0b1000).toString(16)
  const groups = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `7${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ]
  return groups.join('-') as UuidV7
}

/** The screening that a result is, by its laboratory and its name there. */
export const screeningIdOf = (siteId: string, key: string): UuidV7 =>
  idOf('laboratory-result', siteId, key)
