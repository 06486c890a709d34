/** Links of documents lead somewhere: a document that names a file which has moved sends its reader astray. */
import { dirname, join, normalize } from 'node:path'
import type { Violation } from './house-rules.ts'

/** Reads a file by its path from the root of the checkout. */
type Read = (file: string) => string

const link = /\]\((?!https?:|mailto:|#)([^)\s#]+)(?:#[^)]*)?\)/g
/** A path from the root, as documents quote one; what a build makes is not in the tree. */
const quoted = /`((?:apps|packages|docs|tools|bench|dev|sim)\/[\w./-]+)`/g

/** Decisions tell what was when they were taken; what describes the tree of now must name what is there. */
const isOfNow = (file: string): boolean =>
  /^(?:[A-Z]+\.md|docs\/(?:architecture|glossary|threat-model)\.md|docs\/operating\/)/.test(file) &&
  file !== 'CHANGELOG.md'

const namedIn = (file: string, line: string): string[] => {
  const links = [...line.matchAll(link)].map(([, path = '']) =>
    normalize(join(dirname(file), path)),
  )
  const quotes = isOfNow(file)
    ? [...line.matchAll(quoted)]
        .map(([, path = '']) => path)
        .filter((path) => !path.includes('/dist'))
    : []
  return [...links, ...quotes].map((path) => path.replace(/\/$/, ''))
}

/** @param files paths from the root of the checkout, of the whole tree */
export const checkDocLinks = (files: readonly string[], read: Read): Violation[] => {
  const known = new Set(files)
  for (const file of files) {
    for (let folder = dirname(file); folder !== '.'; folder = dirname(folder)) known.add(folder)
  }
  return files
    .filter((file) => file.endsWith('.md'))
    .flatMap((file) =>
      read(file)
        .split('\n')
        .flatMap((line, index) =>
          namedIn(file, line)
            .filter((path) => path !== '.' && !known.has(path))
            .map((path) => ({ file, line: index + 1, rule: `names ${path}, which is not there` })),
        ),
    )
}
