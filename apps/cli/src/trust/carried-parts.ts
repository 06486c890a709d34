/** What goes out with the portal's own index: what others publish, and the notices of the folder. */
import type { CarriedPart } from '@sidep/server/revocation/index-store.ts'
import { writeParts } from '@sidep/trust'
import { sourceTime } from './export-trust.ts'
import { contentOfImports, readImports } from './imports.ts'
import { readNotices } from './trust-folder.ts'

/** The portal's own: it says these itself. */
const own = new Set(['twoddoc', 'continuity'])

/** @param at what carries no time of its own is of then */
export const carriedParts = async (folder: string, at: Date): Promise<readonly CarriedPart[]> => {
  const imports = await readImports(folder, at)
  const notices = await readNotices(folder)
  const content = contentOfImports(imports, { keys: new Map(), twoddoc: [] })
  return [...writeParts({ ...content, notices })]
    .filter(([name]) => !own.has(name))
    .map(([name, bytes]) => ({ name, bytes, asOf: sourceTime(name, imports) ?? at }))
}
