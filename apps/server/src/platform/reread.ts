/**
 * What the database says to everybody, as a process holds it: read again every few seconds while somebody asks, and at
 * once after an act of this process.
 */
import { monotonicMilliseconds } from './clock.ts'
import type { Log } from './context.ts'

export interface Reread<T> {
  /** The same object as long as nothing changed. @throws what kept the first reading from working; later ones keep what was */
  current(): Promise<T>
  /** Something was changed here: the next `current` reads anew. */
  changed(): void
}

/** What another process changed is seen in this one after that. */
const everyMilliseconds = 5_000

/**
 * @param what is named in the log when it cannot be read
 * @param read is given what is held, null at first, and returns that same object when nothing changed
 */
export const makeReread = <T>(
  log: Pick<Log, 'warn'>,
  what: string,
  read: (held: T | null) => Promise<T>,
): Reread<T> => {
  let held: T | null = null
  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<T> | null = null
  let generation = 0

  const readAgain = async (): Promise<T> => {
    readAt = monotonicMilliseconds()
    const begun = generation
    try {
      const value = await read(held)
      if (generation === begun) held = value
      return value
    } catch (error) {
      // A database that is away takes nothing away: what it said before is still true.
      if (held === null) throw error
      log.warn({ name: error instanceof Error ? error.name : '' }, `${what} not read`)
      return held
    } finally {
      if (generation === begun) reading = null
    }
  }

  return {
    async current() {
      if (held !== null && monotonicMilliseconds() - readAt < everyMilliseconds) return held
      reading ??= readAgain()
      return reading
    },
    changed() {
      readAt = Number.NEGATIVE_INFINITY
      // A reading that began before the act may not have seen it.
      generation += 1
      reading = null
    },
  }
}
