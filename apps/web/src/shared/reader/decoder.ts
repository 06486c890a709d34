import type { Decoder } from './code-decoder.ts'
import { withDeadline } from './deadline.ts'
import type { Frame } from './frame.ts'
import { nativeDecoder } from './native-decoder.ts'
import { carriesDocument, type FoundCode } from './reading-options.ts'
import { wasmDecoder } from './wasm-decoder.ts'

let shared: Decoder | null = null

/**
 * The page's decoder: ours in a worker, with the browser's own as a help where it has one. Made at the first call and
 * kept: loading a megabyte of program once is enough.
 */
export const pageDecoder = (): Decoder => {
  shared ??= helpedBy(nativeDecoder(), wasmDecoder())
  return shared
}

/** A frame in which it was blind, three times in a row, and it is not asked again. */
const missesMax = 3
/** Some forty times what it takes: whoever hangs once hangs again. */
const quickMillisecondsMax = 1000

/**
 * Frames to the quick reader first, photos (one chance) to the thorough one. Browsers' own readers have been slow,
 * thrown, and found nothing on several devices, so the quick one is never trusted alone: wherever it finds no document
 * of ours the thorough one looks at the same frame. When the quick one throws, hangs, or misses what the other sees, it
 * is left aside for good. A DataMatrix that comes without any separator is read again too: some systems drop control
 * characters, and both 2D-DOC and INS always have some.
 *
 * @param quickReader may still be loading, for ever: until then the thorough one reads
 */
export const helpedBy = (
  quickReader: Promise<Decoder | null>,
  thorough: Decoder,
  millisecondsMax = quickMillisecondsMax,
): Decoder => {
  let quick: Decoder | null = null
  let misses = 0
  quickReader
    .then((ready) => {
      quick = ready
    })
    // As if there were none.
    .catch((error: unknown) => console.warn('NATIVE_READER_REFUSED', error))

  /** What the quick reader finds; null when it is left aside. */
  const firstLook = async (frame: Frame): Promise<FoundCode[] | null> => {
    if (quick === null) return null
    try {
      return await withDeadline(quick.read(frame, 'frame'), millisecondsMax)
    } catch (error) {
      console.warn('NATIVE_READER_LEFT', error)
      quick = null
      return null
    }
  }

  const secondLook = async (frame: Frame, first: FoundCode[]): Promise<FoundCode[]> => {
    const second = await secondOrFirst(thorough, frame, first)
    const isBlind = second.some(({ text }) => first.every((code) => code.text !== text))
    misses = isBlind ? misses + 1 : misses
    if (misses >= missesMax) quick = null
    return first.some(hasLostSeparators) ? second : joined(first, second)
  }

  return {
    read: async (frame, effort) => {
      const first = effort === 'frame' ? await firstLook(frame) : null
      if (first === null) return await thorough.read(frame, effort)
      if (!first.some(carriesDocument) || first.some(hasLostSeparators)) {
        return await secondLook(frame, first)
      }
      misses = 0
      return first
    },
  }
}

/** A thorough reader that cannot be loaded leaves the quick one alone, which is better than none. */
const secondOrFirst = async (
  thorough: Decoder,
  frame: Frame,
  first: FoundCode[],
): Promise<FoundCode[]> => {
  try {
    return await thorough.read(frame, 'frame')
  } catch (error) {
    console.warn('CODE_READER_BROKEN', error)
    return first
  }
}

const hasLostSeparators = ({ kind, text }: FoundCode): boolean =>
  kind === 'datamatrix' && !/[\u001d-\u001f]/.test(text)

const joined = (first: readonly FoundCode[], second: readonly FoundCode[]): FoundCode[] => [
  ...first,
  ...second.filter(({ text }) => first.every((code) => code.text !== text)),
]
