/**
 * A site's share of the requests: up to four times what the other sites send on average, and never less than the
 * floor. It is relative, so that a record day raises everybody's; it holds when there is room too, because a robot that
 * uses up the room is what makes the others wait.
 *
 * A page that opens sends a handful of requests at once, and they enter at once. What is beyond the handful enters one
 * by one, at the pace of the share: together it would be what the others wait for. What would stand longer than
 * `waitSecondsMax` is refused.
 *
 * Invariants: requests that were refused do not count, so that two robots do not raise each other's share; a key is
 * forgotten after `idleMilliseconds`; at most `keysMax` are known, and a key that is not known is not limited.
 */
export interface SiteRateSettings {
  /** No site is slowed down below this, requests a second. */
  readonly floorPerSecond: number
  /** Times the mean of the others. */
  readonly factor: number
  /** With fewer active sites there are no others to compare with. */
  readonly activeMin: number
  /** What a quiet site may send at once, seconds of its share. */
  readonly atOnceSeconds: number
  /** The longest that a request is held for its site's sake. */
  readonly waitSecondsMax: number
}

export const defaultSiteRateSettings: SiteRateSettings = {
  floorPerSecond: 20,
  factor: 4,
  activeMin: 3,
  atOnceSeconds: 0.2,
  waitSecondsMax: 1,
}

/**
 * `ok`: the request is within the site's share, counts, and enters after `waitMilliseconds`. Otherwise it is refused
 * until one more would be within the share.
 */
export type SiteEntry =
  | { readonly ok: true; readonly waitMilliseconds: number }
  | { readonly ok: false; readonly retryAfterSeconds: number }

export interface SiteRates {
  take(key: string, nowMilliseconds: number): SiteEntry
  readonly active: number
}

const atOnce: SiteEntry = { ok: true, waitMilliseconds: 0 }

const idleMilliseconds = 10_000
const keysMax = 50_000

interface Meter {
  /** Decaying count of requests: divided by the time constant it is the rate. */
  level: number
  /** Requests that the site may send now. Below zero, that many have been told to wait. */
  tokens: number
  at: number
}

const decayed = (level: number, elapsedMilliseconds: number): number =>
  level * Math.exp(-elapsedMilliseconds / idleMilliseconds)

const perSecond = (level: number): number => (level * 1_000) / idleMilliseconds

export const makeSiteRates = (settings: SiteRateSettings = defaultSiteRateSettings): SiteRates => {
  /** In the order they were last seen. */
  const meters = new Map<string, Meter>()
  const total = { level: 0, at: 0 }

  const forgetIdle = (now: number): void => {
    for (const [key, { at }] of meters) {
      if (now - at < idleMilliseconds) return
      meters.delete(key)
    }
  }

  const shareOf = (ownLevel: number): number => {
    if (meters.size < settings.activeMin) return Number.POSITIVE_INFINITY
    const others = Math.max(0, perSecond(total.level - ownLevel)) / (meters.size - 1)
    return Math.max(settings.floorPerSecond, settings.factor * others)
  }

  const count = (meter: Meter): void => {
    meter.level += 1
    total.level += 1
  }

  return {
    get active() {
      return meters.size
    },
    take(key, now) {
      forgetIdle(now)
      total.level = decayed(total.level, Math.max(0, now - total.at))
      total.at = now
      const known = meters.get(key)
      if (known === undefined && meters.size >= keysMax) return atOnce
      const meter: Meter = known ?? { level: 0, tokens: Number.POSITIVE_INFINITY, at: now }
      const elapsed = Math.max(0, now - meter.at)
      meter.level = decayed(meter.level, elapsed)
      meter.at = now
      meters.delete(key)
      meters.set(key, meter)
      const share = shareOf(meter.level)
      if (share === Number.POSITIVE_INFINITY) {
        meter.tokens = share
        count(meter)
        return atOnce
      }
      const full = share * settings.atOnceSeconds
      meter.tokens = Math.min(full, meter.tokens + (elapsed * share) / 1_000)
      const seconds = Math.max(0, 1 - meter.tokens) / share
      if (seconds > settings.waitSecondsMax) {
        return { ok: false, retryAfterSeconds: seconds - settings.waitSecondsMax }
      }
      meter.tokens -= 1
      count(meter)
      return seconds === 0 ? atOnce : { ok: true, waitMilliseconds: seconds * 1_000 }
    },
  }
}
