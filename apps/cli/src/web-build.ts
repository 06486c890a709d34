/** The pages' build, made when it is missing or older than what it is made from. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, rename, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'

const repository = resolve(import.meta.dirname, '../../..')
const webFolder = join(repository, 'apps/web')

/** Where the built pages are. */
export const webDistFolder = join(webFolder, 'dist')

const notSources = /\/(node_modules|dist|dev-dist)\/|\.test\.tsx?$/

const newestIn = async (folder: string): Promise<number> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const times = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !notSources.test(path.slice(repository.length)))
      .map(async (path) => (await stat(path)).mtimeMs),
  )
  return times.reduce((newest, time) => Math.max(newest, time), 0)
}

/** Whether the built pages are missing or older than the web's or the packages' sources. */
const isWebBuildStale = async (): Promise<boolean> => {
  const page = join(webDistFolder, 'index.html')
  if (!existsSync(page)) return true
  const builtAt = (await stat(page)).mtimeMs
  const packages = await readdir(join(repository, 'packages'))
  const newest = await Promise.all([
    newestIn(webFolder),
    ...packages
      .map((name) => join(repository, 'packages', name, 'src'))
      .filter((folder) => existsSync(folder))
      .map(newestIn),
  ])
  return newest.some((time) => time > builtAt)
}

/** What is kept of a bundler's words, for a build that fails. */
const saidCharactersMax = 20_000

const viteProgram = (): string => {
  const require = createRequire(join(webFolder, 'package.json'))
  return join(dirname(require.resolve('vite/package.json')), 'bin/vite.js')
}

const build = (outFolder: string, stopping: AbortSignal): Promise<void> =>
  new Promise((resolvePromise, reject) => {
    const child = spawn(
      process.execPath,
      [
        viteProgram(),
        'build',
        webFolder,
        '--logLevel',
        'warn',
        '--outDir',
        outFolder,
        '--emptyOutDir',
      ],
      { cwd: repository, stdio: ['ignore', 'pipe', 'pipe'], signal: stopping },
    )
    // Who only wants to start a portal cannot do anything about a bundler's advice; `npm run build` shows it.
    let said = ''
    const hear = (chunk: Buffer): void => {
      said = `${said}${chunk.toString('utf8')}`.slice(-saidCharactersMax)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolvePromise()
      else reject(new Error(`the pages could not be built (vite ended with ${code})\n${said}`))
    })
  })

/**
 * Builds the pages when they are stale. The build goes into a folder beside and takes the old one's place at the end:
 * a build that fails or is stopped leaves the pages as they were.
 *
 * @param stopping aborts the build
 * @param onBuild called before a build begins
 * @throws when the build fails or is stopped
 */
export const ensureWebBuilt = async (stopping: AbortSignal, onBuild: () => void): Promise<void> => {
  if (!(await isWebBuildStale())) return
  onBuild()
  const fresh = join(repository, 'node_modules/.cache', `sidep-web-${process.pid}`)
  try {
    await build(fresh, stopping)
    await rm(webDistFolder, { recursive: true, force: true })
    await rename(fresh, webDistFolder)
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
}
