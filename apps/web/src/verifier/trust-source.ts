import {
  indexTimeFault,
  openTrustState,
  type Trust,
  type TrustIndex,
  trustFrom,
  type UsableTrust,
} from '@sidep/trust'
import { profileNamed, type RuleProfile, withCarriedRules } from '@sidep/verdict'
import type { TrustStore } from './trust-store.ts'

/**
 * Where the verifier's trust comes from: the state machine of packages/trust, driven by what this device fetches and scans.
 * Invariants:
 * 1. The anchor comes with the page, and changes as `trust-anchor.ts` says: never by what a server answers.
 * 2. What arrives is written down whatever became of it: the number that was seen is never forgotten.
 * 3. It is fetched when the page opens and from time to time (`trust-renewal.ts`), never because something was scanned.
 */
export interface TrustData {
  readonly trust: Trust
  /** The rules in force, those that came with the parts included. */
  readonly profile: RuleProfile
  /** What the ages are told from. */
  readonly index: TrustIndex
}

/** Why there is nothing to verify with, or why what there is could not be renewed. */
export type TrustProblem =
  /** Never loaded, and the server does not answer. */
  | 'TRUST_UNAVAILABLE'
  /** Never loaded, and the page brings nobody's key: it was not served by a portal. */
  | 'TRUST_NO_ANCHOR'
  /** The server does not answer; what was loaded before is used. */
  | 'TRUST_NOT_RENEWED'
  /** Signed by another key than the one pinned. */
  | 'TRUST_OTHER_ANCHOR'
  /** Damaged, of another format, or not what was signed for. */
  | 'TRUST_UNREADABLE'
  | 'TRUST_EXPIRED'
  /** Made in this device's future: its clock is wrong. */
  | 'TRUST_CLOCK'
  /** Older than what this device has seen already, or another of the same number. */
  | 'TRUST_OLDER'

export interface TrustLoading {
  readonly data: TrustData | null
  readonly problem: TrustProblem | null
  /** Device clock minus server clock, when the server answered. */
  readonly clockDifferenceMilliseconds: number | null
}

export interface TrustDependencies {
  readonly fetch: (path: string, headers?: Readonly<Record<string, string>>) => Promise<Response>
  readonly store: TrustStore
  /** That the page brings, SubjectPublicKeyInfo; null where it brings none. */
  readonly anchor: Uint8Array | null
  readonly now: () => Date
}

/** What is on the device, without asking anybody: the page is usable at once. */
export const storedTrust = async (dependencies: TrustDependencies): Promise<TrustLoading> => {
  const state = await dependencies.store.readState()
  if (state === null) return trustOutcome(null, 'TRUST_UNAVAILABLE')
  const usable = await openTrustState(state, dependencies.store.part)
  if (usable === null) return trustOutcome(null, 'TRUST_UNAVAILABLE')
  return await loadingOf(usable, dependencies)
}

export const trustOutcome = (
  data: TrustData | null,
  problem: TrustProblem | null,
): TrustLoading => ({
  data,
  problem,
  clockDifferenceMilliseconds: null,
})

export const problemOfTime = {
  INDEX_EXPIRED: 'TRUST_EXPIRED',
  INDEX_NOT_YET_VALID: 'TRUST_CLOCK',
} as const

/** What a genuine index with its parts gives at this time. */
const loadingOf = async (
  { opened, content }: UsableTrust,
  { now }: TrustDependencies,
): Promise<TrustLoading> => {
  const { index, anchor } = opened
  const fault = indexTimeFault(index, now())
  if (fault !== null) return trustOutcome(null, problemOfTime[fault])
  const { profile, rejected } = withCarriedRules(
    profileNamed(content.ruleProfile),
    content.ruleSets,
    content.valueSets,
  )
  for (const code of rejected) console.warn('RULE_SET_LEFT_OUT', code)
  return trustOutcome({ trust: await trustFrom(content, index, anchor), profile, index }, null)
}
