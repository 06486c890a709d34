/**
 * What was done to the whole site, as the portal says, and taking it back. Invariants:
 * 1. What is shown is what the portal last said of this site; an act shows as undone once that is acknowledged.
 */
import { routes, type SiteNotice, SiteNoticeList } from '@sidep/contracts'
import { type ApiClient, type ApiError, retryOf } from '../../shared/api/index.ts'
import { createStore, type Store } from '../store.ts'

export interface SiteState {
  readonly siteId: string | null
  readonly notices: readonly SiteNotice[]
}

export interface SiteDesk {
  readonly store: Pick<Store<SiteState>, 'get' | 'subscribe'>
  readonly read: (siteId: string) => Promise<void>
  /** @returns null when it is taken back */
  readonly undo: (id: string) => Promise<ApiError | null>
}

export interface SiteDeskDependencies {
  readonly api: Pick<ApiClient, 'get' | 'send'>
  readonly now: () => Date
  /** The portal no longer takes the session, or wants it confirmed. */
  readonly sessionTrouble: () => void
}

export const createSiteDesk = ({ api, now, sessionTrouble }: SiteDeskDependencies): SiteDesk => {
  const store = createStore<SiteState>({ siteId: null, notices: [] })
  return {
    store,
    read: async (siteId) => {
      if (store.get().siteId !== siteId) store.set(() => ({ siteId, notices: [] }))
      const answer = await api.get(routes.siteNotices, SiteNoticeList)
      if (!answer.ok || store.get().siteId !== siteId) return
      store.set(() => ({ siteId, notices: answer.value.notices }))
    },
    undo: async (id) => {
      const path = routes.siteNoticeUndoing.replace(':id', encodeURIComponent(id))
      const answer = await api.send('POST', path, {}, { isSigned: true })
      if (!answer.ok) {
        if (retryOf(answer.error) === 'after-sign-in') sessionTrouble()
        return answer.error
      }
      const undoneAt = now().toISOString()
      store.set((state) => ({
        ...state,
        notices: state.notices.map((one) => (one.id === id ? { ...one, undoneAt } : one)),
      }))
      return null
    },
  }
}
