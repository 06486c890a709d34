import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { prepareZXingModule, type ReaderOptions, readBarcodes } from 'zxing-wasm/reader'
import { type FoundCode, foundCodes } from './reading-options.ts'

const wasm = new Uint8Array(
  readFileSync(fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm'))),
)
// By default the library would fetch its program from a public network of copies.
prepareZXingModule({ overrides: { wasmBinary: wasm.buffer } })

/** The reader of the pages, run in Node on an encoded picture (PNG, JPEG). */
export const readPicture = async (
  picture: Uint8Array,
  options: ReaderOptions,
): Promise<FoundCode[]> =>
  foundCodes(await readBarcodes(new Blob([picture.slice().buffer]), options))
