/** Where a sign-in may lead back to: pages of our own that work with a session. */
const permittedRoots = ['/pro/', '/pilotage/'] as const

export const defaultReturnPath = permittedRoots[0]

const pathCharactersMax = 200

/**
 * The path to go back to after a sign-in, or `/pro/` for anything that is not plainly one of our
 * pages: no scheme, no host, no `//` or backslash that a browser would read as one (OWASP,
 * unvalidated redirects), no query and no fragment.
 *
 * @param wanted the `return` parameter, as sent
 */
export const safeReturnPath = (wanted: unknown): string => {
  if (typeof wanted !== 'string' || wanted.length > pathCharactersMax) return defaultReturnPath
  if (!/^\/[a-z]+\/(?:[A-Za-z0-9_-]+\/?)*$/.test(wanted)) return defaultReturnPath
  return permittedRoots.some((root) => wanted.startsWith(root)) ? wanted : defaultReturnPath
}
