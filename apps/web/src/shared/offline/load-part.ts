/**
 * Parts of a page that are loaded when they are first needed. After a deployment the files of the page that is open may be
 * gone from the server; the network may fail for a moment.
 */

const waitsMilliseconds = [500, 2_000]

const elapsed = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds)
  })

/**
 * Loads a part, and tries again twice. Some browsers remember for as long as the page is open that a module could not be
 * had (HTML, fetch a single module script): there only a reload helps.
 *
 * @throws what the last try threw
 */
export const loadPart = async <Part>(
  load: () => Promise<Part>,
  wait: (milliseconds: number) => Promise<void> = elapsed,
): Promise<Part> => {
  for (const milliseconds of waitsMilliseconds) {
    try {
      return await load()
    } catch (error) {
      console.warn('PART_NOT_LOADED', error)
      await wait(milliseconds)
    }
  }
  return load()
}

const reloadedKey = 'sidep-reloaded-at'
/** A second reload so soon would bring the same page. */
const reloadEveryMilliseconds = 10 * 60_000

export interface ReloadDependencies {
  readonly storage: Pick<Storage, 'getItem' | 'setItem'>
  readonly now: () => number
  /** Whether the page itself can be had again: a reload without it would leave nothing. */
  readonly isPageThere: () => Promise<boolean>
  readonly reload: () => void
}

const browser: ReloadDependencies = {
  get storage() {
    return sessionStorage
  },
  now: () => Date.now(),
  isPageThere: async () => (await fetch(location.pathname, { cache: 'no-store' })).ok,
  reload: () => location.reload(),
}

/**
 * Reloads the page for its new version, by itself once: for a part that is gone from the server, where everything typed is
 * kept.
 *
 * @param isAsked a person wants it, however often
 * @returns false when that would not help: reloaded a moment ago, or the page is not to be had
 */
export const reloadForPart = async (
  isAsked: boolean,
  { storage, now, isPageThere, reload }: ReloadDependencies = browser,
): Promise<boolean> => {
  try {
    const age = now() - Number(storage.getItem(reloadedKey) ?? 0)
    if (!isAsked && age < reloadEveryMilliseconds) return false
    if (!(await isPageThere())) return false
    storage.setItem(reloadedKey, String(now()))
  } catch {
    // No network, or a browser that keeps no mark: it could reload for ever.
    return false
  }
  reload()
  return true
}
