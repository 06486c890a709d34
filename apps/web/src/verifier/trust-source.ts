import { routes } from '@sidep/contracts'
import { base64ToBytes } from '@sidep/encoding'
import {
  adoptPending,
  type Followed,
  followPoll,
  type IndexedPart,
  indexTimeFault,
  initialTrustState,
  isPart,
  neededParts,
  openTrustState,
  type PollAnswer,
  type Trust,
  type TrustIndex,
  type TrustState,
  trustFrom,
  type UsableTrust,
} from '@sidep/trust'
import { profileNamed, type RuleProfile, withCarriedRules } from '@sidep/verdict'
import type { TrustStore } from './trust-store.ts'

/**
 * Where the verifier's trust comes from: the state machine of packages/trust, driven by what this device fetches and scans.
 * Invariants:
 * 1. The anchor is taken once, when the page is first opened. It is replaced by a successor that it signed for, and never
 *    by what a server says.
 * 2. What arrives is written down whatever became of it: the number that was seen is never forgotten.
 * 3. It is fetched when the page opens and from time to time, never because something was scanned.
 */
export interface TrustData {
  readonly trust: Trust
  /** The rules in force, those that came with the parts included. */
  readonly profile: RuleProfile
  /** What the ages are told from. */
  readonly index: TrustIndex
}

/** Why there is nothing to verify with, or why what there is could not be renewed. */
type TrustProblem =
  /** Never loaded, and the server does not answer. */
  | 'TRUST_UNAVAILABLE'
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
  readonly now: () => Date
}

/** 16 MiB, as the largest part. */
const answerBytesMax = 16 * 1024 * 1024

/** What is on the device, without asking anybody: the page is usable at once. */
export const storedTrust = async (dependencies: TrustDependencies): Promise<TrustLoading> => {
  const state = await dependencies.store.readState()
  if (state === null) return outcome(null, 'TRUST_UNAVAILABLE')
  const usable = await openTrustState(state, dependencies.store.part)
  if (usable === null) return outcome(null, 'TRUST_UNAVAILABLE')
  return await loadingOf(usable, dependencies)
}

/** Polls the index, fetches what changed, and takes it over when it is whole. */
export const renewedTrust = async (dependencies: TrustDependencies): Promise<TrustLoading> => {
  const { store, now } = dependencies
  const state = (await store.readState()) ?? (await pinnedState(dependencies))
  if (state === null) return outcome(null, 'TRUST_UNAVAILABLE')
  const { answer, clockDifferenceMilliseconds } = await poll(dependencies, state.tag)
  const followed = await withParts(await followPoll(state, answer, store.part, now()), dependencies)
  const loading = await storedTrust(dependencies)
  const problem = followed.problem === null ? loading.problem : problemOf(followed.problem)
  const isSilent = problem === 'TRUST_NOT_RENEWED' && loading.data === null
  return {
    data: loading.data,
    problem: isSilent ? (loading.problem ?? 'TRUST_UNAVAILABLE') : problem,
    clockDifferenceMilliseconds,
  }
}

/** Whether a text says something of the trust itself: no certificate waits for what follows the index. */
export const isTrustText = (text: string): boolean => trustText.test(text)

/** Tolerance notices and extensions of the trust, by their beginning; what reads them is a part by itself. */
const trustText = /^T[NX]1:/

/** Writes down what came of something that arrived, with the parts that it asks for. */
const withParts = async (first: Followed, dependencies: TrustDependencies): Promise<Followed> => {
  const { store, now } = dependencies
  // What it was seen to be is kept first: a page may be closed at any moment.
  await store.writeState(first.state)
  let followed = first
  if (first.fetch.length > 0) {
    await Promise.all(first.fetch.map((part) => fetchPart(part, dependencies)))
    followed = await adoptPending(first.state, store.part, now())
    await store.writeState(followed.state)
    if (followed.fetch.length > 0) return { ...followed, problem: 'NOT_ANSWERED' }
  }
  if (followed.adopted !== null) await store.keepOnly(await neededParts(followed.state))
  return followed
}

const fetchPart = async (part: IndexedPart, dependencies: TrustDependencies): Promise<void> => {
  const answer = await fetched(dependencies, routes.trustPart.replace(':id', part.sha256))
  const bytes = answer?.bytes ?? null
  // Without it the index waits, and what was in use stays.
  if (bytes !== null && (await isPart(part, bytes))) {
    await dependencies.store.keepPart(part.sha256, bytes)
  }
}

const poll = async (
  dependencies: TrustDependencies,
  tag: string | null,
): Promise<{ answer: PollAnswer; clockDifferenceMilliseconds: number | null }> => {
  const headers = tag === null ? {} : { 'if-none-match': tag }
  const answer = await fetched(dependencies, routes.trustIndex, headers)
  if (answer === null) return { answer: { kind: 'none' }, clockDifferenceMilliseconds: null }
  const { bytes, tag: given, clockDifferenceMilliseconds } = answer
  return {
    answer: bytes === null ? { kind: 'unchanged' } : { kind: 'index', bytes, tag: given },
    clockDifferenceMilliseconds,
  }
}

const outcome = (data: TrustData | null, problem: TrustProblem | null): TrustLoading => ({
  data,
  problem,
  clockDifferenceMilliseconds: null,
})

const problems: Readonly<Record<string, TrustProblem>> = {
  NOT_ANSWERED: 'TRUST_NOT_RENEWED',
  INDEX_SIGNATURE: 'TRUST_OTHER_ANCHOR',
  INDEX_ANCHOR: 'TRUST_OTHER_ANCHOR',
  INDEX_OLDER: 'TRUST_OLDER',
  INDEX_FORKED: 'TRUST_OLDER',
  INDEX_EXPIRED: 'TRUST_EXPIRED',
  INDEX_NOT_YET_VALID: 'TRUST_CLOCK',
}

const problemOf = (code: string): TrustProblem => problems[code] ?? 'TRUST_UNREADABLE'

/** What a genuine index with its parts gives at this time. */
const loadingOf = async (
  { opened, content }: UsableTrust,
  { now }: TrustDependencies,
): Promise<TrustLoading> => {
  const { index, anchor } = opened
  const fault = indexTimeFault(index, now())
  if (fault !== null) return outcome(null, problemOf(fault))
  const { profile, rejected } = withCarriedRules(
    profileNamed(content.ruleProfile),
    content.ruleSets,
    content.valueSets,
  )
  for (const code of rejected) console.warn('RULE_SET_LEFT_OUT', code)
  return outcome({ trust: await trustFrom(content, index, anchor), profile, index }, null)
}

/** On a device that never loaded anything: the anchor, pinned from now on. */
const pinnedState = async (dependencies: TrustDependencies): Promise<TrustState | null> => {
  const answer = await fetched(dependencies, routes.trustAnchor)
  if (answer === null || answer.bytes === null) return null
  const spki = base64ToBytes(spkiOf(new TextDecoder().decode(answer.bytes)))
  return spki.ok && spki.value.length > 0 ? initialTrustState(spki.value) : null
}

const spkiOf = (json: string): string => {
  try {
    const value: unknown = JSON.parse(json)
    const spki = typeof value === 'object' && value !== null && 'spki' in value ? value.spki : ''
    return typeof spki === 'string' ? spki : ''
  } catch {
    // A captive portal's page instead of our answer: no anchor.
    return ''
  }
}

interface FetchedAnswer {
  /** Null: what the device has is the newest. */
  readonly bytes: Uint8Array | null
  readonly tag: string | null
  readonly clockDifferenceMilliseconds: number | null
}

/** Null for every way of not getting it: no network, an error, something too large. */
const fetched = async (
  dependencies: TrustDependencies,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<FetchedAnswer | null> => {
  try {
    const response = await dependencies.fetch(path, headers)
    const served = Date.parse(response.headers.get('date') ?? '')
    const difference = dependencies.now().getTime() - served
    const told = {
      tag: response.headers.get('etag'),
      clockDifferenceMilliseconds: Number.isNaN(difference) ? null : difference,
    }
    if (response.status === 304) return { ...told, bytes: null }
    if (!response.ok || Number(response.headers.get('content-length') ?? 0) > answerBytesMax) {
      return null
    }
    const bytes = new Uint8Array(await response.arrayBuffer())
    return bytes.length > answerBytesMax ? null : { ...told, bytes }
  } catch {
    // fetch rejects when there is no network or the wait is over: what is stored is used.
    return null
  }
}
