/**
 * Who a record is of, for somebody who counts people and must not know them. Made of the normalised identity, so that one
 * person has one pseudonym however a counter, a card or a laboratory writes the name: on 20 May 2021 it came out that accents
 * alone had raised the national incidence by a sixth.
 */
import { createHmac, type KeyObject } from 'node:crypto'
import { type ComparedPerson, identityKey } from '@sidep/identifiers'

/** 128 bits: of a hundred million people no two meet by chance. */
const pseudonymBytes = 16

/**
 * @param key secret, 32 bytes; without it, and after it is removed, nobody can make or compare a pseudonym. A key object: of
 *   bytes Node finds out by two exceptions that they are none, which costs more than the hash (measured with Node 24.21)
 * @returns 22 characters, base64url
 */
export const pseudonymOf = (key: KeyObject, person: ComparedPerson): string =>
  createHmac('sha256', key)
    .update(identityKey(person))
    .digest()
    .subarray(0, pseudonymBytes)
    .toString('base64url')
