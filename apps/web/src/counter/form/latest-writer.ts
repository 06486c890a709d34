export interface LatestWriter {
  /** There is something new to write: once what was typed is on the screen, and what is being written is on the disk. */
  readonly save: () => void
}

/**
 * Writes one place of the device again and again, one after the other. While one is under way, only the latest waits.
 *
 * @param write reads what is the latest then
 * @param later calls back after what the browser is at now: the letter that was typed is shown first
 */
export const createLatestWriter = (
  write: () => Promise<void>,
  later: (work: () => void) => void,
  failed: (error: unknown) => void,
): LatestWriter => {
  let isWriting = false
  let isDirty = false
  const run = async (): Promise<void> => {
    try {
      while (isDirty) {
        isDirty = false
        await write()
      }
    } finally {
      isWriting = false
    }
  }
  return {
    save: () => {
      isDirty = true
      if (isWriting) return
      isWriting = true
      later(() => void run().catch(failed))
    },
  }
}
