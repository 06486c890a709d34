/**
 * The correction that is being typed in this tab, on the device after every change, as the draft of a new screening is: a
 * reload brings it back. Only what was typed is kept; the rest is read of the screening again.
 */
import { CorrectionReason, Result } from '@sidep/contracts'
import { type Static, Type } from 'typebox'
import { Check } from 'typebox/schema'
import type { Vault } from '../../shared/storage/index.ts'
import { createStore, type Store } from '../../shared/store.ts'
import { type DraftFields, parseDraft } from './draft.ts'
import { createLatestWriter } from './latest-writer.ts'

const Stored = Type.Object({
  /** Of the screening. */
  id: Type.String(),
  siteId: Type.String(),
  /** The fields that say otherwise than when the form was opened, as typed. */
  patch: Type.Unsafe<Partial<DraftFields>>({ type: 'object' }),
  /** Absent: as it was. */
  result: Type.Optional(Result),
  why: Type.Union([CorrectionReason, Type.Literal('auto')]),
})
export type BegunCorrection = Static<typeof Stored>

export interface BegunCorrections extends Pick<Store<BegunCorrection | null>, 'get' | 'subscribe'> {
  /** Null: it was sent, or given up. */
  readonly put: (begun: BegunCorrection | null) => void
}

/** What a form says otherwise than it began. */
export const patchOf = (before: DraftFields, fields: DraftFields): Partial<DraftFields> => {
  const old = new Map<string, unknown>(Object.entries(before))
  return Object.fromEntries(
    Object.entries(fields).filter(([name, value]) => old.get(name) !== value),
  )
}

/** Reads what is stored; null when it is none. Fields of another version are none. */
const parseBegunCorrection = (stored: unknown): BegunCorrection | null => {
  if (!Check(Stored, stored)) return null
  const read = parseDraft({ id: stored.id, fields: stored.patch })
  const fields = Object.entries(read?.fields ?? {})
  return {
    ...stored,
    patch: Object.fromEntries(fields.filter(([name]) => Object.hasOwn(stored.patch, name))),
  }
}

export interface BegunCorrectionDependencies {
  readonly vault: Vault
  readonly place: string
  readonly later: (work: () => void) => void
  readonly storageFailed: (error: unknown) => void
}

export const openBegunCorrection = async ({
  vault,
  place,
  later,
  storageFailed,
}: BegunCorrectionDependencies): Promise<BegunCorrections> => {
  const store = createStore(parseBegunCorrection(await vault.get(place)))
  const write = async (): Promise<void> => {
    const begun = store.get()
    await (begun === null ? vault.delete(place) : vault.put(place, begun))
  }
  const writer = createLatestWriter(write, later, storageFailed)
  return {
    get: store.get,
    subscribe: store.subscribe,
    put: (begun) => {
      if (begun === null && store.get() === null) return
      store.set(() => begun)
      writer.save()
    },
  }
}
