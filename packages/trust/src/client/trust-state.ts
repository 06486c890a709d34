/** What a device keeps of trust, and what that gives: pure. How it changes says `follow.ts` (ADR 69). */
import { assembleContent, type HeldParts } from '../parts/assemble.ts'
import { type OpenedIndex, readIndex } from '../parts/trust-index.ts'
import type { TrustContent } from '../parts/trust-parts.ts'

/** All that a device keeps besides parts. Public data; nothing about scans. */
export interface TrustState {
  /** SubjectPublicKeyInfo, DER: whose word counts. Shipped with the application, and succeeded. */
  readonly anchor: Uint8Array
  /** Anchors that this device has had, SHA-256 in hexadecimal digits, for whoever lets an application bring another one. */
  readonly anchors?: readonly string[]
  /** The signed index in use; all its parts are held. */
  readonly index: Uint8Array | null
  /** A newer one, some of whose parts are still to come. */
  readonly pending: Uint8Array | null
  /** The newest genuine one that ever came, used or not: its number, and the SHA-256 of what was signed. */
  readonly newest: { readonly number: number; readonly sha256: string } | null
  /** What names the newest one to the server: `If-None-Match`. */
  readonly tag: string | null
  /** Signed tolerance notices that were scanned. */
  readonly notices: readonly Uint8Array[]
  /** When the server last answered with what counts, RFC 3339. */
  readonly answeredAt: string | null
  /** Polls since then that came to nothing. */
  readonly failures: number
}

export const initialTrustState = (anchor: Uint8Array): TrustState => ({
  anchor,
  index: null,
  pending: null,
  newest: null,
  tag: null,
  notices: [],
  answeredAt: null,
  failures: 0,
})

/** An index in use with what its parts hold: `trustFrom(content, opened.index, opened.anchor)` is the trust. */
export interface UsableTrust {
  readonly opened: OpenedIndex
  readonly content: TrustContent
}

/** What is on the device, without asking anybody; null when there is nothing whole. */
export const openTrustState = async (
  state: TrustState,
  held: HeldParts,
): Promise<UsableTrust | null> => {
  if (state.index === null) return null
  const opened = await readIndex(state.index, state.anchor)
  if (!opened.ok) return null
  const content = await assembleContent(opened.value.index, held)
  return content.ok ? usableOf(state, opened.value, content.value) : null
}

export const usableOf = (
  state: TrustState,
  opened: OpenedIndex,
  content: TrustContent,
): UsableTrust => ({
  opened,
  content: { ...content, notices: [...content.notices, ...state.notices] },
})
