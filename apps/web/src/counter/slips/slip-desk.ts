/**
 * The counter's paper slips: taken from the portal, printed, listed, cancelled. Invariants:
 * 1. Slips that were given are kept on this device before anything is printed: their codes are not given twice.
 * 2. What is out is what the portal last said; nothing is guessed.
 */
import {
  routes,
  SlipCancellationAnswer,
  SlipList,
  SlipsAnswer,
  slipsPerCancellationMax,
  slipsPerSheetsMax,
  type WithdrawalReason,
} from '@sidep/contracts'
import { type Static, Type } from 'typebox'
import { Check } from 'typebox/schema'
import { type ApiClient, type ApiError, retryOf } from '../../shared/api/index.ts'
import type { Vault } from '../../shared/storage/index.ts'
import { createStore, type Store } from '../store.ts'
import { slipsPerPage } from './slips-per-page.ts'

const StoredPrint = Type.Object({ siteId: Type.String(), print: SlipsAnswer })

export type SlipOut = Static<typeof SlipList>['slips'][number]

export interface SlipDeskState {
  readonly siteId: string | null
  /** Null before the portal has said. */
  readonly out: readonly SlipOut[] | null
  readonly isTruncated: boolean
  /** The last slips taken here, to print again what did not come out. */
  readonly last: SlipsAnswer | null
  /** False when the browser refused to keep `last`: it is gone with the page. */
  readonly isLastKept: boolean
  readonly error: ApiError | null
}

export interface SlipDesk {
  readonly store: Pick<Store<SlipDeskState>, 'get' | 'subscribe'>
  /** Reads what is kept and what is out for a site. */
  readonly open: (siteId: string) => Promise<void>
  /** Takes so many pages of four. @returns the slips, or why there are none */
  readonly take: (pages: number) => Promise<SlipsAnswer | ApiError>
  /** Cancels these, or all of the site. @returns how many were still out, or what went wrong */
  readonly cancel: (
    serials: readonly string[] | 'all',
    reason: WithdrawalReason,
  ) => Promise<number | ApiError>
  /** Forgets the last print: it came out as it should. */
  readonly forgetLast: () => Promise<void>
}

export interface SlipDeskDependencies {
  readonly api: ApiClient
  readonly vault: Vault
  /** The portal no longer takes the session, or wants it confirmed. */
  readonly sessionTrouble: () => void
}

export const pagesMax = slipsPerSheetsMax / slipsPerPage

const placeOf = (siteId: string): string => `slips/${siteId}`

const initial: SlipDeskState = {
  siteId: null,
  out: null,
  isTruncated: false,
  last: null,
  isLastKept: true,
  error: null,
}

export const createSlipDesk = ({ api, vault, sessionTrouble }: SlipDeskDependencies): SlipDesk => {
  const store = createStore<SlipDeskState>(initial)

  const failed = (error: ApiError): ApiError => {
    if (retryOf(error) === 'after-sign-in') sessionTrouble()
    return error
  }

  const readOut = async (): Promise<void> => {
    const answer = await api.get(routes.slips, SlipList)
    if (answer.ok) {
      const { slips, truncated } = answer.value
      store.set((state) => ({ ...state, out: slips, isTruncated: truncated, error: null }))
    } else {
      const error = failed(answer.error)
      store.set((state) => ({ ...state, error }))
    }
  }

  const readLast = async (siteId: string): Promise<SlipsAnswer | null> => {
    const stored = await vault.get(placeOf(siteId))
    return Check(StoredPrint, stored) && stored.siteId === siteId ? stored.print : null
  }

  const keep = async (siteId: string, print: SlipsAnswer): Promise<boolean> => {
    try {
      await vault.put(placeOf(siteId), { siteId, print })
      return vault.durable
    } catch (error) {
      // A full disk: the slips are in hand all the same, and can be printed now.
      console.error('SLIPS_NOT_KEPT', error)
      return false
    }
  }

  return {
    store,
    open: async (siteId) => {
      if (store.get().siteId !== siteId) {
        const last = await readLast(siteId)
        store.set(() => ({ ...initial, siteId, last }))
      }
      await readOut()
    },
    take: async (pages) => {
      const { siteId } = store.get()
      if (siteId === null) throw new Error('slips are taken for a site')
      const answer = await api.post(routes.slips, { count: pages * slipsPerPage }, SlipsAnswer, {
        isSigned: true,
      })
      // Also when the answer was lost: what the portal gave is out, and the list says so.
      if (!answer.ok) {
        const error = failed(answer.error)
        await readOut()
        return error
      }
      const print = answer.value
      const isLastKept = await keep(siteId, print)
      store.set((state) => ({ ...state, last: print, isLastKept }))
      await readOut()
      return print
    },
    cancel: async (serials, reason) => {
      let cancelled = 0
      for (const body of cancellations(serials)) {
        const answer = await api.post(
          routes.slipCancellations,
          { ...body, reason },
          SlipCancellationAnswer,
          { isSigned: true },
        )
        if (!answer.ok) {
          const error = failed(answer.error)
          await readOut()
          return error
        }
        cancelled += answer.value.cancelled
      }
      await readOut()
      return cancelled
    },
    forgetLast: async () => {
      const { siteId } = store.get()
      if (siteId === null) return
      await vault.delete(placeOf(siteId))
      store.set((state) => ({ ...state, last: null }))
    },
  }
}

const cancellations = (serials: readonly string[] | 'all'): { serials?: string[] }[] =>
  serials === 'all'
    ? [{}]
    : Array.from({ length: Math.ceil(serials.length / slipsPerCancellationMax) }, (_, index) => ({
        serials: serials.slice(
          index * slipsPerCancellationMax,
          (index + 1) * slipsPerCancellationMax,
        ),
      }))

export interface SlipGroup {
  /** When they were taken; RFC 3339. */
  readonly issuedAt: string
  readonly expiresAt: string
  readonly isExpired: boolean
  readonly slips: readonly SlipOut[]
}

/** What is out, by print: slips of one print were given at one moment and end together. */
export const groupsOf = (out: readonly SlipOut[], now: Date): SlipGroup[] =>
  [...Map.groupBy(out, ({ issuedAt }) => issuedAt)].map(([issuedAt, slips]) => {
    const expiresAt = slips[0]?.expiresAt ?? issuedAt
    return { issuedAt, expiresAt, isExpired: Date.parse(expiresAt) <= now.getTime(), slips }
  })
