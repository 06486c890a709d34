/**
 * Tolerance notices that the page shows: signed texts in the watcher's folder, and those of the index that verifiers follow, kept
 * there too for when the portal is away. Each is checked against the portal's key.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { base64ToBytes, bytesToBase64 } from '@sidep/encoding'
import { noticeBytes, openNotice, type ToleranceNotice } from '@sidep/trust'
import { writeWhole } from './store.ts'

const folderName = 'notices'
const noticesMax = 50
const noticeCharactersMax = 32 * 1024

export const noticeFile = (folder: string, name: string): string =>
  join(folder, folderName, `${name}.txt`)

const carriedFile = (folder: string): string => join(folder, folderName, 'carried.json')

/** Keeps those of the index, in the place of those of before. */
export const keepCarried = (folder: string, notices: readonly Uint8Array[]): Promise<void> =>
  writeWhole(carriedFile(folder), JSON.stringify(notices.slice(0, noticesMax).map(bytesToBase64)))

const readCarried = async (folder: string): Promise<Uint8Array[]> => {
  try {
    const texts: unknown = JSON.parse(await readFile(carriedFile(folder), 'utf8'))
    if (!Array.isArray(texts)) return []
    return texts.flatMap((text) => {
      const bytes = base64ToBytes(String(text))
      return bytes.ok ? [bytes.value] : []
    })
  } catch {
    // None yet.
    return []
  }
}

/** What is genuine of them, each once, oldest first; what is not is left out. */
export const readNotices = async (
  folder: string,
  anchor: Uint8Array | null,
): Promise<readonly ToleranceNotice[]> => {
  if (anchor === null) return []
  const names = await readdir(join(folder, folderName)).catch(() => [])
  const signed = await readCarried(folder)
  for (const name of names.filter((one) => one.endsWith('.txt')).slice(0, noticesMax)) {
    const text = (await readFile(join(folder, folderName, name), 'utf8')).trim()
    if (text.length > noticeCharactersMax) continue
    const bytes = noticeBytes(text)
    if (bytes.ok) signed.push(bytes.value)
  }
  const notices = new Map<string, ToleranceNotice>()
  for (const bytes of signed) {
    const opened = await openNotice(bytes, anchor)
    if (opened.ok) notices.set(opened.value.id, opened.value)
  }
  return [...notices.values()].toSorted((a, b) => a.from.localeCompare(b.from))
}
