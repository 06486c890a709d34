import type { Content } from './samples-testing.ts'
import { emptyOutbox, type OutboxState } from './state.ts'
import type { OutboxChange } from './step.ts'

/** What is stored: a copy, so that nothing in memory can change it, and a number of records at most. */
export class Disk {
  stored: OutboxState<Content> = emptyOutbox()
  recordsMax = Number.POSITIVE_INFINITY

  load(): OutboxState<Content> {
    return structuredClone(this.stored)
  }

  write(change: OutboxChange<Content>): 'written' | 'conflict' | 'full' {
    if (change.expectedRevision !== this.stored.revision) return 'conflict'
    const { stored } = this
    const entries = new Map(stored.entries.map((entry) => [entry.id, entry]))
    for (const id of change.remove) entries.delete(id)
    for (const entry of change.put) entries.set(entry.id, entry)
    const kept = new Map(stored.kept.map((entry) => [entry.id, entry]))
    for (const id of change.forget) kept.delete(id)
    for (const entry of change.keep) kept.set(entry.id, entry)
    const records = entries.size + kept.size
    const grows = records > stored.entries.length + stored.kept.length
    if (grows && records > this.recordsMax) return 'full'
    this.stored = structuredClone({
      ...change.head,
      entries: [...entries.values()].toSorted((a, b) => a.typedAt - b.typedAt),
      kept: [...kept.values()],
    })
    return 'written'
  }
}
