/// <reference lib="webworker" />
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'
import wasmAddress from 'zxing-wasm/reader/zxing_reader.wasm?url'
import type { ReadAnswer, ReadRequest } from './decoder-messages.ts'
import { closeFrame } from './frame.ts'
import { greyOf } from './grey-picture.ts'
import {
  carriesDocument,
  type FoundCode,
  fileOptions,
  foundCodes,
  frameLooks,
} from './reading-options.ts'

// By default the library would fetch its program from a public network of copies.
prepareZXingModule({ overrides: { locateFile: () => wasmAddress } })

let framesRead = 0

const codesIn = async ({ effort, frame }: ReadRequest): Promise<readonly FoundCode[]> => {
  const picture = await greyOf(frame)
  if (effort === 'file') return foundCodes(await readBarcodes(picture, fileOptions))
  let codes: readonly FoundCode[] = []
  for (const look of frameLooks(framesRead++)) {
    codes = foundCodes(await readBarcodes(picture, look))
    if (codes.some(carriesDocument)) break
  }
  return codes
}

const answer = async (request: ReadRequest): Promise<ReadAnswer> => {
  const { id, frame } = request
  try {
    return { id, ok: true, codes: await codesIn(request) }
  } catch (error) {
    return { id, ok: false, reason: error instanceof Error ? error.message : String(error) }
  } finally {
    closeFrame(frame)
  }
}

addEventListener('message', async (event: MessageEvent<ReadRequest>) => {
  postMessage(await answer(event.data))
})
