import { agesOf, type TrustContent, trustFrom } from '@sidep/trust'
import { profileNamed, withCarriedRules } from '@sidep/verdict'
import { CommandFailure } from '../failure.ts'
import { type LoadedTrust, ownAnchor, ownLists, readAnchor } from '../verify/signers.ts'
import { contentOfImports, readImports } from './imports.ts'
import { hasIndex, openTrustFolder, pinnedAnchorFile, readNotices } from './trust-folder.ts'

/**
 * What to trust, from a folder: its signed index and parts where it has them, else what was imported into it, beside the
 * signers of this installation.
 */
export const loadTrustFolder = async (
  folder: string,
  anchor: string | undefined,
  at: Date,
): Promise<LoadedTrust> => {
  if (!(await hasIndex(folder))) {
    const imports = await readImports(folder, at)
    return await loaded(folder, contentOfImports(imports, await ownLists()), { parts: [] }, null)
  }
  const spki = await anchorFor(folder, anchor, at)
  const { content, index } = await openTrustFolder(folder, spki, at)
  const notices = [...content.notices, ...(await readNotices(folder))]
  for (const { name, state, ageSeconds } of agesOf(index, at)) {
    if (state !== 'fresh') {
      const hours = Math.floor(ageSeconds / 3600)
      console.error(`sidep: ${folder}: ${name} is ${hours} hours old`)
    }
  }
  return await loaded(folder, { ...content, notices }, index, spki)
}

/** The key that is given, or this installation's own, or the one that a folder was carried by. */
export const anchorFor = async (
  folder: string,
  anchor: string | undefined,
  at: Date,
): Promise<Uint8Array> => {
  const own = anchor === undefined ? await ownAnchor(at) : null
  const given = anchor ?? (own === null ? await pinnedAnchorFile(folder) : null)
  const spki = given === null ? own : await readAnchor(given)
  if (spki === null) throw new CommandFailure(`${folder} is signed: --anchor says by whom`)
  return spki
}

const loaded = async (
  folder: string,
  content: TrustContent,
  index: Parameters<typeof trustFrom>[1],
  anchor: Uint8Array | null,
): Promise<LoadedTrust> => {
  const trust = await trustFrom(content, index, anchor)
  const { ruleProfile, ruleSets, valueSets } = content
  const { profile, rejected } = withCarriedRules(profileNamed(ruleProfile), ruleSets, valueSets)
  for (const code of rejected) {
    console.error(`sidep: ${folder}: a rule set cannot be read and is left out: ${code}`)
  }
  for (const { list, index: at, code } of trust.rejected) {
    console.error(`sidep: ${folder}: ${list}[${at}] is left out: ${code}`)
  }
  return { trust, source: folder, profile }
}
