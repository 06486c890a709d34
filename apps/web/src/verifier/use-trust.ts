import { useCallback, useEffect, useRef, useState } from 'react'
import { renewedTrust, storedTrust, type TrustLoading, type TrustNeeds } from './trust-source.ts'
import { openTrustStore } from './trust-store.ts'

/** Revocations travel in the bundle, so an open page asks again this often. */
const renewalIntervalMilliseconds = 30 * 60_000
const fetchTimeoutMilliseconds = 20_000

/** The trust of the page: from the device at once, then renewed; `null` while the first load is under way. */
export function useTrust(): { readonly loading: TrustLoading | null; readonly renew: () => void } {
  const [loading, setLoading] = useState<TrustLoading | null>(null)
  const needs = useRef<Promise<TrustNeeds> | null>(null)

  const renew = useCallback(async () => {
    needs.current ??= browserNeeds()
    const ready = await needs.current
    setLoading(await renewedTrust(ready))
  }, [])

  useEffect(() => {
    let mounted = true
    const start = async () => {
      needs.current ??= browserNeeds()
      const first = await storedTrust(await needs.current)
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

async function browserNeeds(): Promise<TrustNeeds> {
  return {
    store: await openTrustStore(),
    now: () => new Date(),
    fetch: (path) =>
      fetch(path, {
        cache: 'no-store',
        credentials: 'omit',
        redirect: 'error',
        signal: AbortSignal.timeout(fetchTimeoutMilliseconds),
      }),
  }
}
