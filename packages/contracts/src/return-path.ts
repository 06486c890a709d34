/** Where a sign-in may lead back to: pages of our own that work with a session. */
const permittedRoots = ['/pro/', '/pilotage/'] as const

/** The page of a way back that was found safe: what is refused is told there. */
export const returnRootOf = (safe: string): string =>
  permittedRoots.find((root) => safe.startsWith(root)) ?? defaultReturnPath

/** Where it leads when nothing else was asked, or nothing that is permitted. */
export const defaultReturnPath = permittedRoots[0]

export const returnPathCharactersMax = 200

/** Letters, digits, `_` and `-`: nothing that a browser or a proxy could read as more than a name. */
const isPlainName = (segment: string): boolean => /^[A-Za-z0-9_-]*$/.test(segment)

/**
 * The path to go back to after a sign-in, or `/pro/` for anything that is not plainly one of our pages: no scheme, no
 * host, no `//` or backslash that a browser would read as one (OWASP, unvalidated redirects), no query and no
 * fragment. Its time grows with the text alone, and the text is bounded first: anybody may send any.
 *
 * @param wanted the `return` parameter, as sent
 * @example safeReturnPath('/pro/rattrapage') // '/pro/rattrapage'
 * @example safeReturnPath('//elsewhere.example/') // '/pro/'
 */
export const safeReturnPath = (wanted: unknown): string => {
  if (typeof wanted !== 'string' || wanted.length > returnPathCharactersMax) {
    return defaultReturnPath
  }
  const root = permittedRoots.find((one) => wanted.startsWith(one))
  if (root === undefined) return defaultReturnPath
  const segments = wanted.slice(root.length).split('/')
  const isPage = segments.every(
    (segment, index) => isPlainName(segment) && (segment !== '' || index === segments.length - 1),
  )
  return isPage ? wanted : defaultReturnPath
}
