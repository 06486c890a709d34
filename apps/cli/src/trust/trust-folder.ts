/** A folder that trust travels in: `index.cose` and `parts/SHA256`, as they are served. */
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bytesToBase64 } from '@sidep/encoding'
import {
  assembleContent,
  indexTimeFault,
  type OpenedIndex,
  readIndex,
  type TrustContent,
} from '@sidep/trust'
import { CommandFailure, exitCodes } from '../failure.ts'

export interface OpenedFolder extends OpenedIndex {
  readonly content: TrustContent
}

const indexFile = (folder: string): string => join(folder, 'index.cose')
const partFile = (folder: string, sha256: string): string => join(folder, 'parts', sha256)

export const readIfThere = async (file: string): Promise<Uint8Array | null> => {
  try {
    return await readFile(file)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

export const hasIndex = async (folder: string): Promise<boolean> =>
  (await readIfThere(indexFile(folder))) !== null

/** The signed index of a folder, whatever the clock says; null when it has none. @throws CommandFailure when it is not genuine */
export const readFolderIndex = async (
  folder: string,
  anchor: Uint8Array,
): Promise<OpenedIndex | null> => {
  const bytes = await readIfThere(indexFile(folder))
  if (bytes === null) return null
  const opened = await readIndex(bytes, anchor)
  if (opened.ok) return opened.value
  throw new CommandFailure(`${indexFile(folder)} is not to be relied on: ${opened.code}`)
}

/** As it was signed. @throws CommandFailure when there is none */
export const readIndexFile = async (folder: string): Promise<Uint8Array> => {
  const bytes = await readIfThere(indexFile(folder))
  if (bytes === null) {
    throw new CommandFailure(`${indexFile(folder)} is not there`, exitCodes.noInput)
  }
  return bytes
}

export const readPartFile = (folder: string, sha256: string): Promise<Uint8Array | null> =>
  readIfThere(partFile(folder, sha256))

/** Index and parts. @throws CommandFailure when they are not genuine, not whole or not of that time */
export const openTrustFolder = async (
  folder: string,
  anchor: Uint8Array,
  at: Date,
): Promise<OpenedFolder> => {
  const opened = await readFolderIndex(folder, anchor)
  if (opened === null) {
    throw new CommandFailure(`${indexFile(folder)} is not there`, exitCodes.noInput)
  }
  const fault = indexTimeFault(opened.index, at)
  if (fault !== null) throw new CommandFailure(`${folder} cannot be used then: ${fault}`)
  const content = await assembleContent(opened.index, (sha256) => readPartFile(folder, sha256))
  if (!content.ok) throw new CommandFailure(`${folder} is not whole: ${content.code}`)
  return { ...opened, content: content.value }
}

/** Parts first, and the index when they are all there: whoever reads in between reads what was there before. */
export const writeTrustFolder = async (
  folder: string,
  index: Uint8Array,
  parts: ReadonlyMap<string, Uint8Array>,
): Promise<void> => {
  await mkdir(join(folder, 'parts'), { recursive: true })
  for (const [sha256, bytes] of parts) await writeWhole(partFile(folder, sha256), bytes)
  await writeWhole(indexFile(folder), index)
}

/** A file that is there is whole. */
export const writeWhole = async (file: string, bytes: Uint8Array | string): Promise<void> => {
  await writeFile(`${file}.writing`, bytes)
  await rename(`${file}.writing`, file)
}

const anchorFile = (folder: string): string => join(folder, 'anchor.json')

/** Whose word counts in a folder that trust was carried into, as `/trust/anchor` says it. */
export const writePinnedAnchor = async (folder: string, spki: Uint8Array): Promise<void> => {
  await mkdir(folder, { recursive: true })
  await writeWhole(anchorFile(folder), JSON.stringify({ spki: bytesToBase64(spki) }))
}

/** The file of that; null where nothing was carried in. */
export const pinnedAnchorFile = async (folder: string): Promise<string | null> =>
  (await readIfThere(anchorFile(folder))) === null ? null : anchorFile(folder)

const noticesIn = (folder: string): string => join(folder, 'notices')

/** Signed notices that are to go out with the next index; one that is taken out of the folder ends. */
export const readNotices = async (folder: string): Promise<readonly Uint8Array[]> => {
  const names = await readdir(noticesIn(folder)).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  })
  const files = names.filter((name) => name.endsWith('.cose')).sort()
  return await Promise.all(files.map((name) => readFile(join(noticesIn(folder), name))))
}

/** @returns the file */
export const writeNotice = async (
  folder: string,
  id: string,
  bytes: Uint8Array,
): Promise<string> => {
  await mkdir(noticesIn(folder), { recursive: true })
  const file = join(noticesIn(folder), `${id.replaceAll(/[^\w-]/g, '-')}.cose`)
  await writeWhole(file, bytes)
  return file
}
