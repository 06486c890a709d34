/** What each page loads before it can be used, compressed as it is sent, stays within its budget. Needs `npm run build`. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import budgets from './first-load-budgets.json' with { type: 'json' }

const dist = resolve(import.meta.dirname, '../dist')

/** Bytes that a browser with brotli is sent for a file. */
const sentBytes = (path: string): number =>
  statSync(join(dist, existsSync(join(dist, `${path}.br`)) ? `${path}.br` : path)).size

/** The page itself and what its head names: scripts, all they import at once, and styles. */
const firstLoadBytes = (page: string): number => {
  const file = join(page, 'index.html')
  const html = readFileSync(join(dist, file), 'utf8')
  const named = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path = '']) => path)
  return [file, ...new Set(named)].reduce((sum, path) => sum + sentBytes(path), 0)
}

for (const [page, { kilobytesMax }] of Object.entries(budgets)) {
  test(`${page} loads at most ${kilobytesMax} kB first`, () => {
    const kilobytes = firstLoadBytes(page) / 1_000
    assert.ok(kilobytes <= kilobytesMax, `${kilobytes.toFixed(1)} kB`)
  })
}

test('the first page has no script', () => {
  for (const file of ['index.html', 'en/index.html']) {
    assert.doesNotMatch(readFileSync(join(dist, file), 'utf8'), /<script/)
  }
})
