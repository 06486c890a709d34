import type { Vault } from '../../shared/storage/index.ts'
import { createStore, type Store } from '../../shared/store.ts'
import { type Draft, type DraftAction, draftReducer, newDraft, parseDraft } from './draft.ts'

export interface DraftStore extends Pick<Store<Draft>, 'get' | 'subscribe'> {
  readonly dispatch: (action: DraftAction) => void
  /** A new, empty draft for the next person; what was typed leaves the device. */
  readonly next: (device: string) => void
  /** A new id for the same fields: the server has another screening under the old one. */
  readonly renew: () => void
  /** What was typed before, to correct it: under its own id, or a new one when that was taken. Resolves once it is on disk. */
  readonly load: (draft: Draft, isIdTaken: boolean) => Promise<void>
}

export interface DraftStoreDependencies {
  readonly vault: Vault
  /** Where this tab's draft lives: two tabs must not type into one. */
  readonly place: string
  readonly newId: () => string
  readonly device: string
  readonly storageFailed: (error: unknown) => void
}

/**
 * The draft of this tab, on disk after every change: a reload in the middle of a name brings it back.
 * Writes follow one another; while one is under way, only the latest state waits.
 */
export const openDraft = async ({
  vault,
  place,
  newId,
  device,
  storageFailed,
}: DraftStoreDependencies): Promise<DraftStore> => {
  const stored = parseDraft(await vault.get(place))
  const store = createStore<Draft>(stored ?? newDraft(newId(), device))
  let isWriting = false
  let isDirty = false

  const write = async (): Promise<void> => {
    isWriting = true
    try {
      while (isDirty) {
        isDirty = false
        const { id, fields } = store.get()
        await vault.put(place, { id, fields })
      }
    } finally {
      isWriting = false
    }
  }
  const save = (): void => {
    isDirty = true
    if (!isWriting) write().catch(storageFailed)
  }

  return {
    get: store.get,
    subscribe: store.subscribe,
    dispatch: (action) => {
      store.set((draft) => draftReducer(draft, action))
      save()
    },
    next: (device) => {
      store.set(() => newDraft(newId(), device))
      save()
    },
    renew: () => {
      store.set((draft) => ({ ...draft, id: newId() }))
      save()
    },
    load: async (draft, isIdTaken) => {
      store.set(() => (isIdTaken ? { ...draft, id: newId() } : draft))
      const { id, fields } = store.get()
      await vault.put(place, { id, fields })
    },
  }
}

const slotsMax = 8

/**
 * A place for this tab's draft that no other open tab holds, one with a draft left behind if there is one.
 * The lock ends with the tab.
 */
export const claimDraftPlace = async (
  vault: Vault,
  locks: LockManager | undefined,
): Promise<string> => {
  const placeOf = (slot: number): string => `draft/${slot}`
  if (locks === undefined) return placeOf(0)
  const stored = await vault.entries('draft/')
  const withDraft = new Set(stored.map(({ key }) => key))
  const places = Array.from({ length: slotsMax }, (_, slot) => placeOf(slot)).sort(
    (a, b) => Number(withDraft.has(b)) - Number(withDraft.has(a)),
  )
  for (const place of places) {
    if (await hold(locks, `sidep-counter-${place}`)) return place
  }
  return placeOf(slotsMax)
}

/** Takes a lock until the tab closes; false when another tab has it. */
const hold = (locks: LockManager, name: string): Promise<boolean> =>
  new Promise((resolve, reject) => {
    locks
      .request(name, { ifAvailable: true }, (lock) => {
        resolve(lock !== null)
        return lock === null ? undefined : new Promise<never>(() => undefined)
      })
      .catch(reject)
  })
