/** Whose is what was typed before a sign-in: it belongs to who signs in from the same tab, or says that it is theirs. */
import { bytesToBase64url } from '@sidep/encoding'
import type { Store } from '../../shared/store.ts'
import { type HeldEntry, heldEntries, isOfAnonymousDraft, type Owner } from '../outbox/content.ts'
import { type CounterState, ownerOf } from '../state.ts'
import type { TabDraft } from './tab-draft.ts'

export interface AnonymousDraftDependencies {
  readonly store: Store<CounterState>
  readonly tabDraft: TabDraft
  readonly randomBytes: (count: number) => Uint8Array
  readonly claimEntries: (ids: readonly string[], owner: Owner) => Promise<void>
  /** What waits may be sent. */
  readonly send: () => void
}

export interface AnonymousDraft {
  /** From now on what is typed without a session belongs to whoever signs in from this tab. */
  readonly begin: () => void
  /** Somebody signed in: what was typed in this tab is theirs. */
  readonly claimOwn: () => Promise<void>
  /** What is nobody's, wherever it was typed, is of who is signed in. */
  readonly claimAll: () => Promise<void>
}

export const createAnonymousDraft = (dependencies: AnonymousDraftDependencies): AnonymousDraft => {
  const { store, tabDraft } = dependencies

  const claim = async (isMine: (entry: HeldEntry) => boolean): Promise<void> => {
    const current = ownerOf(store.get().session)
    if (current === null) return
    const mine = heldEntries(store.get().outbox.entries).filter(isMine)
    await dependencies.claimEntries(
      mine.map(({ id }) => id),
      current,
    )
    dependencies.send()
  }

  return {
    claimAll: () => claim((entry) => entry.owner === null),
    begin: () => {
      if (store.get().anonymousDraft !== null || store.get().session !== null) return
      const draft = bytesToBase64url(dependencies.randomBytes(12))
      tabDraft.put(draft)
      store.set((state) => ({ ...state, anonymousDraft: draft }))
    },
    claimOwn: async () => {
      const { anonymousDraft } = store.get()
      await claim((entry) => isOfAnonymousDraft(entry, anonymousDraft))
      tabDraft.put(null)
      store.set((state) => ({ ...state, anonymousDraft: null }))
    },
  }
}
