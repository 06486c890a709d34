import type { Decoder } from './code-decoder.ts'
import type { ReadAnswer, ReadRequest } from './decoder-messages.ts'
import type { FoundCode } from './reading-options.ts'

interface Waiting {
  readonly resolve: (codes: FoundCode[]) => void
  readonly reject: (reason: Error) => void
}

/** Our own reader, in a worker so that the picture never stutters. The worker starts with the first picture. */
export const wasmDecoder = (startWorker: () => Worker = decoderWorker): Decoder => {
  const waiting = new Map<number, Waiting>()
  let worker: Worker | null = null
  let lastId = 0

  const failAll = (reason: string): void => {
    for (const { reject } of waiting.values()) reject(new Error(reason))
    waiting.clear()
    worker?.terminate()
    // The next picture starts another: a crash of the decoder must not end a doorman's night.
    worker = null
  }
  const started = (): Worker => {
    if (worker !== null) return worker
    worker = startWorker()
    worker.addEventListener('message', ({ data }: MessageEvent<ReadAnswer>) => {
      const call = waiting.get(data.id)
      waiting.delete(data.id)
      if (data.ok) call?.resolve([...data.codes])
      else call?.reject(new Error(data.reason))
    })
    worker.addEventListener('error', (event) => failAll(event.message || 'DECODER_CRASHED'))
    return worker
  }

  return {
    read: (pixels, effort) =>
      new Promise((resolve, reject) => {
        lastId += 1
        waiting.set(lastId, { resolve, reject })
        const buffer = pixels.data.buffer
        const request: ReadRequest = {
          id: lastId,
          effort,
          width: pixels.width,
          height: pixels.height,
          pixels: buffer,
        }
        started().postMessage(request, [buffer])
      }),
  }
}

const decoderWorker = (): Worker =>
  new Worker(new URL('./decoder.worker.ts', import.meta.url), {
    type: 'module',
    name: 'code-reader',
  })
