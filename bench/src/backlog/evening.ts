/** Prepares the evening on as many threads as there are cores; nothing of it is measured. */
import { once } from 'node:events'
import { type FileHandle, open } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { OpenCounter } from '../signed-sessions.ts'
import type { EveningSetting, PreparedBatch } from './evening-thread.ts'

export interface Backlog {
  readonly counter: OpenCounter
  readonly ids: readonly string[]
  /** The body of its batch. */
  read(): Promise<Buffer>
}

export interface Evening {
  readonly backlogs: readonly Backlog[]
  close(): Promise<void>
}

const read = async (file: FileHandle, { offset, bytes }: PreparedBatch): Promise<Buffer> => {
  const { buffer } = await file.read(Buffer.allocUnsafe(bytes), 0, bytes, offset)
  return buffer
}

/** @param folder for the bodies, which would fill the memory */
export const spendEvening = async (
  { url, folder }: { readonly url: string; readonly folder: string },
  counters: readonly OpenCounter[],
  certificates: number,
): Promise<Evening> => {
  const threads = availableParallelism()
  const certificatesOf = (index: number): number =>
    Math.floor(((index + 1) * certificates) / counters.length) -
    Math.floor((index * certificates) / counters.length)
  const files: FileHandle[] = []
  const parts = await Promise.all(
    Array.from({ length: threads }, async (_, part) => {
      const start = Math.floor((part * counters.length) / threads)
      const mine = counters.slice(start, Math.floor(((part + 1) * counters.length) / threads))
      const file = join(folder, `backlog-${part}.json`)
      const certificatesEach = mine.map((_counter, index) => certificatesOf(start + index))
      const setting: EveningSetting = {
        url,
        counters: mine,
        certificatesEach,
        firstPerson: Math.floor((start * certificates) / counters.length),
        file,
      }
      const worker = new Worker(new URL('./evening-thread.ts', import.meta.url), {
        workerData: setting,
      })
      // A thread that fails rejects here by its `error`.
      const [prepared]: PreparedBatch[][] = await once(worker, 'message')
      await worker.terminate()
      const handle = await open(file, 'r')
      files.push(handle)
      return (prepared ?? []).map(
        (batch, index): Backlog => ({
          counter: mine[index] ?? { siteId: '', professionalId: '', cookie: '', keys: null },
          ids: batch.ids,
          read: () => read(handle, batch),
        }),
      )
    }),
  )
  return {
    backlogs: parts.flat(),
    async close() {
      await Promise.all(files.map((file) => file.close()))
    },
  }
}
