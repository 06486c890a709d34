/** Runs the outbox on a store. */
import type { OutboxCommand, OutboxEvent } from './events.ts'
import type { OutboxState } from './state.ts'
import { type OutboxChange, stepOutbox } from './step.ts'

/** Where an outbox is kept: IndexedDB in a browser. */
export interface OutboxStore<Screening> {
  load(): Promise<OutboxState<Screening>>
  /**
   * Stores a change durably, whole or not at all.
   *
   * @returns `conflict` when the stored revision is another one, `full` when there is no room
   */
  write(change: OutboxChange<Screening>): Promise<'written' | 'conflict' | 'full'>
}

export interface Advanced<Screening> {
  /** What is stored. */
  readonly state: OutboxState<Screening>
  /** To be done now, in this order. */
  readonly commands: readonly OutboxCommand<Screening>[]
  /** False when nothing happened: the disk was full, or another tab always came first. */
  readonly isStored: boolean
}

/** Tabs are few and their changes quick: more conflicts in a row than this mean that something is broken. */
const conflictsMax = 20

/**
 * Applies one event and stores what came of it before anything is done about it. When another tab
 * was first, its state is taken and the event applied to that.
 *
 * @param state as last seen by this tab
 */
export const advanceOutbox = async <Screening>(
  state: OutboxState<Screening>,
  event: OutboxEvent<Screening>,
  store: OutboxStore<Screening>,
): Promise<Advanced<Screening>> => {
  let current = state
  for (let conflicts = 0; conflicts < conflictsMax; conflicts++) {
    const { state: next, change, commands } = stepOutbox(current, event)
    if (change === null) return { state: current, commands, isStored: true }
    const outcome = await store.write(change)
    if (outcome === 'written') return { state: next, commands, isStored: true }
    if (outcome === 'full') {
      // What a restoration brings back is what would make room: it waits for the next answer.
      if (current.kept.length === 0 || event.type === 'restored')
        return notStored(current, event, 'STORAGE_FULL')
      const room = stepOutbox(current, { type: 'room-wanted', now: event.now })
      if (room.change !== null && (await store.write(room.change)) === 'written') {
        current = room.state
        continue
      }
    }
    current = await store.load()
  }
  return notStored(current, event, 'STORAGE_BUSY')
}

const notStored = <Screening>(
  state: OutboxState<Screening>,
  event: OutboxEvent<Screening>,
  code: 'STORAGE_FULL' | 'STORAGE_BUSY',
): Advanced<Screening> => ({
  state,
  commands: [{ type: 'notice', id: 'id' in event ? event.id : null, code }],
  isStored: false,
})
