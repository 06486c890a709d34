/** One version for the whole tree: what a user reads, what a program asks for and what a catalogue says are the same. */
import type { Violation } from './house-rules.ts'

/** Reads a file by its path from the root of the checkout. */
type Read = (file: string) => string

interface Manifest {
  readonly version?: unknown
  readonly [section: string]: unknown
}

const sections = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies']

const ownReferencesOf = (manifest: Manifest): [string, unknown][] =>
  sections
    .flatMap((section) => Object.entries((manifest[section] ?? {}) as Record<string, unknown>))
    .filter(([name, wanted]) => name.startsWith('@sidep/') && !String(wanted).startsWith('file:'))

const lineOf = (text: string, part: string): number =>
  Math.max(1, text.slice(0, Math.max(0, text.indexOf(part))).split('\n').length)

const checkManifest = (file: string, text: string, version: string): Violation[] => {
  const manifest = JSON.parse(text) as Manifest
  const own: Violation[] =
    manifest.version === version
      ? []
      : [{ file, line: lineOf(text, '"version"'), rule: `its version is not ${version}` }]
  const references = ownReferencesOf(manifest)
    .filter(([, wanted]) => wanted !== version)
    .map(([name]) => ({
      file,
      line: lineOf(text, `"${name}"`),
      rule: `asks for another ${name} than ${version}`,
    }))
  return [...own, ...references]
}

/** The newest version that a changelog after Keep a Changelog names; what is unreleased stands above it. */
const newestOf = (changelog: string): string | undefined =>
  /^## \[(\d[^\]]*)\] - \d{4}-\d{2}-\d{2}$/m.exec(changelog)?.[1]

/**
 * The root's package.json has the word; the others, the changelog and publiccode.yml follow it.
 *
 * @param files paths from the root of the checkout
 */
export const checkVersions = (files: readonly string[], read: Read): Violation[] => {
  const version = String((JSON.parse(read('package.json')) as Manifest).version)
  const manifests = files
    .filter((file) => /(?:^|\/)package\.json$/.test(file))
    .flatMap((file) => checkManifest(file, read(file), version))
  const lock = JSON.parse(read('package-lock.json')) as {
    packages: Readonly<Record<string, Manifest>>
  }
  const locked = files
    .filter((file) => /(?:^|\/)package\.json$/.test(file))
    .map((file) => file.replace(/\/?package\.json$/, ''))
    .filter((folder) => lock.packages[folder]?.version !== version)
    .map((folder) => ({
      file: 'package-lock.json',
      line: 1,
      rule: `has ${folder === '' ? 'the root' : folder} in another version than ${version}: npm install`,
    }))
  const changelog: Violation[] =
    newestOf(read('CHANGELOG.md')) === version
      ? []
      : [{ file: 'CHANGELOG.md', line: 1, rule: `its newest version is not ${version}` }]
  const catalogue: Violation[] =
    /^softwareVersion: (.+)$/m.exec(read('publiccode.yml'))?.[1] === version
      ? []
      : [{ file: 'publiccode.yml', line: 1, rule: `its softwareVersion is not ${version}` }]
  return [...manifests, ...locked, ...changelog, ...catalogue]
}
