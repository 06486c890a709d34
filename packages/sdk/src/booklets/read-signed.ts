import { type Booklet, readBooklet } from '@sidep/continuity'
import { base64ToBytes } from '@sidep/encoding'

/** A booklet as the portal signed it, base64; null when it cannot be read. */
export const readSigned = (signed: string): Booklet | null => {
  const bytes = base64ToBytes(signed)
  const read = bytes.ok ? readBooklet(bytes.value) : null
  return read?.ok ? read.value : null
}
