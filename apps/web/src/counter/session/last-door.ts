import type { Door } from '@sidep/contracts'

const storageKey = 'sidep.door'

/** The door used last on this device; null when none, or where storage is refused. */
export const lastDoor = (): Door | null => {
  try {
    const door = localStorage.getItem(storageKey)
    return door === 'ecps' || door === 'card' ? door : null
  } catch {
    // A comfort only: without storage no door is marked.
    return null
  }
}

export const rememberDoor = (door: Door): void => {
  try {
    localStorage.setItem(storageKey, door)
  } catch {
    // As above.
    return
  }
}
