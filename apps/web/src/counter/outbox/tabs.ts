import type { OtherTabs } from '@sidep/sdk/parts'

/** This tab among the others of one counter. */
export interface Tab {
  /** Random, never used again. */
  readonly tab: string
  readonly otherTabs: OtherTabs
  readonly isTabOpen: (tab: string) => Promise<boolean>
}

/** One piece of work at a time, of all tabs of this browser; where it refuses locks, as it does storage, of nobody else. */
export const exclusiveIn =
  (locks: LockManager) =>
  async <Value>(name: string, work: () => Promise<Value>): Promise<Value> => {
    let begun: Promise<Value> | null = null
    const begin = (): Promise<Value> => {
      begun ??= work()
      return begun
    }
    try {
      return await locks.request(name, begin)
    } catch (error) {
      if (begun !== null) throw error
      return begin()
    }
  }

const lockOf = (tab: string): string => `sidep-counter-tab/${tab}`

/** Lets the other tabs know of this one, and of what it changes, for as long as it is open. */
export const openTab = (locks: LockManager, tab: string): Tab => {
  // Held until the browser lets go of it with the tab.
  locks
    .request(lockOf(tab), () => new Promise<never>(() => undefined))
    .catch((error: unknown) => console.warn('TAB_NOT_NAMED', error))
  const channel = new BroadcastChannel('sidep-counter-outbox')
  return {
    tab,
    otherTabs: {
      announce: () => channel.postMessage(tab),
      listen: (changed) => channel.addEventListener('message', changed),
    },
    isTabOpen: async (other) => {
      try {
        const { held = [] } = await locks.query()
        return held.some(({ name }) => name === lockOf(other))
      } catch {
        // A browser that tells nothing: what is another tab's stays so.
        return true
      }
    },
  }
}
