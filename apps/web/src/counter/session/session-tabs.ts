/** A browser has one session for all its tabs: who signs in, out or chooses a site in one says so to the others. */
import type { ShownSession } from '@sidep/contracts'

export interface SessionTabs {
  /** Null: nobody is signed in any more. */
  readonly announce: (shown: ShownSession | null) => void
  readonly listen: (changed: (shown: ShownSession | null) => void) => void
}

const isText = (value: unknown): value is string => typeof value === 'string'

const shownIn = (data: unknown): ShownSession | null => {
  if (typeof data !== 'object' || data === null) return null
  const { sessionId, professionalId, siteId }: Partial<Record<string, unknown>> = { ...data }
  if (!isText(sessionId) || !isText(professionalId)) return null
  return { sessionId, professionalId, siteId: isText(siteId) ? siteId : null }
}

/** The other tabs of this browser. */
export const openSessionTabs = (): SessionTabs => {
  const channel = new BroadcastChannel('sidep-counter-session')
  return {
    announce: (shown) => channel.postMessage(shown),
    listen: (changed) => channel.addEventListener('message', ({ data }) => changed(shownIn(data))),
  }
}
