/**
 * What the stand-in remembers, in memory.
 *
 * Invariants: never more than `entriesMax` entries (the oldest goes first); nothing is found after
 * its time; a consumed code stays findable as consumed, so that a replay is seen as one.
 */
import type { Adapter } from 'oidc-provider'

interface Entry {
  readonly payload: Record<string, unknown>
  readonly expiresAtMilliseconds: number
}

/** Room for a morning's storm: a login leaves about five entries for a few minutes. */
const entriesMax = 200_000

/**
 * One store for all models of one provider.
 *
 * @param now milliseconds since the epoch
 * @returns the adapter factory that oidc-provider asks for, by model name
 */
export const makeMemoryAdapters = (now: () => number): ((model: string) => Adapter) => {
  const entries = new Map<string, Entry>()
  const grantMembers = new Map<string, Set<string>>()
  const sessionByUid = new Map<string, string>()

  const remove = (key: string): void => {
    const entry = entries.get(key)
    if (entry === undefined) return
    entries.delete(key)
    const { grantId, uid } = entry.payload
    if (typeof uid === 'string') sessionByUid.delete(uid)
    if (typeof grantId !== 'string') return
    const members = grantMembers.get(grantId)
    members?.delete(key)
    if (members?.size === 0) grantMembers.delete(grantId)
  }

  const find = (key: string): Record<string, unknown> | undefined => {
    const entry = entries.get(key)
    if (entry === undefined) return undefined
    if (entry.expiresAtMilliseconds > now()) return entry.payload
    remove(key)
    return undefined
  }

  return (model) => {
    const keyOf = (id: string): string => `${model}:${id}`
    return {
      upsert: async (id, payload, expiresInSeconds) => {
        const key = keyOf(id)
        remove(key)
        const expiresAtMilliseconds =
          expiresInSeconds === undefined
            ? Number.POSITIVE_INFINITY
            : now() + expiresInSeconds * 1000
        entries.set(key, { payload, expiresAtMilliseconds })
        const { grantId, uid } = payload
        if (model === 'Session' && typeof uid === 'string') sessionByUid.set(uid, id)
        if (typeof grantId === 'string') {
          const members = grantMembers.get(grantId) ?? new Set()
          grantMembers.set(grantId, members.add(key))
        }
        const oldest = entries.keys().next()
        if (entries.size > entriesMax && !oldest.done) remove(oldest.value)
      },
      find: async (id) => find(keyOf(id)),
      findByUid: async (uid) => {
        const id = sessionByUid.get(uid)
        return id === undefined ? undefined : find(keyOf(id))
      },
      // User codes belong to the device flow, which this provider does not offer.
      findByUserCode: async () => undefined,
      consume: async (id) => {
        const payload = find(keyOf(id))
        if (payload !== undefined) payload.consumed = Math.floor(now() / 1000)
      },
      destroy: async (id) => remove(keyOf(id)),
      revokeByGrantId: async (grantId) => {
        for (const key of [...(grantMembers.get(grantId) ?? [])]) remove(key)
      },
    }
  }
}
