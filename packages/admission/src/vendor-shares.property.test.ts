import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { vendorRequestsInWork } from './concurrency.ts'
import { makeVendorShares, type VendorShares } from './vendor-shares.ts'

/** Sends `perSecond` requests a second, evenly, for so long; each is over at once. @returns how many of each were let in */
interface Stream {
  readonly vendor: string
  readonly site: string
  readonly perSecond: number
}
const run = (
  shares: VendorShares,
  streams: readonly Stream[],
  seconds: number,
  share: number,
): Map<string, { sent: number; taken: number }> => {
  const arrivals = streams
    .flatMap(({ vendor, site, perSecond }, stream) =>
      Array.from({ length: Math.floor(perSecond * seconds) }, (_, index) => ({
        vendor,
        site,
        at: ((index + stream / streams.length) * 1_000) / perSecond,
      })),
    )
    .sort((a, b) => a.at - b.at)
  const counts = new Map<string, { sent: number; taken: number }>()
  for (const { vendor, site, at } of arrivals) {
    const key = `${vendor}/${site}`
    const count = counts.get(key) ?? { sent: 0, taken: 0 }
    counts.set(key, count)
    count.sent += 1
    const entry = shares.enter(vendor, site, share, at)
    if (!entry.ok) continue
    count.taken += 1
    entry.leave()
  }
  return counts
}

const perSecond = 200

test('a vendor at many times its share costs no other vendor a request, and has its own share itself', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 50 }), fc.boolean(), (times, isBroad) => {
      // As many pharmacies as there are, or a few robots.
      const sites = isBroad ? Math.ceil((perSecond * times) / 4) : 3
      const flooding = Array.from({ length: sites }, (_, site) => ({
        vendor: 'half-the-country',
        site: `f${site}`,
        perSecond: (perSecond * times) / sites,
      }))
      const other = Array.from({ length: 10 }, (_, site) => ({
        vendor: 'ten-pharmacies',
        site: `o${site}`,
        perSecond: 2,
      }))
      const seconds = 3
      const counts = run(makeVendorShares(), [...flooding, ...other], seconds, perSecond)
      let taken = 0
      for (const [key, { sent, taken: own }] of counts) {
        if (key.startsWith('ten-pharmacies')) assert.equal(own, sent, key)
        else taken += own
      }
      // Its share of the time, and what it may send at once.
      assert.ok(taken <= perSecond * (seconds + 2) + 1, `${taken}`)
      if (isBroad) assert.ok(taken >= perSecond * seconds, `${taken}`)
    }),
    { numRuns: 12 },
  )
})

test('a site at many times its share costs no other site of its vendor a request', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 10, max: 500 }),
      fc.integer({ min: 1, max: 20 }),
      (flood, others) => {
        const streams = [
          { vendor: 'officine', site: 'robot', perSecond: flood },
          ...Array.from({ length: others }, (_, site) => ({
            vendor: 'officine',
            site: `s${site}`,
            perSecond: 2,
          })),
        ]
        // Those beside it are there before: who is alone has the whole share of its vendor.
        const shares = makeVendorShares()
        run(shares, streams.slice(1), 1, perSecond)
        const counts = run(shares, streams, 10, perSecond)
        for (const [key, { sent, taken }] of counts)
          if (!key.endsWith('/robot')) assert.equal(taken, sent, key)
      },
    ),
    { numRuns: 40 },
  )
})

test('requests that do not end are bounded by site, by vendor and in all, and what is refused is not held', () => {
  const { max, ofVendorMax, ofSiteMax } = vendorRequestsInWork
  const shares = makeVendorShares()
  const reasons = new Set<string>()
  let at = 0
  let taken = 0
  const enter = (vendor: string, site: string) => {
    at += 1_000
    const entry = shares.enter(vendor, site, 1_000, at)
    if (entry.ok) taken += 1
    else {
      reasons.add(entry.reason)
      assert.ok(entry.retryAfterSeconds > 0)
    }
    return entry
  }
  for (let index = 0; index < 2 * ofSiteMax; index += 1) enter('a', 's')
  assert.equal(taken, ofSiteMax)
  for (let index = 0; index < 2 * ofVendorMax; index += 1) enter('a', `s${index}`)
  assert.equal(taken, ofVendorMax)
  for (const vendor of ['b', 'c', 'd'])
    for (let index = 0; index < ofVendorMax; index += 1) enter(vendor, `s${index}`)
  assert.equal(taken, max)
  assert.equal(shares.inWork, max)
  assert.deepEqual([...reasons].sort(), ['site-in-work', 'vendor-in-work'])
})

test('a slot is given back once, however often it is left', () => {
  const shares = makeVendorShares()
  const entry = shares.enter('a', null, 10, 0)
  assert.ok(entry.ok)
  entry.leave()
  entry.leave()
  assert.equal(shares.inWork, 0)
})
