/**
 * The door that this tab left for, until it is back: by itself a tab that is loaded again cannot tell whether somebody signed in,
 * gave up, or never got an answer. Kept in this tab alone.
 */
import type { Door } from '@sidep/contracts'

const storageKey = 'sidep.sign-in-begun'

export interface SignInBegun {
  /** What was left for, once: it is forgotten. */
  readonly take: () => Door | null
  /** Whether a door sent this page back with a reason. */
  readonly isRefused: () => boolean
}

export const rememberSignIn = (door: Door): void => {
  try {
    sessionStorage.setItem(storageKey, door)
  } catch {
    // Storage is refused: nothing is told of it.
    return
  }
}

export const tabSignIn = (): SignInBegun => ({
  take: () => {
    try {
      const door = sessionStorage.getItem(storageKey)
      sessionStorage.removeItem(storageKey)
      return door === 'ecps' || door === 'card' ? door : null
    } catch {
      // As above.
      return null
    }
  },
  isRefused: () => new URLSearchParams(location.search).has('problem'),
})
