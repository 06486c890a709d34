import {
  type Entry,
  emptyOutbox,
  type OutboxChange,
  type OutboxState,
  type OutboxStore,
} from '@sidep/continuity'
import type { Sendable } from './outbox/sendable.ts'

/** What a change makes of what is stored. */
export const withChange = (
  { entries, kept }: OutboxState<Sendable>,
  { head, put, remove, keep, forget }: OutboxChange<Sendable>,
): OutboxState<Sendable> => ({
  ...head,
  // What a portal that was set back is sent again comes before what was typed since.
  entries: changed(entries, put, remove).toSorted((a, b) => a.typedAt - b.typedAt),
  kept: changed(kept, keep, forget),
})

const changed = (
  before: readonly Entry<Sendable>[],
  put: readonly Entry<Sendable>[],
  remove: readonly string[],
): Entry<Sendable>[] => {
  const records = new Map(before.map((entry) => [entry.id, entry]))
  for (const id of remove) records.delete(id)
  for (const entry of put) records.set(entry.id, entry)
  return [...records.values()]
}

/** For tests, and for programs that need not survive: what is here is gone with the process. */
export const memoryStore = (): OutboxStore<Sendable> => {
  let stored: OutboxState<Sendable> = emptyOutbox()
  return {
    load: async () => structuredClone(stored),
    write: async (change) => {
      if (change.expectedRevision !== stored.revision) return 'conflict'
      stored = structuredClone(withChange(stored, change))
      return 'written'
    },
  }
}
