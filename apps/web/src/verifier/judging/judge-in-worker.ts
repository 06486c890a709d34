import type { Judge } from './judge.ts'
import type { JudgeAnswer, JudgeCall, JudgeStart } from './judge-messages.ts'

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (reason: Error) => void
}

/** Asked, and asked once more of another worker when the first one is gone. */
const triesMax = 2

/** Of one code; a hundred times what the dearest takes, on the slowest phone. */
const judgeMillisecondsMax = 10_000

/**
 * Who judges, in a worker. One that crashes, or hangs over a code, is ended; the next call starts another, which has all that the
 * device keeps.
 *
 * @param anchor that the page brings; null where it brings none
 */
export const judgeInWorker = (
  anchor: Uint8Array | null,
  startWorker: () => Worker = judgeWorker,
  millisecondsMax = judgeMillisecondsMax,
): Judge => {
  const waiting = new Map<number, Waiting>()
  let worker: Worker | null = null
  let lastId = 0

  const end = (reason: string): void => {
    worker?.terminate()
    worker = null
    for (const { reject } of waiting.values()) reject(new Error(reason))
    waiting.clear()
  }
  const started = (): Worker => {
    if (worker !== null) return worker
    worker = startWorker()
    worker.addEventListener('message', ({ data }: MessageEvent<JudgeAnswer>) => {
      const call = waiting.get(data.id)
      waiting.delete(data.id)
      if (data.ok) call?.resolve(data.value)
      else call?.reject(new Error(data.reason))
    })
    worker.addEventListener('error', (event) => end(event.message || 'JUDGE_CRASHED'))
    worker.postMessage({ anchor } satisfies JudgeStart)
    return worker
  }
  const askOnce = (name: keyof Judge, given: readonly unknown[]): Promise<unknown> => {
    lastId += 1
    const id = lastId
    const answer = new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject })
      started().postMessage({ id, name, given } satisfies JudgeCall)
    })
    if (name !== 'judge') return answer
    // What polls has a deadline of its own, and may wait for another tab.
    const timer = setTimeout(() => end('JUDGE_HANGS'), millisecondsMax)
    return answer.finally(() => clearTimeout(timer))
  }
  const ask = async (name: keyof Judge, given: readonly unknown[]): Promise<unknown> => {
    for (let tried = 1; ; tried += 1) {
      try {
        return await askOnce(name, given)
      } catch (error) {
        console.warn('JUDGE_FAILED', error)
        if (tried >= triesMax) throw error
      }
    }
  }
  const call =
    <Name extends keyof Judge>(name: Name) =>
    (...given: Parameters<Judge[Name]>): ReturnType<Judge[Name]> =>
      ask(name, given) as ReturnType<Judge[Name]>

  return {
    stored: call('stored'),
    renew: call('renew'),
    failures: call('failures'),
    scan: call('scan'),
    share: call('share'),
    judge: call('judge'),
    forgetOld: call('forgetOld'),
  }
}

const judgeWorker = (): Worker =>
  new Worker(new URL('./judge.worker.ts', import.meta.url), { type: 'module', name: 'judge' })
