import { withDeadline } from '../deadline.ts'
import type { Decoder } from './code-decoder.ts'
import type { CodeKind } from './reading-options.ts'

/** The parts of the Shape Detection API (W3C draft) that are used; the compiler does not know it. */
interface NativeDetector {
  detect(source: ImageBitmap | ImageData): Promise<readonly { format: string; rawValue: string }[]>
}
interface NativeDetectorClass {
  new (options: { formats: readonly string[] }): NativeDetector
  getSupportedFormats(): Promise<readonly string[]>
}

declare global {
  var BarcodeDetector: NativeDetectorClass | undefined
}

const kinds: Readonly<Record<string, CodeKind>> = { qr_code: 'qr', data_matrix: 'datamatrix' }

/** A browser that needs longer to say what it can read does not read. */
const answerMillisecondsMax = 2000

/**
 * The browser's own reader; null where it has none, reads only one of the two kinds, or fails at being asked or made.
 * Its readings are not to be relied on alone: `helpedBy`.
 */
export const nativeDecoder = async (
  Detector: NativeDetectorClass | undefined = globalThis.BarcodeDetector,
  millisecondsMax = answerMillisecondsMax,
): Promise<Decoder | null> => {
  if (Detector === undefined) return null
  const formats = Object.keys(kinds)
  try {
    const supported = await withDeadline(Detector.getSupportedFormats(), millisecondsMax)
    if (!formats.every((format) => supported.includes(format))) return null
    return decoderOf(new Detector({ formats }))
  } catch (error) {
    console.warn('NATIVE_READER_REFUSED', error)
    return null
  }
}

const decoderOf = (detector: NativeDetector): Decoder => ({
  read: async (frame) => {
    // Detectors know bitmaps and pixels; not all know a camera's frame. The frame itself stays, for the next reader.
    const picture = 'copyTo' in frame ? await createImageBitmap(frame) : frame
    const found = await detector.detect(picture)
    if (picture !== frame && 'close' in picture) picture.close()
    return found.flatMap(({ format, rawValue }) => {
      const kind = kinds[format]
      return kind === undefined || rawValue === '' ? [] : [{ kind, text: rawValue }]
    })
  },
})
