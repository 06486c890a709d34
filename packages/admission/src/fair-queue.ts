/**
 * What waits for a slot, by key (a site, or an address): the key with the least in work goes first, so that one that
 * sends fifty times as much waits behind itself only. Within a key the oldest goes first, or, while the queue does not
 * empty, the newest: its sender is still there ("adaptive LIFO", Maurer, Fail at Scale, ACM Queue 13(8), 2015).
 *
 * Invariants: at most `entriesMax` wait; an entry is taken, dropped or removed exactly once; keys without entries and
 * without work are forgotten.
 */
export interface Waiting<Item> {
  readonly item: Item
  readonly key: string
  readonly since: number
  gone: boolean
}

interface Lane<Item> {
  readonly key: string
  entries: Waiting<Item>[]
  inFlight: number
  /** The bucket it is listed in, or -1. */
  listedAt: number
}

export interface FairQueue<Item> {
  readonly size: number
  /**
   * Null when the queue is full and this key already has its part of it. `displaced` was dropped to make room for a key
   * that has less.
   */
  push(
    item: Item,
    key: string,
    now: number,
  ): { readonly entry: Waiting<Item>; readonly displaced: Waiting<Item> | null } | null
  /** The next to serve among keys with fewer than `perKeyMax` in work; it counts as in work from then on. */
  take(newestFirst: boolean, perKeyMax: number): Waiting<Item> | undefined
  /** Counts one of a key that never waited. */
  enter(key: string): void
  leave(key: string): void
  inFlightOf(key: string): number
  /** Removes an entry whose sender has gone. */
  remove(entry: Waiting<Item>): boolean
  /** Drops and returns what has waited for longer than `milliseconds`. */
  dropOlderThan(milliseconds: number, now: number): Waiting<Item>[]
}

/** @param entriesMax at least 1 */
export const makeFairQueue = <Item>(entriesMax: number): FairQueue<Item> => {
  const lanes = new Map<string, Lane<Item>>()
  /** Keys with somebody waiting, by how many requests they have in work. A Set keeps the order in which they came. */
  const listed: Set<Lane<Item>>[] = []
  let size = 0

  const bucketAt = (index: number): Set<Lane<Item>> => {
    const found = listed[index]
    if (found !== undefined) return found
    const made = new Set<Lane<Item>>()
    for (let at = listed.length; at < index; at += 1) listed[at] = new Set()
    listed[index] = made
    return made
  }

  /** Lists a lane where it belongs now, last among its equals. */
  const list = (lane: Lane<Item>): void => {
    if (lane.listedAt >= 0) bucketAt(lane.listedAt).delete(lane)
    lane.listedAt = lane.entries.length > 0 ? lane.inFlight : -1
    if (lane.listedAt >= 0) bucketAt(lane.listedAt).add(lane)
    else if (lane.inFlight === 0) lanes.delete(lane.key)
  }

  const laneOf = (key: string): Lane<Item> => {
    const found = lanes.get(key)
    if (found !== undefined) return found
    const made: Lane<Item> = { key, entries: [], inFlight: 0, listedAt: -1 }
    lanes.set(key, made)
    return made
  }

  const longest = (): Lane<Item> | undefined => {
    let most: Lane<Item> | undefined
    for (const lane of lanes.values()) {
      if (most === undefined || lane.entries.length > most.entries.length) most = lane
    }
    return most
  }

  /**
   * Makes room by dropping the oldest entry of the key that has most waiting, if that is more than the newcomer's key
   * has.
   */
  const displace = (key: string): Waiting<Item> | null => {
    const own = lanes.get(key)?.entries.length ?? 0
    const lane = longest()
    if (lane === undefined || lane.entries.length <= own + 1) return null
    const oldest = lane.entries.shift()
    if (oldest === undefined) return null
    oldest.gone = true
    size -= 1
    list(lane)
    return oldest
  }

  return {
    get size() {
      return size
    },
    push(item, key, now) {
      const displaced = size >= entriesMax ? displace(key) : null
      if (size >= entriesMax) return null
      const lane = laneOf(key)
      const entry: Waiting<Item> = { item, key, since: now, gone: false }
      lane.entries.push(entry)
      size += 1
      if (lane.listedAt < 0) list(lane)
      return { entry, displaced }
    },
    take(newestFirst, perKeyMax) {
      for (let index = 0; index < Math.min(listed.length, perKeyMax); index += 1) {
        const lane = listed[index]?.values().next().value
        if (lane === undefined) continue
        const entry = newestFirst ? lane.entries.pop() : lane.entries.shift()
        if (entry === undefined) continue
        entry.gone = true
        size -= 1
        lane.inFlight += 1
        list(lane)
        return entry
      }
      return undefined
    },
    enter(key) {
      const lane = laneOf(key)
      lane.inFlight += 1
      list(lane)
    },
    leave(key) {
      const lane = lanes.get(key)
      if (lane === undefined || lane.inFlight === 0) return
      lane.inFlight -= 1
      list(lane)
    },
    inFlightOf: (key) => lanes.get(key)?.inFlight ?? 0,
    remove(entry) {
      const lane = lanes.get(entry.key)
      if (entry.gone || lane === undefined) return false
      entry.gone = true
      lane.entries = lane.entries.filter((other) => other !== entry)
      size -= 1
      list(lane)
      return true
    },
    dropOlderThan(milliseconds, now) {
      const dropped: Waiting<Item>[] = []
      for (const lane of [...lanes.values()]) {
        const kept = lane.entries.findIndex(({ since }) => now - since < milliseconds)
        const count = kept < 0 ? lane.entries.length : kept
        if (count === 0) continue
        for (const entry of lane.entries.splice(0, count)) {
          entry.gone = true
          dropped.push(entry)
        }
        size -= count
        list(lane)
      }
      return dropped
    },
  }
}
