/**
 * Idle connections, by the address that holds them. When there is no room for one more, the longest idle connection of
 * the address that holds most makes room. An address with one or two keeps them as long as others hold more.
 */

export interface IdleByAddress<One> {
  /** It is idle from now on, and the last of its address's to go. */
  add(one: One, key: string): void
  /** It is in use, or closed. */
  remove(one: One, key: string): void
  /** Takes out the one that makes room; undefined when none is idle. */
  take(): One | undefined
}

export const makeIdleByAddress = <One>(): IdleByAddress<One> => {
  /** Of each address, the longest at rest first. */
  const byKey = new Map<string, Set<One>>()
  /** Addresses by how many they hold: whoever holds most is found without looking through all. */
  const bySize: Set<string>[] = []
  let most = 0

  const move = (key: string, from: number, to: number): void => {
    bySize[from]?.delete(key)
    if (to === 0) return
    const peers = bySize[to] ?? new Set()
    bySize[to] = peers
    peers.add(key)
    most = Math.max(most, to)
  }

  const remove = (one: One, key: string): void => {
    const held = byKey.get(key)
    if (held === undefined || !held.delete(one)) return
    move(key, held.size + 1, held.size)
    if (held.size === 0) byKey.delete(key)
  }

  return {
    remove,
    add(one, key) {
      remove(one, key)
      const held = byKey.get(key) ?? new Set()
      byKey.set(key, held)
      held.add(one)
      move(key, held.size - 1, held.size)
    },
    take() {
      while (most > 0 && (bySize[most]?.size ?? 0) === 0) most -= 1
      const [key] = bySize[most] ?? []
      const [one] = (key === undefined ? undefined : byKey.get(key)) ?? []
      if (key === undefined || one === undefined) return undefined
      remove(one, key)
      return one
    },
  }
}
