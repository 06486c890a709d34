/** What was done to the whole site, as the portal says, and taking it back. */
import type { SiteNotice } from '@sidep/contracts'
import { listSiteNotices, undoSiteAct } from '@sidep/contracts/endpoints'
import {
  type ApiClient,
  type ApiError,
  createHeldAnswer,
  type HeldAnswer,
  type Portal,
} from '../../shared/api/index.ts'

interface SiteNoticeList {
  readonly notices: readonly SiteNotice[]
}

export interface SiteNotices {
  readonly store: HeldAnswer<string, SiteNoticeList>['store']
  readonly read: (siteId: string) => Promise<void>
  /** @returns null when it is taken back */
  readonly undo: (id: string) => Promise<ApiError | null>
}

export const createSiteNotices = (
  api: Pick<ApiClient, 'ask'>,
  portal: Portal,
  now: () => Date,
): SiteNotices => {
  const held = createHeldAnswer<string, SiteNoticeList>(() => api.ask(listSiteNotices), portal)
  return {
    store: held.store,
    read: held.read,
    undo: (id) =>
      held.act(
        () => api.ask(undoSiteAct, { params: { id } }),
        (list) => {
          const undoneAt = now().toISOString()
          const undone = (one: SiteNotice) => (one.id === id ? { ...one, undoneAt } : one)
          return list && { notices: list.notices.map(undone) }
        },
      ),
  }
}
