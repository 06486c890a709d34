import type { Frame } from './frame.ts'
import type { FoundCode } from './reading-options.ts'

/** `frame`: one of many, quick; `file`: one chance, thorough. */
export type Effort = 'frame' | 'file'

/** Finds codes in a picture. */
export interface Decoder {
  /**
   * @param frame may be taken over, and is not usable afterwards; whoever took it off the camera closes it.
   * @returns the codes found, none when there are none; rejects only when the decoder itself is broken.
   */
  read(frame: Frame, effort: Effort): Promise<FoundCode[]>
}
