/**
 * A run of typing before anybody has signed in, in one tab: what is typed in it belongs to the person who signs in
 * from it. It lives as long as the tab, over the redirects of a sign-in.
 */
export interface Sittings {
  readonly get: () => string | null
  readonly put: (sitting: string | null) => void
}

const storageKey = 'sidep.sitting'

/** Of this tab; forgotten with the page where the browser refuses storage. */
export const tabSittings = (): Sittings => ({
  get: () => {
    try {
      return sessionStorage.getItem(storageKey)
    } catch {
      // Then what was typed before signing in waits until its author says so.
      return null
    }
  },
  put: (sitting) => {
    try {
      if (sitting === null) sessionStorage.removeItem(storageKey)
      else sessionStorage.setItem(storageKey, sitting)
    } catch {
      // As above.
      return
    }
  },
})
