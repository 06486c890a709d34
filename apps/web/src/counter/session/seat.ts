/** Whose is what was typed before a sign-in: it belongs to who signs in from the same tab, or says that it is theirs. */
import { bytesToBase64url } from '../../shared/device/base64url.ts'
import { type HeldEntry, heldEntries, isOfSitting, type Owner } from '../outbox/content.ts'
import { type CounterState, ownerOf } from '../state.ts'
import type { Store } from '../store.ts'
import type { Sittings } from './sitting.ts'

export interface SeatDependencies {
  readonly store: Store<CounterState>
  readonly sittings: Sittings
  readonly randomBytes: (count: number) => Uint8Array
  readonly claimEntries: (ids: readonly string[], owner: Owner) => Promise<void>
  /** What waits may be sent. */
  readonly wake: () => void
}

export interface Seat {
  /** From now on what is typed without a session belongs to whoever signs in from this tab. */
  readonly sitDown: () => void
  /** Somebody signed in: what was typed in this tab is theirs. */
  readonly standUp: () => Promise<void>
  /** Those of them that are nobody's are of who is signed in. */
  readonly claim: (isMine: (entry: HeldEntry) => boolean) => Promise<void>
}

export const createSeat = (dependencies: SeatDependencies): Seat => {
  const { store, sittings } = dependencies

  const claim = async (isMine: (entry: HeldEntry) => boolean): Promise<void> => {
    const current = ownerOf(store.get().session)
    if (current === null) return
    const mine = heldEntries(store.get().outbox.entries).filter(isMine)
    await dependencies.claimEntries(
      mine.map(({ id }) => id),
      current,
    )
    dependencies.wake()
  }

  return {
    claim,
    sitDown: () => {
      if (store.get().sitting !== null || store.get().session !== null) return
      const sitting = bytesToBase64url(dependencies.randomBytes(12))
      sittings.put(sitting)
      store.set((state) => ({ ...state, sitting }))
    },
    standUp: async () => {
      const { sitting } = store.get()
      await claim((entry) => isOfSitting(entry, sitting))
      sittings.put(null)
      store.set((state) => ({ ...state, sitting: null }))
    },
  }
}
