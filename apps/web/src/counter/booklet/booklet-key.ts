/** The key that a booklet names, and what signs with it. */
import type { HeldBooklet, Sign } from '@sidep/continuity'
import { type CounterKeyText, type SigningKeys, textOfKey } from '../lock/signing-keys.ts'
import { readSigned } from './read-signed.ts'

/** Null when the booklet cannot be read. */
export const keyOfBooklet = ({ signed }: Pick<HeldBooklet, 'signed'>): CounterKeyText | null => {
  const booklet = readSigned(signed)
  return booklet === null ? null : textOfKey(booklet.counterKey)
}

/** Null while its key is locked, or when it is not here. */
export const signerOf = async (
  keys: Pick<SigningKeys, 'signer'>,
  booklet: HeldBooklet,
): Promise<Sign | null> => {
  const key = keyOfBooklet(booklet)
  return key === null ? null : keys.signer(booklet.professionalId, key)
}

export const isSameKey = (a: CounterKeyText | null, b: CounterKeyText): boolean =>
  a?.x === b.x && a.y === b.y
