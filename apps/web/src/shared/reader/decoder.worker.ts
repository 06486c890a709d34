/// <reference lib="webworker" />
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'
import wasmAddress from 'zxing-wasm/reader/zxing_reader.wasm?url'
import type { ReadAnswer, ReadRequest } from './decoder-messages.ts'
import { closeFrame } from './frame.ts'
import { greyOf } from './grey-picture.ts'
import { fileOptions, foundCodes, frameLook } from './reading-options.ts'

// By default the library would fetch its program from a public network of copies.
prepareZXingModule({ overrides: { locateFile: () => wasmAddress } })

let framesRead = 0

const answer = async ({ id, effort, frame }: ReadRequest): Promise<ReadAnswer> => {
  try {
    const picture = await greyOf(frame)
    const options = effort === 'frame' ? frameLook(framesRead++) : fileOptions
    return { id, ok: true, codes: foundCodes(await readBarcodes(picture, options)) }
  } catch (error) {
    return { id, ok: false, reason: error instanceof Error ? error.message : String(error) }
  } finally {
    closeFrame(frame)
  }
}

addEventListener('message', async (event: MessageEvent<ReadRequest>) => {
  postMessage(await answer(event.data))
})
