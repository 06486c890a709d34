/** What each page loads before it can be used, compressed as it is sent, stays within its budget. Needs `npm run build`. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import budgets from './first-load-budgets.json' with { type: 'json' }

const dist = resolve(import.meta.dirname, '../dist')

interface Budget {
  readonly kilobytesMax: number
  /** Each is a request, which a page waits for. */
  readonly filesMax: number
  /** Started by the page at once. */
  readonly workers?: readonly string[]
}

/** Bytes that a browser with brotli is sent for a file. */
const sentBytes = (path: string): number =>
  statSync(join(dist, existsSync(join(dist, `${path}.br`)) ? `${path}.br` : path)).size

/** The program of a worker as the page's own scripts name it: files of earlier versions stand beside it. */
const workerOf = (name: string, scripts: readonly string[]): string => {
  const [file] = readdirSync(join(dist, 'assets')).filter(
    (one) =>
      one.startsWith(`${name}.worker-`) &&
      one.endsWith('.js') &&
      scripts.some((script) => readFileSync(join(dist, script), 'utf8').includes(one)),
  )
  assert.ok(file !== undefined, `no ${name}.worker`)
  return `/assets/${file}`
}

/** The page itself and what its head names: scripts, all they import at once, and styles; and its first workers. */
const firstLoadOf = (page: string, { workers = [] }: Budget): readonly string[] => {
  const file = join(page, 'index.html')
  const html = readFileSync(join(dist, file), 'utf8')
  const named = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path = '']) => path)
  const started = workers.map((name) => workerOf(name, named))
  return [file, ...new Set(named), ...started]
}

for (const [page, budget] of Object.entries<Budget>(budgets)) {
  const { kilobytesMax, filesMax } = budget
  test(`${page} loads at most ${kilobytesMax} kB in ${filesMax} files first`, () => {
    const files = firstLoadOf(page, budget)
    const kilobytes = files.reduce((sum, path) => sum + sentBytes(path), 0) / 1_000
    assert.ok(kilobytes <= kilobytesMax, `${kilobytes.toFixed(1)} kB`)
    assert.ok(files.length <= filesMax, `${files.length} files`)
  })
}

/** Every script that a page may ever load: what its scripts name, and what those do. */
const scriptsOf = (page: string): ReadonlySet<string> => {
  const named = (text: string): string[] =>
    [...text.matchAll(/[/"'`]([\w.-]{1,100}\.js)["'`]/g)].map(([, file = '']) => file)
  const found = new Set(named(readFileSync(join(dist, page, 'index.html'), 'utf8')))
  for (const file of found) {
    const path = join(dist, 'assets', file)
    if (!existsSync(path)) continue
    for (const next of named(readFileSync(path, 'utf8'))) found.add(next)
  }
  return found
}

test('no page ever loads a script that is of other pages alone', () => {
  const pages = ['pilotage', 'pro', 'resultat', 'verifier']
  for (const page of pages) {
    const others = [...scriptsOf(page)].filter((file) => {
      const named = file.split(/[-.]/).filter((part) => part !== 'later')
      return pages.includes(named[0] ?? '') && !named.includes(page)
    })
    assert.deepEqual(others, [], page)
  }
})

test('the first page has no script', () => {
  for (const file of ['index.html', 'en/index.html']) {
    assert.doesNotMatch(readFileSync(join(dist, file), 'utf8'), /<script/)
  }
})
