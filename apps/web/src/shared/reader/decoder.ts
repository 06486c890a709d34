import { withDeadline } from '../deadline.ts'
import type { Decoder } from './code-decoder.ts'
import { closeFrame, type Frame } from './frame.ts'
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
 * Each frame to both readers at once where the frame can be shared, one after the other where it cannot; photos (one chance) to the
 * thorough one, whose look at a frame keeps the quick one from none: what it finds later is told with a later frame. Browsers' own readers have been slow, thrown, and found nothing on several devices, so the quick one is never
 * trusted alone: whichever finds a document of ours first is believed, and where the quick one finds none, what the thorough one
 * sees counts. When the quick one throws, hangs, or misses what the other sees, it is left aside for good. A DataMatrix that comes
 * without any separator is read again too: some systems drop control characters, and both 2D-DOC and INS always have some.
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
  let isLooking = false
  /** What both make of a frame that the thorough one is still looking at. */
  let pending: Promise<FoundCode[]> | null = null
  /** What was found in a frame after it had been answered for. */
  let overdue: FoundCode[] = []
  quickReader
    .then((ready) => {
      quick = ready
    })
    // As if there were none.
    .catch((error: unknown) => console.warn('NATIVE_READER_REFUSED', error))

  /** What the quick reader finds, null when it failed; null at once when it is left aside or still busy. */
  const firstLook = (frame: Frame): Promise<FoundCode[] | null> | null =>
    quick === null || isLooking ? null : looked(quick, sharedFrame(frame) ?? frame, frame)

  const looked = async (reader: Decoder, own: Frame, given: Frame): Promise<FoundCode[] | null> => {
    isLooking = true
    try {
      return await withDeadline(reader.read(own, 'frame'), millisecondsMax)
    } catch (error) {
      console.warn('NATIVE_READER_LEFT', error)
      quick = null
      return null
    } finally {
      isLooking = false
      if (own !== given) closeFrame(own)
    }
  }

  /** What both have found together, and whether the quick one missed something. */
  const together = async (
    first: Promise<FoundCode[] | null>,
    second: Promise<FoundCode[]>,
  ): Promise<FoundCode[]> => {
    const [seen, ours] = await Promise.allSettled([first, second])
    const codes = seen.status === 'fulfilled' ? seen.value : null
    if (codes === null) return await second
    if (ours.status === 'rejected') {
      // One that cannot be loaded leaves the quick one alone, which is better than none.
      console.warn('CODE_READER_BROKEN', ours.reason)
      return codes
    }
    const isBlind = ours.value.some(({ text }) => codes.every((code) => code.text !== text))
    if (isEnough(codes)) misses = 0
    else if (isBlind) misses += 1
    if (misses >= missesMax) quick = null
    return codes.some(hasLostSeparators) ? ours.value : joined(codes, ours.value)
  }

  /** The quick reader's answer; the thorough one looks where it is not enough. */
  const oneByOne = async (
    frame: Frame,
    first: Promise<FoundCode[] | null>,
  ): Promise<FoundCode[]> => {
    const codes = await first
    if (codes !== null && isEnough(codes)) {
      misses = 0
      return codes
    }
    return await together(first, thorough.read(frame, 'frame'))
  }

  const bothAtOnce = async (
    frame: Frame,
    first: Promise<FoundCode[] | null>,
  ): Promise<FoundCode[]> => {
    const second = thorough.read(frame, 'frame')
    let told: FoundCode[] | null = null
    const both = together(first, second)
      .then((codes) => {
        if (told !== null && !isEnough(told)) overdue = codes
        return codes
      })
      .finally(() => {
        pending = null
      })
    pending = both
    told = await Promise.race([
      first.then((codes) => (codes === null || codes.some(hasLostSeparators) ? both : codes)),
      second.then((codes) => (codes.some(carriesDocument) ? codes : both)),
    ])
    return told
  }

  /** The thorough reader has an earlier frame: frames that pile up before a worker would stop the camera. */
  const quickAlone = async (
    first: Promise<FoundCode[] | null>,
    earlier: Promise<FoundCode[]>,
  ): Promise<FoundCode[]> => {
    const codes = await first
    if (codes === null) return await earlier
    if (isEnough(codes)) misses = 0
    return codes.filter((code) => !hasLostSeparators(code))
  }

  return {
    read: async (frame, effort) => {
      if (effort === 'file') return await thorough.read(frame, effort)
      if (overdue.length > 0) return overdue.splice(0)
      const first = firstLook(frame)
      if (first === null) return await thorough.read(frame, effort)
      if (!isShareable(frame)) return await oneByOne(frame, first)
      return await (pending === null ? bothAtOnce(frame, first) : quickAlone(first, pending))
    },
  }
}

/** A frame of the camera can be had twice without a copy; what else there is is given away with its pixels. */
const isShareable = (frame: Frame): frame is VideoFrame => 'clone' in frame

const sharedFrame = (frame: Frame): Frame | null => (isShareable(frame) ? frame.clone() : null)

const isEnough = (codes: readonly FoundCode[]): boolean =>
  codes.some(carriesDocument) && !codes.some(hasLostSeparators)

const hasLostSeparators = ({ kind, text }: FoundCode): boolean =>
  kind === 'datamatrix' && !/[\u001d-\u001f]/.test(text)

const joined = (first: readonly FoundCode[], second: readonly FoundCode[]): FoundCode[] => [
  ...first,
  ...second.filter(({ text }) => first.every((code) => code.text !== text)),
]
