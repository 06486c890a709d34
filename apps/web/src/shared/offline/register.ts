/** A waiting new version of the pages. */
export interface Update {
  /** Lets it take over and reloads this page; what was typed is in storage. */
  readonly apply: () => void
}

/**
 * Registers the service worker that makes the pages work offline after the first load. A new version
 * waits until `apply` is called or every tab is closed: no page reloads by itself.
 *
 * @param onUpdate called when a new version waits
 */
export const registerOffline = (onUpdate: (update: Update) => void): void => {
  if (import.meta.env.DEV || !('serviceWorker' in navigator)) return
  // Offline is a help, not a need: a browser that refuses workers still gets the page.
  register(onUpdate).catch((error: unknown) => console.warn('OFFLINE_UNAVAILABLE', error))
}

/** After the page itself: nothing of it waits for this. */
const register = async (onUpdate: (update: Update) => void): Promise<void> => {
  const { Workbox } = await import('workbox-window')
  const workbox = new Workbox('/sw.js', { scope: '/' })
  workbox.addEventListener('waiting', () => {
    onUpdate({
      apply: () => {
        workbox.addEventListener('controlling', () => location.reload())
        workbox.messageSkipWaiting()
      },
    })
  })
  await workbox.register()
}
