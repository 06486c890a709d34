import {
  emptyOutbox,
  type OutboxChange,
  type OutboxState,
  type OutboxStore,
} from '@sidep/continuity'
import type { Sendable } from './outbox/sendable.ts'

/** What a change makes of what is stored. */
export const withChange = (
  { entries }: OutboxState<Sendable>,
  { head, put, remove }: OutboxChange<Sendable>,
): OutboxState<Sendable> => {
  const kept = new Map(entries.map((entry) => [entry.id, entry]))
  for (const id of remove) kept.delete(id)
  for (const entry of put) kept.set(entry.id, entry)
  return { ...head, entries: [...kept.values()] }
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
