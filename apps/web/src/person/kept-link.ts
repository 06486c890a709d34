/**
 * The code of a link over a reload: without it, a phone that put the tab away for a moment would send its person back to
 * the message. Invariants:
 * 1. It is in this tab's own storage, alone: never the birth date, without which it opens nothing, and never a result.
 * 2. A reload of the page takes it up, for half an hour at most. Whoever comes another way (a link, the way back, a new
 *    tab) does not get it, and it is forgotten.
 * 3. Closing the result forgets it at once.
 */
import { parseLinkCode } from './link-code.ts'

const storageKey = 'sidep.link'
const keptMilliseconds = 30 * 60_000

type TabStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

/** Keeps the code from now on; null forgets it. */
export const keepLink = (storage: TabStorage, code: string | null, now: Date): void => {
  if (code === null) storage.removeItem(storageKey)
  else storage.setItem(storageKey, `${now.getTime() + keptMilliseconds} ${code}`)
}

/** The code kept before a reload; null when there is none, or its time is over. */
export const keptLink = (storage: TabStorage, isReload: boolean, now: Date): string | null => {
  const [, until, code] = /^(\d{1,15}) (\w{10,80})$/.exec(storage.getItem(storageKey) ?? '') ?? []
  const left = Number(until) - now.getTime()
  // More than was ever given: the clock was set back.
  const isKept = isReload && left > 0 && left <= keptMilliseconds
  if (!isKept) storage.removeItem(storageKey)
  return isKept && code !== undefined ? parseLinkCode(code) : null
}

/** This tab's storage, or nothing that stays where the browser refuses it. */
export const tabStorage = (): TabStorage => {
  try {
    sessionStorage.getItem(storageKey)
    return sessionStorage
  } catch {
    // Refused (policy, some private windows): the page works, and a reload asks for the link again.
    return { getItem: () => null, setItem: () => undefined, removeItem: () => undefined }
  }
}

/** Whether this page was there before and is only loaded again: by a person, or by a phone that had put it away. */
export const wasReloaded = (): boolean => {
  const [entry] = performance.getEntriesByType('navigation')
  const isDiscarded = 'wasDiscarded' in document && document.wasDiscarded === true
  return (entry instanceof PerformanceNavigationTiming && entry.type === 'reload') || isDiscarded
}
