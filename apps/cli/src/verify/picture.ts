import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'

/** More than any camera delivers; a picture is unpacked to four bytes a pixel. */
const pixelsMax = 64_000_000

/** Codes looked for in one picture: a printed certificate carries two. */
const codesMax = 8

/** Whether a file begins as a PNG (ISO/IEC 15948) or a JPEG (ISO/IEC 10918-1). */
export const isPicture = (bytes: Uint8Array): boolean => isPng(bytes) || isJpeg(bytes)

/**
 * The texts of the QR codes and DataMatrix symbols in a PNG or JPEG; none when there is none, or
 * when the picture is broken or too large.
 */
export const readPicture = async (bytes: Uint8Array): Promise<string[]> => {
  const pixels = isPng(bytes) ? pngPixels(bytes) : jpegPixels(bytes)
  if (pixels === 0 || pixels > pixelsMax) return []
  const wasmFile = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm')
  const wasmBinary = new Uint8Array(await readFile(wasmFile)).buffer
  prepareZXingModule({ overrides: { wasmBinary } })
  const results = await readBarcodes(bytes, {
    formats: ['QRCode', 'DataMatrix'],
    // The default writes the separators of a 2D-DOC as <GS>.
    textMode: 'Plain',
    tryHarder: true,
    maxNumberOfSymbols: codesMax,
  })
  return results.filter(({ isValid }) => isValid).map(({ text }) => text)
}

const isPng = (bytes: Uint8Array): boolean =>
  [0x89, 0x50, 0x4e, 0x47].every((byte, index) => bytes[index] === byte)

const isJpeg = (bytes: Uint8Array): boolean =>
  [0xff, 0xd8, 0xff].every((byte, index) => bytes[index] === byte)

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Width times height from the IHDR chunk, which stands first; 0 when it does not. */
const pngPixels = (bytes: Uint8Array): number =>
  bytes.length < 24 ? 0 : viewOf(bytes).getUint32(16) * viewOf(bytes).getUint32(20)

/** Width times height from the first frame header (SOF0 to SOF15 but for DHT, JPG and DAC); 0 when there is none. */
const jpegPixels = (bytes: Uint8Array): number => {
  const view = viewOf(bytes)
  let offset = 2
  while (offset + 9 < bytes.length && bytes[offset] === 0xff) {
    const marker = view.getUint8(offset + 1)
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame) return view.getUint16(offset + 5) * view.getUint16(offset + 7)
    // 0xff may be repeated as filling before a marker.
    offset += marker === 0xff ? 1 : 2 + view.getUint16(offset + 2)
  }
  return 0
}
