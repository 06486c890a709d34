/**
 * Shares at the vendors' port: of each site among those of its vendor, and of each vendor by its entry of the register.
 *
 * A site's share is relative, as at the counters (site-rates.ts): what a site sends beyond it is refused
 * and does not count as its vendor's, so that one that repeats itself without end takes nothing from the others of the same
 * software. A vendor's share is what was agreed, so that a vendor of half the country and one of ten pharmacies each have theirs.
 * What works at a time is bounded too: of all, of a vendor, of a site, for requests that are few and slow.
 *
 * Invariants: what is refused counts nowhere; nobody is held, because a program may as well come back; what is bounded is
 * bounded for who asks without a good token as well, and forgotten after a while.
 */
import { vendorRequestsInWork } from './concurrency.ts'
import { makeSiteRates, type SiteRateSettings, type SiteRates } from './site-rates.ts'

export type VendorEntry =
  | { readonly ok: true; leave(): void }
  | {
      readonly ok: false
      readonly reason: 'site-share' | 'vendor-share' | 'vendor-in-work' | 'site-in-work'
      readonly retryAfterSeconds: number
    }

export interface VendorShares {
  /**
   * One request. @param site null for what concerns the vendor itself @param perSecond as the register has it now
   */
  enter(vendor: string, site: string | null, perSecond: number, now: number): VendorEntry
  readonly inWork: number
}

/** A pharmacy's software sends one screening in a minute; a catch-up of a night some in a second. */
export const vendorSiteSettings: SiteRateSettings = {
  floorPerSecond: 5,
  factor: 4,
  // One site alone at its vendor has its vendor's share to itself.
  activeMin: 2,
  atOnceSeconds: 2,
  waitSecondsMax: 0,
}

/** What a vendor may send at once, seconds of its share. */
const atOnceSeconds = 2
const vendorsMax = 5_000

interface Vendor {
  readonly sites: SiteRates
  readonly inWork: Map<string, number>
  working: number
  tokens: number
  at: number
}

export const makeVendorShares = (): VendorShares => {
  /** In the order they were last seen. */
  const vendors = new Map<string, Vendor>()
  let inWork = 0

  const vendorNamed = (name: string, full: number, now: number): Vendor => {
    const known = vendors.get(name)
    const vendor: Vendor = known ?? {
      sites: makeSiteRates(vendorSiteSettings),
      inWork: new Map(),
      working: 0,
      tokens: full,
      at: now,
    }
    vendors.delete(name)
    vendors.set(name, vendor)
    const [oldest] = vendors
    if (vendors.size > vendorsMax && oldest?.[1].working === 0) vendors.delete(oldest[0])
    return vendor
  }

  return {
    get inWork() {
      return inWork
    },
    enter(name, site, perSecond, now) {
      const { max, ofVendorMax, ofSiteMax, retrySeconds } = vendorRequestsInWork
      const full = Math.max(1, perSecond * atOnceSeconds)
      const vendor = vendorNamed(name, full, now)
      const key = site ?? ''
      const ofSite = vendor.inWork.get(key) ?? 0
      // What concerns no site is of all of them: software that takes its next token.
      if (ofSite >= (site === null ? ofVendorMax : ofSiteMax))
        return { ok: false, reason: 'site-in-work', retryAfterSeconds: retrySeconds }
      if (vendor.working >= ofVendorMax || inWork >= max)
        return { ok: false, reason: 'vendor-in-work', retryAfterSeconds: retrySeconds }
      // The vendor's own is looked at before the site's counts, and taken from after.
      vendor.tokens = Math.min(
        full,
        vendor.tokens + (Math.max(0, now - vendor.at) * perSecond) / 1_000,
      )
      vendor.at = now
      if (vendor.tokens < 1)
        return {
          ok: false,
          reason: 'vendor-share',
          retryAfterSeconds: (1 - vendor.tokens) / perSecond,
        }
      if (site !== null) {
        const entry = vendor.sites.take(site, now)
        if (!entry.ok)
          return { ok: false, reason: 'site-share', retryAfterSeconds: entry.retryAfterSeconds }
      }
      vendor.tokens -= 1
      vendor.working += 1
      vendor.inWork.set(key, ofSite + 1)
      inWork += 1
      let hasLeft = false
      return {
        ok: true,
        leave() {
          if (hasLeft) return
          hasLeft = true
          inWork -= 1
          vendor.working -= 1
          const left = (vendor.inWork.get(key) ?? 1) - 1
          if (left > 0) vendor.inWork.set(key, left)
          else vendor.inWork.delete(key)
        },
      }
    },
  }
}
