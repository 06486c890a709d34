/**
 * Takes over what codes say of the trust, for a machine without network: an index with what changed (`TX1:`), and tolerance
 * notices (`TN1:`). Only what the anchor signed and is newer comes in; what is in the folder stays otherwise.
 */
import {
  extensionPrefix,
  followIndex,
  type GatheredCodes,
  gatherCode,
  initialTrustState,
  noticeBytes,
  noticePrefix,
  openNotice,
  sha256Of,
  type TrustExtension,
} from '@sidep/trust'
import type { ImportOutcome } from './import-lists.ts'
import { raiseAlarm } from './imports.ts'
import {
  hasIndex,
  readFolderIndex,
  readIndexFile,
  readPartFile,
  writeNotice,
  writePinnedAnchor,
  writeTrustFolder,
} from './trust-folder.ts'

/** The codes in a text, one a line; none in the text of a list. */
export const codesIn = (text: string): readonly string[] =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line.startsWith(extensionPrefix) || line.startsWith(noticePrefix))

/** @param anchor whose word counts: SubjectPublicKeyInfo */
export const importCodes = async (
  folder: string,
  codes: readonly string[],
  anchor: Uint8Array,
  at: Date,
): Promise<readonly ImportOutcome[]> => {
  const outcomes: ImportOutcome[] = []
  let gathered: GatheredCodes | null = null
  let isWhole = false
  for (const code of codes) {
    if (code.startsWith(noticePrefix)) {
      outcomes.push(await importNotice(folder, code, anchor, at))
      continue
    }
    const next = await gatherCode(gathered, code)
    if (next.kind === 'whole') {
      outcomes.push(await importExtension(folder, next.extension, anchor, at))
      isWhole = true
    } else if (next.kind === 'broken') outcomes.push({ list: 'codes', code: 'EXTENSION_MALFORMED' })
    gathered = next.kind === 'more' ? next.gathered : null
  }
  if (gathered !== null && !isWhole) outcomes.push({ list: 'codes', code: 'EXTENSION_INCOMPLETE' })
  for (const { list, code } of outcomes) if (code !== null) await raiseAlarm(folder, at, list, code)
  return outcomes
}

const importNotice = async (
  folder: string,
  text: string,
  anchor: Uint8Array,
  at: Date,
): Promise<ImportOutcome> => {
  const bytes = noticeBytes(text)
  const notice = bytes.ok ? await openNotice(bytes.value, anchor) : bytes
  if (!bytes.ok || !notice.ok) {
    return { list: 'notice', code: notice.ok ? 'NOTICE_MALFORMED' : notice.code }
  }
  const { id, until } = notice.value
  if (new Date(until) <= at) return { list: `notice ${id}`, code: 'NOTICE_ENDED' }
  await writeNotice(folder, id, bytes.value)
  return { list: `notice ${id}`, code: null, entries: 1, asOf: at.toISOString() }
}

const importExtension = async (
  folder: string,
  { index, parts }: TrustExtension,
  anchor: Uint8Array,
  at: Date,
): Promise<ImportOutcome> => {
  const list = 'index'
  const carried = new Map<string, Uint8Array>()
  for (const bytes of parts) carried.set(await sha256Of(bytes), bytes)
  const held = async (sha256: string) => carried.get(sha256) ?? (await readPartFile(folder, sha256))
  const opened = await readFolderIndex(folder, anchor)
  const state = {
    ...initialTrustState(opened?.anchor ?? anchor),
    index: (await hasIndex(folder)) ? await readIndexFile(folder) : null,
    newest: opened && { number: opened.index.number, sha256: await sha256Of(opened.payload) },
  }
  const followed = await followIndex(state, index, held, at)
  if (followed.problem !== null) return { list, code: followed.problem }
  // The codes carry what ages within hours; the rest must be in the folder already.
  if (followed.adopted === null) return { list, code: 'EXTENSION_LACKS_PARTS' }
  const { parts: named, issuedAt } = followed.adopted.opened.index
  const isNamed = new Set(named.map(({ sha256 }) => sha256))
  await writeTrustFolder(
    folder,
    index,
    new Map([...carried].filter(([sha256]) => isNamed.has(sha256))),
  )
  await writePinnedAnchor(folder, followed.state.anchor)
  return { list, code: null, entries: named.length, asOf: issuedAt }
}
