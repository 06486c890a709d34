import type { FoundCode } from './reading-options.ts'

/** `frame`: one of many, quick; `file`: one chance, thorough. */
export type Effort = 'frame' | 'file'

/** Finds codes in a picture. */
export interface Decoder {
  /**
   * @param pixels RGBA; its buffer may be taken over and is not usable afterwards.
   * @returns the codes found, none when there are none; rejects only when the decoder itself is broken.
   */
  read(pixels: ImageData, effort: Effort): Promise<FoundCode[]>
}
