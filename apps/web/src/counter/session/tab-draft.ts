/**
 * The anonymous draft of one tab: what is typed in it before anybody has signed in belongs to the person who signs in
 * from it. It lives as long as the tab, over the redirects of a sign-in.
 */
export interface TabDraft {
  /** Its random name; null when there is none. */
  readonly get: () => string | null
  readonly put: (draft: string | null) => void
}

/** Of tabs that were opened by earlier versions too. */
const storageKey = 'sidep.sitting'

/** Of this tab; forgotten with the page where the browser refuses storage. */
export const openTabDraft = (): TabDraft => ({
  get: () => {
    try {
      return sessionStorage.getItem(storageKey)
    } catch {
      // Then what was typed before signing in waits until its author says so.
      return null
    }
  },
  put: (draft) => {
    try {
      if (draft === null) sessionStorage.removeItem(storageKey)
      else sessionStorage.setItem(storageKey, draft)
    } catch {
      // As above.
      return
    }
  },
})
