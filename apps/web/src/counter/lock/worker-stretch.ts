import type { Stretch } from './argon2.ts'
import type { CodeCost } from './stored-lock.ts'

export interface StretchRequest {
  readonly code: string
  readonly salt: Uint8Array<ArrayBuffer>
  readonly cost: CodeCost
}

export type StretchAnswer =
  | { readonly ok: true; readonly secret: Uint8Array<ArrayBuffer> }
  | { readonly ok: false; readonly reason: string }

/** In a worker, so that typing goes on; it ends with its answer, and its memory with it. */
export const workerStretch: Stretch = async (code, salt, cost) => {
  const worker = new Worker(new URL('./argon2.worker.ts', import.meta.url), {
    type: 'module',
    name: 'argon2',
  })
  try {
    const answer = await new Promise<StretchAnswer>((resolve, reject) => {
      worker.addEventListener('message', ({ data }: MessageEvent<StretchAnswer>) => resolve(data))
      worker.addEventListener('error', (event) => reject(new Error(event.message)))
      const request: StretchRequest = { code, salt, cost }
      worker.postMessage(request)
    })
    if (!answer.ok) throw new Error(answer.reason)
    return answer.secret
  } finally {
    worker.terminate()
  }
}
