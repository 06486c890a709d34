import { routes } from '@sidep/contracts'
import { base64ToBytes } from '@sidep/encoding'
import {
  type BundleContent,
  bundleTimeFault,
  loadTrust,
  readBundle,
  type Trust,
} from '@sidep/trust'
import { profileNamed, type RuleProfile } from '@sidep/verdict'
import type { StoredTrust, TrustStore } from './trust-store.ts'

/**
 * Where the verifier's trust comes from. Invariants:
 * 1. The anchor is taken once, when the page is first opened. It is replaced by a successor that it signed for, step by
 *    step, and never by what a server says.
 * 2. Only a bundle signed under that anchor or its successor is used or stored.
 * 3. A bundle older than the newest ever seen is refused, whatever the clock says and whether or not the newest could
 *    be used: withdrawn certificates would come back to life.
 * 4. It is fetched when the page opens and from time to time, never because something was scanned.
 */
export interface TrustData {
  readonly trust: Trust
  /** The rules in force, as the bundle says. */
  readonly profile: RuleProfile
  readonly issuedAt: Date
  readonly expiresAt: Date
}

/** Why there is nothing to verify with, or why what there is could not be renewed. */
type TrustProblem =
  /** Never loaded, and the server does not answer. */
  | 'TRUST_UNAVAILABLE'
  /** The server does not answer; what was loaded before is used. */
  | 'TRUST_NOT_RENEWED'
  /** Signed by another key than the one pinned. */
  | 'TRUST_OTHER_ANCHOR'
  /** Damaged, of another format, or too large. */
  | 'TRUST_UNREADABLE'
  | 'TRUST_EXPIRED'
  /** Made in this device's future: its clock is wrong. */
  | 'TRUST_CLOCK'
  /** Older than what this device has seen already. */
  | 'TRUST_OLDER'

export interface TrustLoading {
  readonly data: TrustData | null
  readonly problem: TrustProblem | null
  /** Device clock minus server clock, when the server answered. */
  readonly clockDifferenceMilliseconds: number | null
}

export interface TrustDependencies {
  readonly fetch: (path: string) => Promise<Response>
  readonly store: TrustStore
  readonly now: () => Date
}

/** 16 MiB, as the bundle's own bound. */
const bundleBytesMax = 16 * 1024 * 1024

/** What is on the device, without asking anybody: the page is usable at once. */
export const storedTrust = async (dependencies: TrustDependencies): Promise<TrustLoading> => {
  const stored = await dependencies.store.read()
  if (stored === null) return outcome(null, 'TRUST_UNAVAILABLE')
  const read = await readBundle(stored.bundle, stored.anchor)
  return read.ok
    ? await usable(read.value.content, dependencies.now())
    : outcome(null, problemOf(read.code))
}

/** Fetches the bundle, checks it under the pinned anchor (pinning it the first time), stores it if newer. */
export const renewedTrust = async (dependencies: TrustDependencies): Promise<TrustLoading> => {
  const before = await storedTrust(dependencies)
  const stored = await dependencies.store.read()
  // Without an answer the device keeps what it has, and says so; if it has nothing, it says why.
  const unanswered: TrustLoading =
    before.data === null ? before : { ...before, problem: 'TRUST_NOT_RENEWED' }
  const anchor = stored?.anchor ?? (await fetchAnchor(dependencies))
  if (anchor === null) return unanswered
  const answer = await fetchBytes(dependencies, routes.trustBundle)
  if (answer === null) return unanswered

  const { bytes, clockDifferenceMilliseconds } = answer
  const refusedFor = (problem: TrustProblem): TrustLoading => ({
    ...before,
    problem,
    clockDifferenceMilliseconds,
  })
  const read = await readBundle(bytes, anchor)
  if (!read.ok) return refusedFor(problemOf(read.code))
  const { content } = read.value
  if (Date.parse(content.issuedAt) < (await newestSeen(stored))) return refusedFor('TRUST_OLDER')

  const loading = await usable(content, dependencies.now())
  const arrived = { anchor: read.value.anchor, bundle: bytes, newestIssuedAt: content.issuedAt }
  if (loading.problem === null) {
    await dependencies.store.write(arrived)
    return { ...loading, clockDifferenceMilliseconds }
  }
  // Seen, though not to be used now: what is older will not be used later either.
  await dependencies.store.write(
    stored === null ? arrived : { ...stored, newestIssuedAt: content.issuedAt },
  )
  return refusedFor(loading.problem)
}

/** When the newest bundle was made that ever came under the pinned anchor; at no time when there was none. */
const newestSeen = async (stored: StoredTrust | null): Promise<number> => {
  if (stored === null) return Number.NEGATIVE_INFINITY
  if (stored.newestIssuedAt !== undefined) return Date.parse(stored.newestIssuedAt)
  // Stored before this was noted down.
  const read = await readBundle(stored.bundle, stored.anchor)
  return read.ok ? Date.parse(read.value.content.issuedAt) : Number.NEGATIVE_INFINITY
}

const outcome = (data: TrustData | null, problem: TrustProblem | null): TrustLoading => ({
  data,
  problem,
  clockDifferenceMilliseconds: null,
})

const problems: Readonly<Record<string, TrustProblem>> = {
  BUNDLE_SIGNATURE: 'TRUST_OTHER_ANCHOR',
  BUNDLE_ANCHOR: 'TRUST_OTHER_ANCHOR',
  BUNDLE_EXPIRED: 'TRUST_EXPIRED',
  BUNDLE_NOT_YET_VALID: 'TRUST_CLOCK',
}

const problemOf = (code: string): TrustProblem => problems[code] ?? 'TRUST_UNREADABLE'

/** What a genuine bundle gives at this time. */
const usable = async (content: BundleContent, now: Date): Promise<TrustLoading> => {
  const fault = bundleTimeFault(content, now)
  if (fault !== null) return outcome(null, problemOf(fault))
  const data = await dataOf(content)
  // With half a revocation list nothing would be accepted: the last whole one stays, and somebody is told.
  return data.trust.revocationsReadable ? outcome(data, null) : outcome(null, 'TRUST_UNREADABLE')
}

const dataOf = async (content: BundleContent): Promise<TrustData> => ({
  trust: await loadTrust(content),
  profile: profileNamed(content.ruleProfile),
  issuedAt: new Date(content.issuedAt),
  expiresAt: new Date(content.expiresAt),
})

const fetchAnchor = async (dependencies: TrustDependencies): Promise<Uint8Array | null> => {
  const answer = await fetchBytes(dependencies, routes.trustAnchor)
  if (answer === null) return null
  const spki = base64ToBytes(spkiOf(new TextDecoder().decode(answer.bytes)))
  return spki.ok && spki.value.length > 0 ? spki.value : null
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

interface BytesAnswer {
  readonly bytes: Uint8Array
  readonly clockDifferenceMilliseconds: number | null
}

/** Null for every way of not getting it: no network, an error, something too large. */
const fetchBytes = async (
  dependencies: TrustDependencies,
  path: string,
): Promise<BytesAnswer | null> => {
  try {
    const response = await dependencies.fetch(path)
    if (!response.ok || Number(response.headers.get('content-length') ?? 0) > bundleBytesMax) {
      return null
    }
    const bytes = new Uint8Array(await response.arrayBuffer())
    if (bytes.length > bundleBytesMax) return null
    const served = Date.parse(response.headers.get('date') ?? '')
    const difference = dependencies.now().getTime() - served
    return {
      bytes,
      clockDifferenceMilliseconds: Number.isNaN(difference) ? null : difference,
    }
  } catch {
    // fetch rejects when there is no network or the wait is over: what is stored is used.
    return null
  }
}
