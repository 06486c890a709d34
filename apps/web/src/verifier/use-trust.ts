import { type GatheredCodes, nextPollMilliseconds } from '@sidep/trust'
import { useCallback, useEffect, useRef, useState } from 'react'
import { loadPart } from '../shared/offline/load-part.ts'
import { shippedAnchor } from './shipped-anchor.ts'
import type { TrustScan } from './trust-codes.ts'
import {
  isTrustText,
  storedTrust,
  type TrustDependencies,
  type TrustLoading,
} from './trust-source.ts'
import { openTrustStore } from './trust-store.ts'

/** Of the page of this version, in the worker's copy or fetched once: never for a scan. */
const trustCodes = async () => {
  const [codes] = await Promise.all([
    loadPart(() => import('./trust-codes.ts')),
    // What tells of them comes with them.
    loadPart(() => import('./trust-told.tsx')),
  ])
  return codes
}

const fetchTimeoutMilliseconds = 20_000

export interface PageTrust {
  /** Null while the first load is under way. */
  readonly loading: TrustLoading | null
  readonly renew: () => void
  /** Takes over what a code says of the trust itself: a notice, a piece of an extension. */
  readonly scan: (text: string) => Promise<TrustScan>
  /** What is used here as texts of codes, for another device; null when there is nothing. */
  readonly share: () => Promise<readonly string[] | null>
}

/** The trust of the page: from the device at once, then followed; polls are spread, so that not all come at once. */
export const useTrust = (): PageTrust => {
  const [loading, setLoading] = useState<TrustLoading | null>(null)
  const dependencies = useRef<Promise<TrustDependencies> | null>(null)
  const gathered = useRef<GatheredCodes | null>(null)
  const ready = useCallback(() => {
    dependencies.current ??= browserDependencies()
    return dependencies.current
  }, [])

  const renew = useCallback(async () => {
    try {
      const { renewedTrust } = await loadPart(() => import('./trust-renewal.ts'))
      setLoading(await alone(async () => renewedTrust(await ready())))
    } catch (error) {
      // Of another version, and gone from the server: what is stored is used until the page is loaded again.
      console.warn('TRUST_NOT_RENEWED', error)
      const stored = await storedTrust(await ready())
      setLoading({ ...stored, problem: stored.problem ?? 'TRUST_NOT_RENEWED' })
    }
  }, [ready])

  useEffect(() => {
    let mounted = true
    let timer: ReturnType<typeof setTimeout> | undefined
    const follow = async (): Promise<void> => {
      await renew()
      if (!mounted) return
      const { store } = await ready()
      const failures = (await store.readState())?.failures ?? 1
      timer = setTimeout(() => void follow(), nextPollMilliseconds({ failures }, Math.random()))
    }
    const start = async (): Promise<void> => {
      const first = await storedTrust(await ready())
      if (mounted && first.data !== null) setLoading(first)
      await follow()
      await trustCodes().catch((error: unknown) => console.warn('TRUST_CODES_NOT_LOADED', error))
    }
    const again = () => void renew()
    void start()
    addEventListener('online', again)
    return () => {
      mounted = false
      clearTimeout(timer)
      removeEventListener('online', again)
    }
  }, [renew, ready])

  const scan = async (text: string): Promise<TrustScan> => {
    if (!isTrustText(text)) return { kind: 'none' }
    const own = await ready()
    const result = await scanned(text, gathered.current, own)
    if (result.kind === 'more' || result.kind === 'refused') gathered.current = result.gathered
    if (result.kind === 'extended' || result.kind === 'incomplete') gathered.current = null
    if (result.kind === 'extended' || result.kind === 'notice') {
      const renewed = await storedTrust(own)
      setLoading((before) => ({
        ...renewed,
        clockDifferenceMilliseconds: before?.clockDifferenceMilliseconds ?? null,
      }))
    }
    return result
  }
  const share = useCallback(async () => {
    const { sharedTrust } = await trustCodes()
    return await sharedTrust(await ready())
  }, [ready])
  const renewNow = useCallback(() => void renew(), [renew])
  return { loading, renew: renewNow, scan, share }
}

const scanned = async (
  text: string,
  before: GatheredCodes | null,
  own: TrustDependencies,
): Promise<TrustScan> => {
  try {
    const { scannedTrust } = await trustCodes()
    return await alone(() => scannedTrust(text, before, own))
  } catch (error) {
    console.warn('TRUST_CODE_NOT_READ', error)
    return { kind: 'refused', problem: 'TRUST_CODE_NOT_READ', gathered: before }
  }
}

/** One after the other, in all tabs where the browser can: two that write the state down would each forget the other's. */
const alone = <T>(act: () => Promise<T>): Promise<T> =>
  'locks' in navigator ? navigator.locks.request('sidep-trust', act) : act()

const browserDependencies = async (): Promise<TrustDependencies> => ({
  store: await openTrustStore(),
  anchor: shippedAnchor(),
  now: () => new Date(),
  fetch: (path, headers = {}) =>
    fetch(path, {
      // An answer that a cache kept would be older than what the device asks for.
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
      headers: { ...headers },
      signal: AbortSignal.timeout(fetchTimeoutMilliseconds),
    }),
})
