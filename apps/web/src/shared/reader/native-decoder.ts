import type { Decoder } from './decoder.ts'
import type { CodeKind } from './reading-options.ts'

/** The parts of the Shape Detection API (W3C draft) that are used; the compiler does not know it. */
interface NativeDetector {
  detect(source: ImageData): Promise<readonly { format: string; rawValue: string }[]>
}
interface NativeDetectorClass {
  new (options: { formats: readonly string[] }): NativeDetector
  getSupportedFormats(): Promise<readonly string[]>
}

declare global {
  var BarcodeDetector: NativeDetectorClass | undefined
}

const kinds: Readonly<Record<string, CodeKind>> = { qr_code: 'qr', data_matrix: 'datamatrix' }

/** The browser's own reader, or null where it has none or reads only one of the two kinds. */
export async function nativeDecoder(
  Detector: NativeDetectorClass | undefined = globalThis.BarcodeDetector,
): Promise<Decoder | null> {
  if (Detector === undefined) return null
  const supported = await Detector.getSupportedFormats()
  const formats = Object.keys(kinds)
  if (!formats.every((format) => supported.includes(format))) return null
  const detector = new Detector({ formats })
  return {
    read: async (pixels) => {
      const found = await detector.detect(pixels)
      return found.flatMap(({ format, rawValue }) => {
        const kind = kinds[format]
        return kind === undefined || rawValue === '' ? [] : [{ kind, text: rawValue }]
      })
    },
  }
}
