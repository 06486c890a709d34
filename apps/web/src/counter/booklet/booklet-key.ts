/** The key that a booklet names, and what signs with it. */
import { type HeldBooklet, readBooklet, type Sign } from '@sidep/continuity'
import { base64ToBytes } from '@sidep/encoding'
import { type CounterKeyText, type SigningKeys, textOfKey } from '../lock/signing-keys.ts'

/** Null when the booklet cannot be read. */
export const keyOfBooklet = ({ signed }: Pick<HeldBooklet, 'signed'>): CounterKeyText | null => {
  const bytes = base64ToBytes(signed)
  const read = bytes.ok ? readBooklet(bytes.value) : null
  return read?.ok ? textOfKey(read.value.counterKey) : null
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
