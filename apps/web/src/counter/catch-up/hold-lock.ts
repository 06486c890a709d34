/**
 * Takes a lock for as long as the tab lives.
 *
 * @param waits called when another tab has it
 * @returns once this tab has it; at once where the browser has no locks, or refuses them
 */
export const holdLock = (
  locks: LockManager | undefined,
  name: string,
  waits: () => void,
): Promise<void> =>
  new Promise((resolve) => {
    if (locks === undefined) return resolve()
    const keep = (): Promise<never> => {
      resolve()
      return new Promise<never>(() => undefined)
    }
    locks
      .request(name, { ifAvailable: true }, (lock) => {
        if (lock !== null) return keep()
        waits()
        locks.request(name, keep).catch(() => resolve())
        return undefined
      })
      .catch(() => resolve())
  })
