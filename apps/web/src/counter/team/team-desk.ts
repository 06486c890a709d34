/**
 * Who works under whose responsibility, as the portal says. Invariants:
 * 1. What is shown is what the portal last said; a grant or a withdrawal shows once it is acknowledged.
 * 2. An answer about another site, or asked for before an own act, is not shown.
 */
import {
  type DelegationInput,
  DelegationList,
  DelegationView,
  routes,
  type SessionView,
} from '@sidep/contracts'
import { type ApiClient, type ApiError, retryOf } from '../../shared/api/index.ts'
import { createStore, type Store } from '../store.ts'

export interface TeamState {
  readonly siteId: string | null
  /** Of the site, open and of the last month; null before the portal has said. */
  readonly here: readonly DelegationView[] | null
  /** For whom the person signed in may work; null before the portal has said. */
  readonly forMe: readonly DelegationView[] | null
  readonly error: ApiError | null
}

export interface TeamDesk {
  readonly store: Pick<Store<TeamState>, 'get' | 'subscribe'>
  readonly readHere: (siteId: string) => Promise<void>
  readonly readForMe: () => Promise<void>
  /** @returns null when it is granted */
  readonly grant: (input: DelegationInput) => Promise<ApiError | null>
  /** @returns null when it is withdrawn */
  readonly withdraw: (id: string) => Promise<ApiError | null>
}

export interface TeamDeskDependencies {
  readonly api: ApiClient
  readonly now: () => Date
  /** The portal no longer takes the session, or wants it confirmed. */
  readonly sessionTrouble: () => void
}

export const createTeamDesk = ({ api, now, sessionTrouble }: TeamDeskDependencies): TeamDesk => {
  const store = createStore<TeamState>({ siteId: null, here: null, forMe: null, error: null })
  let acts = 0

  const failed = (error: ApiError): ApiError => {
    if (retryOf(error) === 'after-sign-in') sessionTrouble()
    return error
  }

  return {
    store,
    readHere: async (siteId) => {
      if (store.get().siteId !== siteId)
        store.set((state) => ({ ...state, siteId, here: null, error: null }))
      const before = acts
      const answer = await api.get(routes.delegations, DelegationList)
      if (store.get().siteId !== siteId || acts !== before) return
      if (answer.ok)
        store.set((state) => ({ ...state, here: answer.value.delegations, error: null }))
      else {
        const error = failed(answer.error)
        store.set((state) => ({ ...state, error }))
      }
    },
    readForMe: async () => {
      store.set((state) => ({ ...state, forMe: null, error: null }))
      const answer = await api.get(routes.delegationsForMe, DelegationList)
      if (answer.ok)
        store.set((state) => ({ ...state, forMe: answer.value.delegations, error: null }))
      else {
        const error = failed(answer.error)
        store.set((state) => ({ ...state, error }))
      }
    },
    grant: async (input) => {
      const answer = await api.post(routes.delegations, input, DelegationView, {
        isSigned: true,
      })
      if (!answer.ok) return failed(answer.error)
      acts += 1
      store.set((state) => ({ ...state, here: [answer.value, ...(state.here ?? [])] }))
      return null
    },
    withdraw: async (id) => {
      const answer = await api.send(
        'DELETE',
        routes.delegation.replace(':id', encodeURIComponent(id)),
        undefined,
        { isSigned: true },
      )
      if (!answer.ok) return failed(answer.error)
      acts += 1
      const revokedAt = now().toISOString()
      store.set((state) => ({
        ...state,
        here: state.here?.map((one) => (one.id === id ? { ...one, revokedAt } : one)) ?? null,
      }))
      return null
    },
  }
}

/** The delegations that let somebody work at a moment; those that are over. */
export const byState = (
  delegations: readonly DelegationView[],
  now: Date,
): { readonly open: readonly DelegationView[]; readonly over: readonly DelegationView[] } => {
  const isOpen = ({ revokedAt, endsAt }: DelegationView): boolean =>
    revokedAt === null && Date.parse(endsAt) > now.getTime()
  return {
    open: delegations.filter(isOpen),
    over: delegations.filter((one) => !isOpen(one)),
  }
}

/** Whether who is signed in may let somebody work under their responsibility: in person only. */
export const mayDelegate = ({ operator, site }: SessionView): boolean =>
  site !== null && (operator === null || operator === undefined)
