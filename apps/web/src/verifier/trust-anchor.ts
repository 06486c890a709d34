/**
 * Whose word counts on this device (ADR 81). The anchor comes with the page itself, which the portal that serves it wrote it
 * into: no answer of a server is believed because it came first.
 *
 * Invariants
 * - An anchor is replaced by a successor that it signed for; or, when what is served leads to it no more, by the one that
 *   another version of the page brings.
 * - None that this device has had comes back: an old page in a cache leads nobody back to a key that was left.
 */
import { type Followed, initialTrustState, sha256Of, type TrustState } from '@sidep/trust'
import type { TrustStore } from './trust-store.ts'

interface Held {
  readonly store: TrustStore
  /** That the page brings; null where it brings none. */
  readonly anchor: Uint8Array | null
}

/** More than anybody changes keys on one device. */
const anchorsMax = 64

/** What the device has, else where it begins by its page's anchor; null where it has neither. */
export const stateOrFirst = async ({ store, anchor }: Held): Promise<TrustState | null> =>
  (await store.readState()) ?? (anchor && initialTrustState(anchor))

/** With the anchor in use written down among those that this device has had. */
export const withAnchorKnown = async (state: TrustState): Promise<TrustState> => {
  const anchors = new Set([...(state.anchors ?? []), await sha256Of(state.anchor)])
  return { ...state, anchors: [...anchors].slice(-anchorsMax) }
}

const isOtherAnchor = ({ problem }: Followed): boolean =>
  problem === 'INDEX_SIGNATURE' || problem === 'INDEX_ANCHOR'

/**
 * The state to begin anew with, after a poll that led away from the anchor in use: that of an anchor which the page brings
 * and this device never had. Null: what is in use stays.
 */
export const begunAnew = async (
  followed: Followed,
  shipped: Uint8Array | null,
): Promise<TrustState | null> => {
  if (shipped === null || !isOtherAnchor(followed)) return null
  const { anchors = [] } = await withAnchorKnown(followed.state)
  return anchors.includes(await sha256Of(shipped))
    ? null
    : { ...initialTrustState(shipped), anchors }
}
