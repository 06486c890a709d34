/** What codes say of the trust itself, scanned and shown: loaded once the page stands, before anybody scans one. */
import {
  extensionOf,
  extensionPrefix,
  extensionTexts,
  followIndex,
  followNotice,
  type GatheredCodes,
  gatherCode,
  neededParts,
  noticeBytes,
  noticePrefix,
  openTrustState,
  sha256Of,
  type TrustExtension,
} from '@sidep/trust'
import { stateOrFirst } from './trust-anchor.ts'
import type { TrustDependencies } from './trust-source.ts'

/** What a scanned text of the trust's own kinds came to. */
export type TrustScan =
  /** No such text: it is a certificate's, or nobody's. */
  | { readonly kind: 'none' }
  /** A tolerance notice, in force from now on. */
  | { readonly kind: 'notice' }
  /** One of several codes of an extension. */
  | { readonly kind: 'more'; readonly gathered: GatheredCodes; readonly missing: readonly number[] }
  /** All codes of an extension came, and it was taken over, or was known already. */
  | { readonly kind: 'extended' }
  /** It carries less than this device lacks: the index is kept, and waits for its parts. */
  | { readonly kind: 'incomplete' }
  /** Of these kinds, and nothing was taken from it. */
  | { readonly kind: 'refused'; readonly problem: string; readonly gathered: GatheredCodes | null }

/** Takes a scanned notice or code of an extension over; what is neither is left to the verdict. */
export const scannedTrust = async (
  text: string,
  before: GatheredCodes | null,
  dependencies: TrustDependencies,
): Promise<TrustScan> => {
  if (text.startsWith(noticePrefix)) return await scannedNotice(text, before, dependencies)
  if (!text.startsWith(extensionPrefix)) return { kind: 'none' }
  const gathered = await gatherCode(before, text)
  switch (gathered.kind) {
    case 'other':
      return { kind: 'none' }
    case 'broken':
      return { kind: 'refused', problem: 'EXTENSION_MALFORMED', gathered: gathered.gathered }
    case 'more':
      return gathered
    case 'whole':
      return await extended(gathered.extension, dependencies)
  }
}

const scannedNotice = async (
  text: string,
  gathered: GatheredCodes | null,
  dependencies: TrustDependencies,
): Promise<TrustScan> => {
  const { store, now } = dependencies
  const notice = noticeBytes(text)
  if (!notice.ok) return { kind: 'refused', problem: notice.code, gathered }
  const state = await stateOrFirst(dependencies)
  if (state === null) return { kind: 'refused', problem: 'TRUST_NO_ANCHOR', gathered }
  const followed = await followNotice(state, notice.value, now())
  if (followed.problem !== null) return { kind: 'refused', problem: followed.problem, gathered }
  await store.writeState(followed.state)
  return { kind: 'notice' }
}

const extended = async (
  { index, parts }: TrustExtension,
  dependencies: TrustDependencies,
): Promise<TrustScan> => {
  const { store, now } = dependencies
  const state = await stateOrFirst(dependencies)
  if (state === null) return { kind: 'refused', problem: 'TRUST_NO_ANCHOR', gathered: null }
  const carried = new Map<string, Uint8Array>()
  for (const bytes of parts) carried.set(await sha256Of(bytes), bytes)
  const held = async (sha256: string) => carried.get(sha256) ?? (await store.part(sha256))
  const followed = await followIndex(state, index, held, now())
  if (followed.problem !== null) {
    await store.writeState(followed.state)
    return { kind: 'refused', problem: followed.problem, gathered: null }
  }
  const needed = await neededParts(followed.state)
  // Only what a signed index names is kept.
  for (const [sha256, bytes] of carried) if (needed.has(sha256)) await store.keepPart(sha256, bytes)
  await store.writeState(followed.state)
  return { kind: followed.fetch.length > 0 ? 'incomplete' : 'extended' }
}

/** What ages within hours; keys, rules and value sets of a device of yesterday are those of today, or it fetches them itself. */
const isShared = (name: string): boolean =>
  name.startsWith('revocations/') || name === 'continuity' || name === 'notices'

/** The index in use with what may have changed since yesterday, as texts of codes; null when there is nothing. */
export const sharedTrust = async ({
  store,
}: TrustDependencies): Promise<readonly string[] | null> => {
  const state = await store.readState()
  if (state === null || state.index === null) return null
  const usable = await openTrustState(state, store.part)
  if (usable === null) return null
  const { parts } = usable.opened.index
  const left = new Set(parts.filter(({ name }) => !isShared(name)).map(({ sha256 }) => sha256))
  return await extensionTexts(await extensionOf({ bytes: state.index, parts }, left, store.part))
}
