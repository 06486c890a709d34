/** What of the tree a release has: what `npm ci --omit=dev` and a start need, its documents and its deployment. Pure. */

const shippedRoots = ['packages/', 'apps/', 'deploy/', 'docs/'] as const
const shippedFiles = new Set([
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'SECURITY.md',
  'package-lock.json',
  'package.json',
  'publiccode.yml',
])
/** Sources of pages are built; tests are run where everything is installed. */
const leftOut = /\.test\.tsx?$|^apps\/web\/(?!package\.json$)/

/** @param files tracked ones, from the root */
export const shippedOf = (files: readonly string[]): string[] =>
  files
    .filter((file) => shippedFiles.has(file) || shippedRoots.some((root) => file.startsWith(root)))
    .filter((file) => !leftOut.test(file))
    .sort()

/** Files of two builds by their digests. @returns names of those that differ, or are in one alone */
export const differing = (
  one: ReadonlyMap<string, string>,
  other: ReadonlyMap<string, string>,
): string[] =>
  [...new Set([...one.keys(), ...other.keys()])]
    .filter((name) => one.get(name) !== other.get(name))
    .sort()
