/** Tolerance notices that the page shows: signed texts in the watcher's folder, checked against the portal's key. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { noticeBytes, openNotice, type ToleranceNotice } from '@sidep/trust'

const folderName = 'notices'
const noticesMax = 50
const noticeCharactersMax = 32 * 1024

export const noticeFile = (folder: string, name: string): string =>
  join(folder, folderName, `${name}.txt`)

/** What is genuine of them, oldest first; what is not is left out. */
export const readNotices = async (
  folder: string,
  anchor: Uint8Array | null,
): Promise<readonly ToleranceNotice[]> => {
  if (anchor === null) return []
  const names = await readdir(join(folder, folderName)).catch(() => [])
  const notices: ToleranceNotice[] = []
  for (const name of names.filter((one) => one.endsWith('.txt')).slice(0, noticesMax)) {
    const text = (await readFile(join(folder, folderName, name), 'utf8')).trim()
    if (text.length > noticeCharactersMax) continue
    const bytes = noticeBytes(text)
    const opened = bytes.ok ? await openNotice(bytes.value, anchor) : null
    if (opened?.ok === true) notices.push(opened.value)
  }
  return notices.toSorted((a, b) => a.from.localeCompare(b.from))
}
