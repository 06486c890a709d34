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
    const entries = new Map(this.stored.entries.map((entry) => [entry.id, entry]))
    for (const id of change.remove) entries.delete(id)
    for (const entry of change.put) entries.set(entry.id, entry)
    const grows = entries.size > this.stored.entries.length
    if (grows && entries.size > this.recordsMax) return 'full'
    this.stored = structuredClone({ ...change.head, entries: [...entries.values()] })
    return 'written'
  }
}
