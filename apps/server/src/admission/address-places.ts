/** How many places one address may take: a script must not fill the room with places that nobody comes for. */

/** A large hospital signs in within a minute; a script does not stop. */
const placesPerMinute = 600
const addressesMax = 20_000
const minuteMilliseconds = 60_000

/** @returns whether one more place may be given to an address */
export const makeAddressPlaces = (): ((address: string, nowMilliseconds: number) => boolean) => {
  /** In the order their minute began. */
  const counts = new Map<string, { readonly since: number; count: number }>()
  return (address, now) => {
    for (const [key, { since }] of counts) {
      if (now - since < minuteMilliseconds && counts.size <= addressesMax) break
      counts.delete(key)
    }
    const known = counts.get(address)
    if (known === undefined) {
      counts.set(address, { since: now, count: 1 })
      return true
    }
    known.count += 1
    return known.count <= placesPerMinute
  }
}
