import { nextPollMilliseconds } from '@sidep/trust'
import { useCallback, useEffect, useState } from 'react'
import { loadPart } from '../shared/offline/load-part.ts'
import type { Judge, ToldLoading } from './judging/judge.ts'
import { judgeInWorker } from './judging/judge-in-worker.ts'
import { shippedAnchor } from './shipped-anchor.ts'
import type { TrustScan } from './trust-codes.ts'

/** Tolerance notices and extensions of the trust, by their beginning: no certificate waits for what follows the index. */
const trustText = /^T[NX]1:/

/** Waits for what tells of them, so that it is there when there is no network any more. */
const prepareTold = () => loadPart(() => import('./trust-told.tsx'))

/** Of a worker that cannot be started: its program is gone from the server, or there is no network. */
const notStarted: ToldLoading = {
  index: null,
  choices: [],
  problem: 'TRUST_UNAVAILABLE',
  clockDifferenceMilliseconds: null,
}

export interface PageTrust {
  /** Null while the first load is under way. */
  readonly loading: ToldLoading | null
  readonly judge: Judge['judge']
  readonly renew: () => void
  /** Takes over what a code says of the trust itself: a notice, a piece of an extension. */
  readonly scan: (text: string) => Promise<TrustScan>
  /** What is used here as texts of codes, for another device; null when there is nothing. */
  readonly share: () => Promise<readonly string[] | null>
}

/**
 * The trust of the page, and who judges by it: from the device at once, then followed; polls are spread, so that not all come at
 * once.
 */
export const useTrust = (): PageTrust => {
  const [judge] = useState(() => judgeInWorker(shippedAnchor()))
  const [loading, setLoading] = useState<ToldLoading | null>(null)

  const renew = useCallback(async () => {
    try {
      setLoading(await judge.renew(new Date()))
    } catch (error) {
      // What was loaded before is told of; whether anything can be judged with it the next code shows.
      console.warn('TRUST_NOT_RENEWED', error)
      setLoading((before) => before ?? notStarted)
    }
  }, [judge])

  useEffect(() => {
    let mounted = true
    let timer: ReturnType<typeof setTimeout> | undefined
    const follow = async (): Promise<void> => {
      await renew()
      if (!mounted) return
      const failures = await judge.failures().catch(() => 1)
      timer = setTimeout(() => void follow(), nextPollMilliseconds({ failures }, Math.random()))
    }
    const start = async (): Promise<void> => {
      const first = await loadPart(() => judge.stored(new Date())).catch(() => notStarted)
      if (mounted && first.index !== null) setLoading(first)
      await follow()
      await prepareTold().catch((error: unknown) => console.warn('TRUST_TOLD_NOT_LOADED', error))
    }
    const again = () => void renew()
    const forgetting = setInterval(() => judge.forgetOld(new Date()).catch(() => undefined), 60_000)
    void start()
    addEventListener('online', again)
    return () => {
      mounted = false
      clearTimeout(timer)
      clearInterval(forgetting)
      removeEventListener('online', again)
    }
  }, [renew, judge])

  const scan = async (text: string): Promise<TrustScan> => {
    if (!trustText.test(text)) return { kind: 'none' }
    try {
      const { result, loading: renewed } = await judge.scan(text, new Date())
      if (renewed !== null) setLoading(renewed)
      return result
    } catch (error) {
      console.warn('TRUST_CODE_NOT_READ', error)
      return { kind: 'refused', problem: 'TRUST_CODE_NOT_READ', gathered: null }
    }
  }
  const share = useCallback(() => judge.share(new Date()), [judge])
  const renewNow = useCallback(() => void renew(), [renew])
  return { loading, judge: judge.judge, renew: renewNow, scan, share }
}
