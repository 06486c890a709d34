/** The key that a booklet names, and what signs with it. */
import type { CounterKey, HeldBooklet, Sign } from '@sidep/continuity'
import { bytesToBase64 } from '@sidep/encoding'
import { readSigned } from './read-signed.ts'

/** As `POST /api/booklets` takes it: coordinates in base64. */
export interface CounterKeyText {
  readonly x: string
  readonly y: string
}

/** Keys that booklets are for. What they sign with does not leave them. */
export interface BookletKeys {
  /**
   * The key that the next booklet is to name; null while there can be none.
   *
   * @param inUse those that booklets at hand name
   */
  readonly nextKey: (
    professionalId: string,
    inUse: readonly CounterKeyText[],
  ) => Promise<CounterKeyText | null>
  /** Null while it is locked, or when there is no such key. */
  readonly signer: (professionalId: string, key: CounterKeyText) => Promise<Sign | null>
}

export const textOfKey = ({ x, y }: CounterKey): CounterKeyText => ({
  x: bytesToBase64(x),
  y: bytesToBase64(y),
})

/** Null when the booklet cannot be read. */
export const keyOfBooklet = ({ signed }: Pick<HeldBooklet, 'signed'>): CounterKeyText | null => {
  const booklet = readSigned(signed)
  return booklet === null ? null : textOfKey(booklet.counterKey)
}

/** Null while its key is locked, or when it is not here. */
export const signerOf = async (
  keys: Pick<BookletKeys, 'signer'>,
  booklet: HeldBooklet,
): Promise<Sign | null> => {
  const key = keyOfBooklet(booklet)
  return key === null ? null : keys.signer(booklet.professionalId, key)
}

export const isSameKey = (a: CounterKeyText | null, b: CounterKeyText): boolean =>
  a?.x === b.x && a.y === b.y
