import { useCallback, useEffect, useRef, useState } from 'react'
import {
  renewedTrust,
  storedTrust,
  type TrustDependencies,
  type TrustLoading,
} from './trust-source.ts'
import { openTrustStore } from './trust-store.ts'

/** Revocations travel in the bundle, so an open page asks again this often. */
const renewalIntervalMilliseconds = 30 * 60_000
const fetchTimeoutMilliseconds = 20_000

/** The trust of the page: from the device at once, then renewed; `null` while the first load is under way. */
export const useTrust = (): {
  readonly loading: TrustLoading | null
  readonly renew: () => void
} => {
  const [loading, setLoading] = useState<TrustLoading | null>(null)
  const dependencies = useRef<Promise<TrustDependencies> | null>(null)

  const renew = useCallback(async () => {
    dependencies.current ??= browserDependencies()
    const ready = await dependencies.current
    setLoading(await renewedTrust(ready))
  }, [])

  useEffect(() => {
    let mounted = true
    const start = async () => {
      dependencies.current ??= browserDependencies()
      const first = await storedTrust(await dependencies.current)
      if (mounted && first.data !== null) setLoading(first)
      await renew()
    }
    const again = () => void renew()
    void start()
    const timer = setInterval(again, renewalIntervalMilliseconds)
    addEventListener('online', again)
    return () => {
      mounted = false
      clearInterval(timer)
      removeEventListener('online', again)
    }
  }, [renew])

  return { loading, renew: () => void renew() }
}

const browserDependencies = async (): Promise<TrustDependencies> => ({
  store: await openTrustStore(),
  now: () => new Date(),
  fetch: (path) =>
    fetch(path, {
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
      signal: AbortSignal.timeout(fetchTimeoutMilliseconds),
    }),
})
