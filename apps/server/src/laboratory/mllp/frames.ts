/**
 * Frames of MLLP (HL7 v2 Transport, release 1): a vertical tab, the message, a file separator and a carriage return.
 *
 * - A frame is bounded, and so is what stands between two of them: a sender that never ends one costs no more.
 * - Bytes are taken as they come, in pieces of any size; nothing of them is decoded here.
 */

const start = 0x0b
const end = 0x1c
const carriageReturn = 0x0d
const lineFeed = 0x0a

export type FrameFault =
  /** Something else than a frame is being sent. */
  'NOT_FRAMED' | 'FRAME_TOO_LARGE'

export interface FrameReader {
  /** Takes bytes; gives the frames that they complete. After a fault nothing more is read. */
  take(bytes: Uint8Array): readonly Uint8Array[]
  /** What ended the reading; null while it goes on. */
  readonly fault: FrameFault | null
  /** Whether a frame has begun and not ended. */
  readonly isWithin: boolean
}

export const makeFrameReader = (frameBytesMax: number): FrameReader => {
  let fault: FrameFault | null = null
  let isWithin = false
  let parts: Uint8Array[] = []
  let length = 0

  const add = (bytes: Uint8Array): void => {
    length += bytes.length
    if (length > frameBytesMax) fault = 'FRAME_TOO_LARGE'
    else if (bytes.length > 0) parts.push(bytes)
  }

  return {
    take(bytes) {
      const frames: Uint8Array[] = []
      let at = 0
      while (at < bytes.length && fault === null) {
        if (!isWithin) {
          const byte = bytes[at]
          at += 1
          if (byte === start) isWithin = true
          else if (byte !== carriageReturn && byte !== lineFeed) fault = 'NOT_FRAMED'
          continue
        }
        const ending = bytes.indexOf(end, at)
        add(bytes.subarray(at, ending < 0 ? bytes.length : ending))
        if (ending < 0) break
        at = ending + 1
        if (fault === null) frames.push(Buffer.concat(parts))
        parts = []
        length = 0
        isWithin = false
      }
      return frames
    },
    get fault() {
      return fault
    },
    get isWithin() {
      return isWithin
    },
  }
}

/** A message in its frame. */
export const frameOf = (message: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.from([start]), message, Buffer.from([end, carriageReturn])])
