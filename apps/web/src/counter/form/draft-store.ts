import type { Vault } from '../../shared/storage/index.ts'
import { createStore, type Store } from '../../shared/store.ts'
import { type Draft, type DraftAction, draftReducer, newDraft, parseDraft } from './draft.ts'
import { createLatestWriter } from './latest-writer.ts'

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
  /** Whether a screening under this id was recorded here: the page may have ended before its draft left the device. */
  readonly isRecorded: (id: string) => boolean
  /** Calls back after what the browser is at now. */
  readonly later: (work: () => void) => void
  readonly storageFailed: (error: unknown) => void
}

/** The draft of this tab, on disk after every change: a reload in the middle of a name brings it back. */
export const openDraft = async ({
  vault,
  place,
  newId,
  device,
  isRecorded,
  later,
  storageFailed,
}: DraftStoreDependencies): Promise<DraftStore> => {
  const stored = parseDraft(await vault.get(place))
  const unrecorded = stored !== undefined && isRecorded(stored.id) ? undefined : stored
  const store = createStore<Draft>(unrecorded ?? newDraft(newId(), device))
  const write = async (): Promise<void> => {
    const { id, fields } = store.get()
    await vault.put(place, { id, fields })
  }
  const { save } = createLatestWriter(write, later, storageFailed)

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
      await write()
    },
  }
}

const slotsMax = 8
const draftPrefix = 'draft/'
const correctionPrefix = 'correction-draft/'
const draftPlace = (slot: number): string => draftPrefix + slot

/** Beside the draft of a tab: the correction that is typed in it. */
export const correctionPlaceOf = (place: string): string =>
  correctionPrefix + place.slice(draftPrefix.length)

/**
 * A place for this tab's draft that no other open tab holds, one with a draft left behind if there is one.
 * The lock ends with the tab.
 */
export const claimDraftPlace = async (
  vault: Vault,
  locks: LockManager | undefined,
): Promise<string> => {
  if (locks === undefined) return draftPlace(0)
  const places = Array.from({ length: slotsMax }, (_, slot) => draftPlace(slot))
  const stored = await vault.entries(draftPrefix, correctionPrefix)
  const kept = new Set(stored.map(({ key }) => key))
  const hasDraft = (place: string): boolean => kept.has(place) || kept.has(correctionPlaceOf(place))
  places.sort((a, b) => Number(hasDraft(b)) - Number(hasDraft(a)))
  for (const place of places) {
    if (await hold(locks, `sidep-counter-${place}`)) return place
  }
  return draftPlace(slotsMax)
}

/** Takes a lock until the tab closes; false when another tab has it. A browser that refuses locks is as one without them. */
const hold = (locks: LockManager, name: string): Promise<boolean> =>
  new Promise((resolve) => {
    locks
      .request(name, { ifAvailable: true }, (lock) => {
        resolve(lock !== null)
        return lock === null ? undefined : new Promise<never>(() => undefined)
      })
      .catch(() => resolve(true))
  })
