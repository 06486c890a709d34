import type { FolderKey } from '@sidep/server/issuance/key-folder.ts'
import { dayMilliseconds } from '@sidep/time'
import {
  type BundleSigner,
  type IndexedPart,
  limitsOf,
  loadSigner,
  sha256Of,
  signIndex,
  type TrustIndex,
  writeParts,
} from '@sidep/trust'
import { profiles } from '@sidep/verdict'
import { CommandFailure, exitCodes } from '../failure.ts'
import { ownLists, publicKeyInfo, readOwnKeys } from '../verify/signers.ts'
import { contentOfImports, type Imports, readImports } from './imports.ts'
import { readFolderIndex, readNotices, writeTrustFolder } from './trust-folder.ts'

/** Whoever gets nothing newer goes on for so long; ages of parts tell before. */
const validityMilliseconds = 60 * dayMilliseconds

/**
 * Signs what this installation trusts: its own keys, and what was imported into the folder.
 *
 * @param profile id of the rule profile in force; the verifiers' own when undefined
 */
export const exportTrust = async (
  folder: string,
  at: Date,
  profile: string | undefined,
): Promise<{ index: TrustIndex; bytes: number }> => {
  if (profile !== undefined && !profiles.some(({ id }) => id === profile)) {
    throw new CommandFailure(`a profile is one of ${profiles.map(({ id }) => id).join(', ')}`)
  }
  const { first, signer, successions } = await bundleSigner(at)
  // From the first of them: each has signed for the one after it.
  const before = await readFolderIndex(folder, anchorOf(first))
  const imports = await readImports(folder, at)
  const content = contentOfImports(imports, await ownLists())
  const notices = await readNotices(folder)
  const own = { ...content, notices, ...(profile !== undefined && { ruleProfile: profile }) }
  const byHash = new Map<string, Uint8Array>()
  const parts: IndexedPart[] = []
  for (const [name, bytes] of writeParts(own)) {
    const sha256 = await sha256Of(bytes)
    byHash.set(sha256, bytes)
    const asOf = (sourceTime(name, imports) ?? at).toISOString()
    parts.push({ name, sha256, bytes: bytes.length, asOf, ...limitsOf(name) })
  }
  const index: TrustIndex = {
    version: 1,
    number: (before?.index.number ?? 0) + 1,
    issuedAt: at.toISOString(),
    expiresAt: new Date(at.getTime() + validityMilliseconds).toISOString(),
    parts,
  }
  const signed = await signIndex(index, signer, successions)
  await writeTrustFolder(folder, signed, byHash)
  return { index, bytes: signed.length }
}

/** When what a part holds was last known to be so abroad; null for what is our own. */
export const sourceTime = (name: string, { keys, asOf }: Imports): Date | null => {
  if (name === 'revocations/foreign') return asOf('revocations')
  if (name === 'value-sets') return asOf('value-sets')
  const country = /^keys\/(.*)$/.exec(name)?.[1]
  return country !== undefined && keys.has(country) ? asOf('keys') : null
}

const anchorOf = ({ certificate }: FolderKey): Uint8Array => {
  const spki = publicKeyInfo(certificate)
  if (spki === null) throw new CommandFailure('the bundle signer’s certificate cannot be read')
  return spki
}

/** The bundle signer of then, whose private key must be in the key folder. */
export const bundleSigner = async (
  at: Date,
): Promise<{ first: FolderKey; signer: BundleSigner; successions: Uint8Array[] }> => {
  const keys = (await readOwnKeys()).filter(({ scope }) => scope === 'bundle')
  const due = keys.findLast(({ signsFrom }) => signsFrom === null || signsFrom <= at)
  if (due === undefined || due.privateKey === null) {
    throw new CommandFailure(
      'signing needs the bundle signer’s private key in KEYS_DIR: sidep keys makes one',
      exitCodes.unavailable,
    )
  }
  const loaded = await loadSigner(due.certificate)
  if (!loaded.ok) throw new CommandFailure(`the bundle signer cannot be read: ${loaded.code}`)
  const pkcs8 = new Uint8Array(due.privateKey)
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
  const key = await crypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign'])
  return {
    first: keys[0] ?? due,
    signer: {
      keyId: loaded.value.keyId,
      sign: async (bytes) =>
        new Uint8Array(
          await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, new Uint8Array(bytes)),
        ),
    },
    successions: keys.flatMap(({ succession }) => (succession === null ? [] : [succession])),
  }
}
