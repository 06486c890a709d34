/**
 * What a device makes of what arrives: a poll's answer, parts, codes that it scanned. A pure state machine: whoever drives it
 * fetches, keeps parts by hash, and writes the state down (ADR 69).
 *
 * Invariants
 * - What is in use stays until something newer is whole, genuine and readable. Nothing that arrives takes anything away.
 * - The highest number ever seen is remembered whatever the clock says: a rolled back or forked index is none.
 * - The anchor moves with the index that a successor signed, and in no other way.
 */
import { bytesToHex } from '@sidep/encoding'
import { openNotice } from '../notices/tolerance-notice.ts'
import { assembleContent, type HeldParts, missingParts, sha256Of } from '../parts/assemble.ts'
import {
  type IndexedPart,
  indexTimeFault,
  type OpenedIndex,
  readIndex,
} from '../parts/trust-index.ts'
import { type TrustState, type UsableTrust, usableOf } from './trust-state.ts'

/** What came of a poll. `none`: no network, an error, a captive portal's page. */
export type PollAnswer =
  | { readonly kind: 'none' }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'index'; readonly bytes: Uint8Array; readonly tag: string | null }

export interface Followed {
  readonly state: TrustState
  /** Parts to fetch by hash and keep; then `adoptPending`. */
  readonly fetch: readonly IndexedPart[]
  /** What is used from now on; null: what was, still is. */
  readonly adopted: UsableTrust | null
  /**
   * Why what arrived was not taken over: NOT_ANSWERED, INDEX_SIGNATURE and the other codes of `readIndex`, INDEX_OLDER,
   * INDEX_FORKED, INDEX_EXPIRED, INDEX_NOT_YET_VALID, PART_MISMATCH, PART_MALFORMED.
   */
  readonly problem: string | null
}

const still = (state: TrustState, problem: string | null): Followed => ({
  state,
  fetch: [],
  adopted: null,
  problem,
})

/** After a poll. */
export const followPoll = async (
  state: TrustState,
  answer: PollAnswer,
  held: HeldParts,
  at: Date,
): Promise<Followed> => {
  if (answer.kind === 'none') {
    return still({ ...state, failures: state.failures + 1 }, 'NOT_ANSWERED')
  }
  const answered = { ...state, answeredAt: at.toISOString(), failures: 0 }
  if (answer.kind === 'unchanged') return await adoptPending(answered, held, at)
  const followed = await followIndex(state, answer.bytes, held, at)
  const { problem } = followed
  if (problem === null)
    return { ...followed, state: { ...followed.state, ...answeredWith(answer.tag, at) } }
  // Whatever came instead of the index: asked again sooner, and told.
  return { ...followed, state: { ...followed.state, failures: state.failures + 1 } }
}

const answeredWith = (tag: string | null, at: Date) => ({
  tag,
  answeredAt: at.toISOString(),
  failures: 0,
})

/** After an index came, by whatever way: a poll, a file, scanned codes. */
export const followIndex = async (
  state: TrustState,
  bytes: Uint8Array,
  held: HeldParts,
  at: Date,
): Promise<Followed> => {
  const read = await readIndex(bytes, state.anchor)
  if (!read.ok) return still(state, read.code)
  const next = read.value
  const fault = await newestFault(state, next)
  if (fault !== null) return still(state, fault)
  const newest = { number: next.index.number, sha256: await sha256Of(next.payload) }
  const seen: TrustState = { ...state, newest }
  const timeFault = indexTimeFault(next.index, at)
  // Seen, though not to be used now: what is older will not be used later either.
  if (timeFault !== null) return still(seen, timeFault)
  return await adoptPending({ ...seen, pending: bytes }, held, at)
}

const newestFault = async (
  { newest }: TrustState,
  next: OpenedIndex,
): Promise<'INDEX_OLDER' | 'INDEX_FORKED' | null> => {
  if (newest === null || next.index.number > newest.number) return null
  if (next.index.number < newest.number) return 'INDEX_OLDER'
  return (await sha256Of(next.payload)) === newest.sha256 ? null : 'INDEX_FORKED'
}

/** After parts came: takes the pending index over when it is whole. */
export const adoptPending = async (
  state: TrustState,
  held: HeldParts,
  at: Date,
): Promise<Followed> => {
  if (state.pending === null) return still(state, null)
  const dropped: TrustState = { ...state, pending: null, tag: null }
  const opened = await readIndex(state.pending, state.anchor)
  if (!opened.ok) return still(dropped, opened.code)
  const fault = indexTimeFault(opened.value.index, at)
  if (fault !== null) return still(dropped, fault)
  const fetch = await missingParts(opened.value.index, held)
  if (fetch.length > 0) return { state, fetch, adopted: null, problem: null }
  const content = await assembleContent(opened.value.index, held)
  if (!content.ok) return still(dropped, content.code)
  const taken: TrustState = {
    ...state,
    anchor: opened.value.anchor,
    index: state.pending,
    pending: null,
    notices: await noticesStill(state.notices, opened.value.anchor, at),
  }
  return {
    state: taken,
    fetch: [],
    adopted: usableOf(taken, opened.value, content.value),
    problem: null,
  }
}

const scannedNoticesMax = 16

/** Of those that were scanned, the ones whose time is not over. */
const noticesStill = async (
  notices: readonly Uint8Array[],
  anchor: Uint8Array,
  at: Date,
): Promise<readonly Uint8Array[]> => {
  const kept: Uint8Array[] = []
  for (const notice of notices) {
    const opened = await openNotice(notice, anchor)
    if (opened.ok && new Date(opened.value.until) > at) kept.push(notice)
  }
  return kept.slice(-scannedNoticesMax)
}

/**
 * After a notice was scanned from paper (`noticeBytes` of the text): it counts from now on, and stays until its end.
 *
 * @returns the state, or why it is none: NOTICE_SIGNATURE and the other codes of `openNotice`, NOTICE_ENDED
 */
export const followNotice = async (
  state: TrustState,
  notice: Uint8Array,
  at: Date,
): Promise<{ readonly state: TrustState; readonly problem: string | null }> => {
  const opened = await openNotice(notice, state.anchor)
  if (!opened.ok) return { state, problem: opened.code }
  if (new Date(opened.value.until) <= at) return { state, problem: 'NOTICE_ENDED' }
  const hex = bytesToHex(notice)
  if (state.notices.some((known) => bytesToHex(known) === hex)) return { state, problem: null }
  const notices = await noticesStill([...state.notices, notice], state.anchor, at)
  return { state: { ...state, notices }, problem: null }
}

/** Hashes of the parts that the state needs; a device may forget all others. */
export const neededParts = async (state: TrustState): Promise<ReadonlySet<string>> => {
  const needed = new Set<string>()
  for (const bytes of [state.index, state.pending]) {
    const opened = bytes === null ? null : await readIndex(bytes, state.anchor)
    if (opened?.ok !== true) continue
    for (const { sha256 } of opened.value.index.parts) needed.add(sha256)
  }
  return needed
}

/** Whether bytes are the part that was asked for: what is not is neither kept nor used. */
export const isPart = async (
  { sha256, bytes: length }: Pick<IndexedPart, 'sha256' | 'bytes'>,
  bytes: Uint8Array,
): Promise<boolean> => bytes.length === length && (await sha256Of(bytes)) === sha256
