/**
 * The counter's paper slips: taken from the portal, printed, listed, cancelled. Invariants:
 * 1. Slips that were given are kept on this device before anything is printed: their codes are not given twice.
 * 2. What is out is what the portal last said; nothing is guessed.
 */
import {
  type SlipList,
  SlipsAnswer,
  slipsPerCancellationMax,
  slipsPerSheetsMax,
  type WithdrawalReason,
} from '@sidep/contracts'
import { cancelSlips, listSlips, printSlips } from '@sidep/contracts/endpoints'
import { type Static, Type } from 'typebox'
import { Check } from 'typebox/schema'
import {
  type ApiClient,
  type ApiError,
  createHeldAnswer,
  type HeldAnswer,
  type Portal,
} from '../../shared/api/index.ts'
import type { Vault } from '../../shared/storage/index.ts'
import { createStore, type Store } from '../../shared/store.ts'
import { slipsPerPage } from './slips-per-page.ts'

const StoredPrint = Type.Object({ siteId: Type.String(), print: SlipsAnswer })

export type SlipOut = Static<typeof SlipList>['slips'][number]

/** The last slips taken here, to print again what did not come out. */
interface LastPrint {
  readonly siteId: string | null
  readonly last: SlipsAnswer | null
  /** False when the browser refused to keep `last`: it is gone with the page. */
  readonly isLastKept: boolean
}

export interface SlipsState extends LastPrint {
  /** Null before the portal has said. */
  readonly out: readonly SlipOut[] | null
  readonly isTruncated: boolean
  readonly error: ApiError | null
}

export interface Slips {
  readonly print: Pick<Store<LastPrint>, 'get' | 'subscribe'>
  readonly out: HeldAnswer<string, Static<typeof SlipList>>['store']
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

export const pagesMax = slipsPerSheetsMax / slipsPerPage

const placeOf = (siteId: string): string => `slips/${siteId}`

export const createSlips = (api: Pick<ApiClient, 'ask'>, portal: Portal, vault: Vault): Slips => {
  const print = createStore<LastPrint>({ siteId: null, last: null, isLastKept: true })
  const out = createHeldAnswer<string, Static<typeof SlipList>>(() => api.ask(listSlips), portal)

  const site = (): string => {
    const { siteId } = print.get()
    if (siteId === null) throw new Error('slips are taken for a site')
    return siteId
  }

  const readLast = async (siteId: string): Promise<SlipsAnswer | null> => {
    const stored = await vault.get(placeOf(siteId))
    return Check(StoredPrint, stored) && stored.siteId === siteId ? stored.print : null
  }

  const keep = async (siteId: string, taken: SlipsAnswer): Promise<boolean> => {
    try {
      await vault.put(placeOf(siteId), { siteId, print: taken })
      return vault.durable
    } catch (error) {
      // A full disk: the slips are in hand all the same, and can be printed now.
      console.error('SLIPS_NOT_KEPT', error)
      return false
    }
  }

  return {
    print,
    out: out.store,
    open: async (siteId) => {
      if (print.get().siteId !== siteId) {
        const last = await readLast(siteId)
        print.set(() => ({ siteId, last, isLastKept: true }))
      }
      await out.read(siteId)
    },
    take: async (pages) => {
      const siteId = site()
      let taken: SlipsAnswer | null = null
      const error = await out.act(
        async () => {
          const answer = await api.ask(printSlips, { body: { count: pages * slipsPerPage } })
          if (answer.ok) taken = answer.value
          return answer
        },
        (list) => list,
      )
      if (taken !== null) {
        const last: SlipsAnswer = taken
        const isLastKept = await keep(siteId, last)
        print.set((state) => ({ ...state, last, isLastKept }))
      }
      // Also when the answer was lost: what the portal gave is out, and the list says so.
      await out.read(siteId)
      return taken ?? error ?? { kind: 'offline' }
    },
    cancel: async (serials, reason) => {
      const siteId = site()
      let cancelled = 0
      let failed: ApiError | null = null
      for (const body of cancellations(serials)) {
        failed = await out.act(
          () => api.ask(cancelSlips, { body: { ...body, reason } }),
          (list, answer) => {
            cancelled += answer.cancelled
            return list
          },
        )
        if (failed !== null) break
      }
      await out.read(siteId)
      return failed ?? cancelled
    },
    forgetLast: async () => {
      const { siteId } = print.get()
      if (siteId === null) return
      await vault.delete(placeOf(siteId))
      print.set((state) => ({ ...state, last: null }))
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
