/// <reference lib="webworker" />
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'
import wasmAddress from 'zxing-wasm/reader/zxing_reader.wasm?url'
import type { ReadAnswer, ReadRequest } from './decoder-messages.ts'
import { fileOptions, foundCodes, frameOptions } from './reading-options.ts'

// By default the library would fetch its program from a public network of copies.
prepareZXingModule({ overrides: { locateFile: () => wasmAddress } })

const answer = async (request: ReadRequest): Promise<ReadAnswer> => {
  const { id, effort, width, height, pixels } = request
  try {
    const picture = new ImageData(new Uint8ClampedArray(pixels), width, height)
    const options = effort === 'frame' ? frameOptions : fileOptions
    return { id, ok: true, codes: foundCodes(await readBarcodes(picture, options)) }
  } catch (error) {
    return { id, ok: false, reason: error instanceof Error ? error.message : String(error) }
  }
}

addEventListener('message', async (event: MessageEvent<ReadRequest>) => {
  postMessage(await answer(event.data))
})
