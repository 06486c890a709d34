import { routes } from '@sidep/contracts'
import { base64ToBytes } from '@sidep/encoding'
import { type BundleContent, followBundle, loadTrust, type Trust } from '@sidep/trust'
import { profileNamed, type RuleProfile } from '@sidep/verdict'
import type { StoredTrust, TrustStore } from './trust-store.ts'

/**
 * Where the verifier's trust comes from. Invariants:
 * 1. The anchor is taken once, when the page is first opened. It is replaced by a successor that it signed for, step by
 *    step, and never by what a server says.
 * 2. Only a bundle signed under that anchor or its successor is used or stored.
 * 3. A bundle is never replaced by an older one: withdrawn certificates would come back to life.
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
export type TrustProblem =
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

export interface TrustLoading {
  readonly data: TrustData | null
  readonly problem: TrustProblem | null
  /** Device clock minus server clock, when the server answered. */
  readonly clockDifferenceMilliseconds: number | null
}

export interface TrustNeeds {
  readonly fetch: (path: string) => Promise<Response>
  readonly store: TrustStore
  readonly now: () => Date
}

/** 16 MiB, as the bundle's own bound. */
const bundleBytesMax = 16 * 1024 * 1024

/** What is on the device, without asking anybody: the page is usable at once. */
export async function storedTrust(needs: TrustNeeds): Promise<TrustLoading> {
  const stored = await needs.store.read()
  if (stored === null) return outcome(null, 'TRUST_UNAVAILABLE')
  const opened = await open(stored, needs.now())
  return opened.ok ? outcome(opened.data, null) : outcome(null, opened.problem)
}

/** Fetches the bundle, checks it under the pinned anchor (pinning it the first time), stores it if newer. */
export async function renewedTrust(needs: TrustNeeds): Promise<TrustLoading> {
  const before = await storedTrust(needs)
  const stored = await needs.store.read()
  // Without an answer the device keeps what it has, and says so; if it has nothing, it says why.
  const unanswered: TrustLoading =
    before.data === null ? before : { ...before, problem: 'TRUST_NOT_RENEWED' }
  const anchor = stored?.anchor ?? (await fetchAnchor(needs))
  if (anchor === null) return unanswered
  const answer = await fetchBytes(needs, routes.trustBundle)
  if (answer === null) return unanswered

  const { bytes, clockDifferenceMilliseconds } = answer
  const opened = await open({ anchor, bundle: bytes }, needs.now())
  if (!opened.ok) return { ...before, problem: opened.problem, clockDifferenceMilliseconds }
  const older = before.data !== null && opened.data.issuedAt < before.data.issuedAt
  if (older) return { ...before, clockDifferenceMilliseconds }
  await needs.store.write({ anchor: opened.anchor, bundle: bytes })
  return { ...outcome(opened.data, null), clockDifferenceMilliseconds }
}

const outcome = (data: TrustData | null, problem: TrustProblem | null): TrustLoading => ({
  data,
  problem,
  clockDifferenceMilliseconds: null,
})

type Opening =
  | { readonly ok: true; readonly data: TrustData; readonly anchor: Uint8Array }
  | { readonly ok: false; readonly problem: TrustProblem }

const problems: Readonly<Record<string, TrustProblem>> = {
  BUNDLE_SIGNATURE: 'TRUST_OTHER_ANCHOR',
  BUNDLE_ANCHOR: 'TRUST_OTHER_ANCHOR',
  BUNDLE_EXPIRED: 'TRUST_EXPIRED',
  BUNDLE_NOT_YET_VALID: 'TRUST_CLOCK',
}

async function open({ anchor, bundle }: StoredTrust, now: Date): Promise<Opening> {
  const opened = await followBundle(bundle, anchor, now)
  if (!opened.ok) return { ok: false, problem: problems[opened.code] ?? 'TRUST_UNREADABLE' }
  const { content, anchor: signer } = opened.value
  return { ok: true, data: await dataOf(content), anchor: signer }
}

async function dataOf(content: BundleContent): Promise<TrustData> {
  return {
    trust: await loadTrust(content),
    profile: profileNamed(content.ruleProfile),
    issuedAt: new Date(content.issuedAt),
    expiresAt: new Date(content.expiresAt),
  }
}

async function fetchAnchor(needs: TrustNeeds): Promise<Uint8Array | null> {
  const answer = await fetchBytes(needs, routes.trustAnchor)
  if (answer === null) return null
  const spki = base64ToBytes(spkiOf(new TextDecoder().decode(answer.bytes)))
  return spki.ok && spki.value.length > 0 ? spki.value : null
}

function spkiOf(json: string): string {
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
async function fetchBytes(needs: TrustNeeds, path: string): Promise<BytesAnswer | null> {
  try {
    const response = await needs.fetch(path)
    if (!response.ok || Number(response.headers.get('content-length') ?? 0) > bundleBytesMax) {
      return null
    }
    const bytes = new Uint8Array(await response.arrayBuffer())
    if (bytes.length > bundleBytesMax) return null
    const served = Date.parse(response.headers.get('date') ?? '')
    const difference = needs.now().getTime() - served
    return {
      bytes,
      clockDifferenceMilliseconds: Number.isNaN(difference) ? null : difference,
    }
  } catch {
    // fetch rejects when there is no network or the wait is over: what is stored is used.
    return null
  }
}
