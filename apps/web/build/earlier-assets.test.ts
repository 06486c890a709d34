import assert from 'node:assert/strict'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, test } from 'node:test'
import { keepEarlier, removeOldPages } from './earlier-assets.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const hour = 3_600_000
const start = Date.parse('2026-11-29T08:00:00Z')

/** A folder with what a build writes, its compressed copies too. */
const built = (...files: string[]): string => {
  const folder = mkdtempSync(join(tmpdir(), 'sidep-build-'))
  folders.push(folder)
  build(folder, ...files)
  return folder
}
const build = (folder: string, ...files: string[]): void => {
  mkdirSync(join(folder, 'assets'), { recursive: true })
  for (const file of files)
    for (const ending of ['', '.br'])
      writeFileSync(join(folder, 'assets', `${file}${ending}`), `content of ${file}`)
}
const assetsOf = (folder: string): string[] =>
  readdirSync(join(folder, 'assets'))
    .filter((name) => !name.endsWith('.br'))
    .sort()
const keep = (folder: string, now: number, current: string[], elsewhere: string | null = null) =>
  keepEarlier(folder, new Set(current), elsewhere, now)

test('a file that a build replaces stays for a day, its compressed copies too, and goes with the next build after', async () => {
  const folder = built('page-a.js')
  await keep(folder, start, ['page-a.js'])
  build(folder, 'page-b.js')
  assert.deepEqual([...(await keep(folder, start + hour, ['page-b.js']))], ['page-a.js'])
  build(folder, 'page-c.js')
  await keep(folder, start + 24 * hour, ['page-c.js'])
  assert.deepEqual(assetsOf(folder), ['page-a.js', 'page-b.js', 'page-c.js'])
  // The day counts from its own replacement, not from the newest build.
  await keep(folder, start + 25 * hour, ['page-c.js'])
  assert.deepEqual(assetsOf(folder), ['page-b.js', 'page-c.js'])
  assert.deepEqual(
    readdirSync(join(folder, 'assets')).filter((name) => name.startsWith('page-a')),
    [],
  )
  await keep(folder, start + 49 * hour, ['page-c.js'])
  assert.deepEqual(assetsOf(folder), ['page-c.js'])
})

test('a file that comes back is of the current build again', async () => {
  const folder = built('page-a.js', 'page-b.js')
  await keep(folder, start, ['page-b.js'])
  await keep(folder, start + hour, ['page-a.js'])
  await keep(folder, start + 26 * hour, ['page-a.js'])
  assert.deepEqual(assetsOf(folder), ['page-a.js'])
})

test('a build in a fresh folder takes them from the one that is running, with their times', async () => {
  const running = built('page-a.js', 'page-b.js')
  await keep(running, start, ['page-b.js'])
  const folder = built('page-c.js')
  await keep(folder, start + 10 * hour, ['page-c.js'], running)
  assert.deepEqual(assetsOf(folder), ['page-a.js', 'page-b.js', 'page-c.js'])
  assert.equal(readFileSync(join(folder, 'assets/page-a.js.br'), 'utf8'), 'content of page-a.js')
  await keep(folder, start + 24 * hour, ['page-c.js'])
  assert.deepEqual(assetsOf(folder), ['page-b.js', 'page-c.js'])
})

test('pages and the service worker have one version: what the new build does not write is gone', async () => {
  const folder = built('page-a.js')
  await keep(folder, start, ['page-a.js'])
  mkdirSync(join(folder, 'etat'))
  for (const file of ['index.html', 'sw.js', 'etat/index.html'])
    writeFileSync(join(folder, file), '')
  utimesSync(join(folder, 'etat/index.html'), 1, 1)
  utimesSync(join(folder, 'assets/page-a.js'), 1, 1)
  await removeOldPages(folder, Date.now() - hour)
  assert.deepEqual(readdirSync(folder).sort(), [
    '.earlier-assets.json',
    'assets',
    'etat',
    'index.html',
    'sw.js',
  ])
  assert.deepEqual(readdirSync(join(folder, 'etat')), [])
  assert.deepEqual(assetsOf(folder), ['page-a.js'])
})
