/// <reference lib="webworker" />
import type { TrustDependencies } from '../trust-source.ts'
import { openTrustStore } from '../trust-store.ts'
import { type Judge, makeJudge } from './judge.ts'
import type { JudgeAnswer, JudgeCall, JudgeStart } from './judge-messages.ts'

const fetchTimeoutMilliseconds = 20_000

const fetchTrust: TrustDependencies['fetch'] = (path, headers = {}) =>
  fetch(path, {
    // An answer that a cache kept would be older than what the device asks for.
    cache: 'no-store',
    credentials: 'omit',
    redirect: 'error',
    headers: { ...headers },
    signal: AbortSignal.timeout(fetchTimeoutMilliseconds),
  })

const alone = <T>(act: () => Promise<T>): Promise<T> =>
  'locks' in navigator ? navigator.locks.request('sidep-trust', act) : act()

const started = ({ anchor }: JudgeStart): Judge => {
  const store = openTrustStore()
  return makeJudge({
    trustAt: async (now) => ({
      store,
      anchor,
      now: () => now,
      fetch: fetchTrust,
    }),
    alone,
  })
}

let judge: Judge | null = null

const answer = async ({ id, name, given }: JudgeCall): Promise<JudgeAnswer> => {
  try {
    if (judge === null) throw new Error('JUDGE_NOT_STARTED')
    const act: (...own: never[]) => Promise<unknown> = judge[name]
    return { id, ok: true, value: await act(...(given as never[])) }
  } catch (error) {
    return { id, ok: false, reason: error instanceof Error ? error.message : String(error) }
  }
}

addEventListener('message', async ({ data }: MessageEvent<JudgeStart | JudgeCall>) => {
  if ('anchor' in data) judge = started(data)
  else postMessage(await answer(data))
})
