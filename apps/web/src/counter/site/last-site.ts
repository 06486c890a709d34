/** The site last worked at on this computer, which nearly always stands in it: a comfort for who works at several. */
const storageKey = 'sidep.site'

/** FINESS; null when there was none, or where storage is refused. */
export const lastSite = (): string | null => {
  try {
    return localStorage.getItem(storageKey)
  } catch {
    // Then the sites stand in the register's order.
    return null
  }
}

export const rememberSite = (siteId: string): void => {
  try {
    localStorage.setItem(storageKey, siteId)
  } catch {
    // As above.
    return
  }
}

/** The last one first; the others as they were. */
export const lastSiteFirst = <Site extends { readonly id: string }>(
  sites: readonly Site[],
  last: string | null,
): readonly Site[] => [
  ...sites.filter(({ id }) => id === last),
  ...sites.filter(({ id }) => id !== last),
]
