/**
 * How many requests a process works on at once, found from how long they take.
 *
 * The family is the gradient of Envoy's adaptive concurrency filter and Netflix's Gradient2: in each window
 * `limit ← limit × min(1, target time ÷ measured time) + √limit`, smoothed. What differs, and why (docs/adr, "Admission
 * finds its own limit"):
 * - the target comes from requests that started while hardly anything else was in work, never from a long average, so
 *   that a long overload cannot teach the limit that slow is normal;
 * - it is kept by route, because a list and a signature are not equally long;
 * - after a time without such calm requests the limit is held low for a moment to see some (Envoy's minRTT window).
 *
 * Invariants: `limitMin ≤ current() ≤ limitMax`, except while it is probing; it rises only while it is being used;
 * memory is bounded by `routesMax`.
 */
import { defaultLimitSettings } from './concurrency.ts'
import type { ConcurrencyLimitSettings } from './gate-settings.ts'

/** One finished request. */
export interface Sample {
  /** From a closed set: a route pattern. */
  readonly route: string
  readonly milliseconds: number
  /** Steering requests in work when it started, itself included. */
  readonly inFlightAtStart: number
}

export interface ConcurrencyLimit {
  current(): number
  /** While true, steering requests start only below `calmInFlight`. */
  isProbing(): boolean
  /** @param usedMax most slots that were taken at a time since the last call */
  observe(sample: Sample, usedMax: number, nowMilliseconds: number): void
  /** Ends a probe that has nothing to see; call it now and then. */
  tick(nowMilliseconds: number): void
}

const routesMax = 200
/** Weight of one calm request in its route's calm time. */
const calmWeight = 0.05
const smoothing = 0.5
const gradientMin = 0.5
const probeSamples = 20

interface Window {
  startedAt: number
  usedMax: number
  samples: number
  measured: number
  /** What the same requests would have taken on target. */
  expected: number
}

const emptyWindow = (startedAt: number): Window => ({
  startedAt,
  usedMax: 0,
  samples: 0,
  measured: 0,
  expected: 0,
})

/** A limit that starts at `limitInitial` and knows nothing. */
export const makeConcurrencyLimit = (
  settings: ConcurrencyLimitSettings = defaultLimitSettings,
): ConcurrencyLimit => {
  const calmTimes = new Map<string, number>()
  let limit = settings.limitInitial
  let window = emptyWindow(0)
  let calmSeenAt: number | null = null
  let probe: { readonly startedAt: number; samples: number } | null = null

  const learnCalm = (route: string, milliseconds: number, now: number): void => {
    const known = calmTimes.get(route)
    if (known === undefined && calmTimes.size >= routesMax) return
    // During a probe what is seen counts more: the old value is what is doubted.
    const weight = probe === null ? calmWeight : 2 * calmWeight
    calmTimes.set(
      route,
      known === undefined ? milliseconds : known + weight * (milliseconds - known),
    )
    calmSeenAt = now
    if (probe !== null) probe.samples += 1
  }

  const targetOf = (route: string): number | undefined => {
    const calm = calmTimes.get(route)
    return calm === undefined
      ? undefined
      : Math.max(settings.targetMillisecondsMin, calm * settings.tolerance)
  }

  const adjust = ({ usedMax, measured, expected }: Window): void => {
    // Nobody needs more than there is: latency then says nothing about the limit.
    if (usedMax < limit / 2 || measured <= 0 || expected <= 0) return
    const gradient = Math.min(1, Math.max(gradientMin, expected / measured))
    const wanted = limit * gradient + Math.sqrt(limit)
    const smoothed = limit + smoothing * (wanted - limit)
    limit = Math.min(settings.limitMax, Math.max(settings.limitMin, smoothed))
  }

  const endProbe = (now: number): void => {
    probe = null
    calmSeenAt = now
    window = emptyWindow(now)
  }

  const tick = (now: number): void => {
    if (probe === null) return
    const late = now - probe.startedAt >= settings.probeMilliseconds
    if (late || probe.samples >= probeSamples) endProbe(now)
  }

  return {
    current: () => Math.floor(limit),
    isProbing: () => probe !== null,
    tick,
    observe({ route, milliseconds, inFlightAtStart }, usedMax, now) {
      if (calmSeenAt === null) {
        calmSeenAt = now - settings.probeEveryMilliseconds
        window = emptyWindow(now)
      }
      if (inFlightAtStart <= settings.calmInFlight) learnCalm(route, milliseconds, now)
      if (probe !== null) {
        tick(now)
        return
      }
      const target = targetOf(route)
      window.usedMax = Math.max(window.usedMax, usedMax)
      if (target !== undefined) {
        window.samples += 1
        window.measured += milliseconds
        window.expected += target
      }
      if (now - window.startedAt >= settings.windowMilliseconds) {
        if (window.samples >= settings.windowSamplesMin) {
          adjust(window)
          window = emptyWindow(now)
        }
        const calmAge = now - (calmSeenAt ?? now)
        const busy = usedMax >= limit / 2
        if (busy && calmAge >= settings.probeEveryMilliseconds) {
          probe = { startedAt: now, samples: 0 }
        }
      }
    },
  }
}
