/**
 * Files of the builds before this one, kept for a day after they were replaced: a page that is open loads its parts from the
 * server that it came from, whatever has been deployed since. Names hold a hash of the content, so that versions do not meet.
 *
 * They are carried over from the folder that is built into, or from the build that is running elsewhere
 * (`SIDEP_EARLIER_BUILD`), with the time of their replacement beside them in `.earlier-assets.json`.
 */

import { copyFile, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { dayMilliseconds } from '@sidep/time'
import type { Plugin } from 'vite'

const keptMilliseconds = dayMilliseconds
const listName = '.earlier-assets.json'
const assets = 'assets'
/** Copies that were compressed belong to their file. */
const copyEnding = /\.(?:br|gz)$/

/** When each file that is no longer of the current build was replaced, in milliseconds since 1970. */
type Replaced = ReadonlyMap<string, number>

const readList = async (folder: string): Promise<Replaced> => {
  try {
    const list: unknown = JSON.parse(await readFile(join(folder, listName), 'utf8'))
    if (typeof list !== 'object' || list === null) return new Map()
    return new Map(Object.entries(list).filter((entry) => typeof entry[1] === 'number'))
  } catch {
    // The first build, or one from before there was a list.
    return new Map()
  }
}

const namesIn = async (folder: string): Promise<string[]> => {
  try {
    return await readdir(folder)
  } catch {
    return []
  }
}

/**
 * Pages, the service worker, pictures have one version, the newest: what the new build has not written goes. Not before it
 * is written, for a running server serves this folder.
 *
 * @param startedAt when the new build began
 */
export const removeOldPages = async (folder: string, startedAt: number): Promise<void> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.startsWith(join(folder, assets)) && path !== join(folder, listName))
  for (const path of files)
    if ((await stat(path)).mtimeMs < startedAt) await rm(path, { force: true })
}

/**
 * Brings earlier assets into a new build's folder, and takes those away whose day is over.
 *
 * @param current names of the new build's assets
 * @param earlierFolder a build elsewhere, whose assets are taken too; null: only those in the folder itself
 * @returns the names of earlier assets that are kept, without their compressed copies
 */
export const keepEarlier = async (
  folder: string,
  current: ReadonlySet<string>,
  earlierFolder: string | null,
  now: number,
): Promise<Set<string>> => {
  const replaced = new Map<string, number>()
  await mkdir(join(folder, assets), { recursive: true })
  for (const source of [folder, ...(earlierFolder === null ? [] : [earlierFolder])]) {
    const known = await readList(source)
    for (const name of await namesIn(join(source, assets))) {
      const file = name.replace(copyEnding, '')
      if (current.has(file)) continue
      // In the current build until now: its day begins.
      const at = Math.max(known.get(file) ?? now, replaced.get(file) ?? 0)
      const path = join(folder, assets, name)
      if (now - at >= keptMilliseconds) await rm(path, { force: true })
      else {
        if (source !== folder) await copyFile(join(source, assets, name), path)
        replaced.set(file, at)
      }
    }
  }
  await writeFile(join(folder, listName), JSON.stringify(Object.fromEntries(replaced)))
  return new Set(replaced.keys())
}

export interface EarlierAssets {
  readonly plugin: Plugin
  /** Whether a file of the build's folder is of an earlier build; known once this one is written. */
  readonly isEarlier: (path: string) => boolean
}

/** @param earlierFolder of the build that is running, where it is not the folder built into */
export const earlierAssets = (earlierFolder: string | undefined): EarlierAssets => {
  let folder = ''
  let startedAt = 0
  let earlier: ReadonlySet<string> = new Set()
  return {
    isEarlier: (path) =>
      path.startsWith(`${assets}/`) &&
      earlier.has(path.slice(assets.length + 1).replace(copyEnding, '')),
    plugin: {
      name: 'sidep-earlier-assets',
      apply: 'build',
      configResolved(config) {
        folder = resolve(config.root, config.build.outDir)
      },
      buildStart() {
        startedAt = Date.now()
      },
      async writeBundle(_options, bundle) {
        const current = Object.keys(bundle)
          .filter((name) => name.startsWith(`${assets}/`))
          .map((name) => name.slice(assets.length + 1))
        const other = earlierFolder === undefined ? null : resolve(earlierFolder)
        await removeOldPages(folder, startedAt)
        earlier = await keepEarlier(folder, new Set(current), other, Date.now())
      },
    },
  }
}
