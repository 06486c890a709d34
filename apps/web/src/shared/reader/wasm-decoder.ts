import { withDeadline } from '../deadline.ts'
import type { Decoder } from './code-decoder.ts'
import type { ReadAnswer, ReadRequest } from './decoder-messages.ts'
import type { FoundCode } from './reading-options.ts'

interface Waiting {
  readonly resolve: (codes: FoundCode[]) => void
  readonly reject: (reason: Error) => void
}

/** A hundred times what the largest photo takes; loading the program for the first time is not counted. */
const answerMillisecondsMax = 20_000

/** Our own reader, in a worker so that the picture never stutters. The worker starts with the first picture. */
export const wasmDecoder = (
  startWorker: () => Worker = decoderWorker,
  millisecondsMax = answerMillisecondsMax,
): Decoder => {
  const waiting = new Map<number, Waiting>()
  let worker: Worker | null = null
  /** The worker has answered: its program is loaded. */
  let isLoaded = false
  let lastId = 0

  const failAll = (reason: string): void => {
    for (const { reject } of waiting.values()) reject(new Error(reason))
    waiting.clear()
    worker?.terminate()
    // The next picture starts another: a crash of the decoder must not end a doorman's night.
    worker = null
    isLoaded = false
  }
  const started = (): Worker => {
    if (worker !== null) return worker
    worker = startWorker()
    worker.addEventListener('message', ({ data }: MessageEvent<ReadAnswer>) => {
      isLoaded = true
      const call = waiting.get(data.id)
      waiting.delete(data.id)
      if (data.ok) call?.resolve([...data.codes])
      else call?.reject(new Error(data.reason))
    })
    worker.addEventListener('error', (event) => failAll(event.message || 'DECODER_CRASHED'))
    return worker
  }

  return {
    read: async (frame, effort) => {
      lastId += 1
      const id = lastId
      const answer = new Promise<FoundCode[]>((resolve, reject) => {
        waiting.set(id, { resolve, reject })
        const request: ReadRequest = { id, effort, frame }
        started().postMessage(request, ['data' in frame ? frame.data.buffer : frame])
      })
      if (!isLoaded) return await answer
      try {
        return await withDeadline(answer, millisecondsMax)
      } catch (error) {
        // What hangs is ended, with all that waits behind it.
        if (waiting.delete(id)) failAll('DECODER_HANGS')
        throw error
      }
    },
  }
}

const decoderWorker = (): Worker =>
  new Worker(new URL('./decoder.worker.ts', import.meta.url), {
    type: 'module',
    name: 'code-reader',
  })
