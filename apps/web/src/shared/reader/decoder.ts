import { nativeDecoder } from './native-decoder.ts'
import type { FoundCode } from './reading-options.ts'
import { wasmDecoder } from './wasm-decoder.ts'

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

let shared: Promise<Decoder> | null = null

/**
 * The page's decoder: the browser's own where it knows both kinds of code, else ours in a worker. Made at the
 * first call and kept: loading a megabyte of program once is enough.
 */
export function pageDecoder(): Promise<Decoder> {
  shared ??= chooseDecoder()
  return shared
}

async function chooseDecoder(): Promise<Decoder> {
  const thorough = wasmDecoder()
  const quick = await nativeDecoder()
  if (quick === null) return thorough
  return preferQuick(quick, thorough)
}

/**
 * Frames to the quick reader, photos (one chance) to the thorough one. A DataMatrix that comes without any
 * separator is read again by the thorough one: some systems drop control characters, and both 2D-DOC and INS
 * always have some.
 */
export function preferQuick(quick: Decoder, thorough: Decoder): Decoder {
  const dropped = ({ kind, text }: FoundCode): boolean =>
    kind === 'datamatrix' && !/[\u001d-\u001f]/.test(text)
  return {
    read: async (pixels, effort) => {
      if (effort === 'file') return thorough.read(pixels, effort)
      const found = await quick.read(pixels, effort)
      return found.some(dropped) ? thorough.read(pixels, effort) : found
    },
  }
}
