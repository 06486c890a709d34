/**
 * Every write of a page says which session, person and site its screen shows: the cookie belongs to the whole browser,
 * and another tab may have changed it since. A server refuses what does not fit (`SESSION_DIFFERS`).
 */
import type { SessionView } from './session.ts'

/** Request header; the value is made by `writeShown`. */
export const shownHeader = 'sidep-shown'

export interface ShownSession {
  readonly sessionId: string
  /** Who is responsible: the one in whose name is recorded. */
  readonly professionalId: string
  readonly siteId: string | null
}

/** @example writeShown({ sessionId: 's1', professionalId: '899700075122', siteId: null }) === 's1 899700075122 -' */
export const writeShown = ({ sessionId, professionalId, siteId }: ShownSession): string =>
  [sessionId, professionalId, siteId ?? '-'].join(' ')

/** Of what a screen shows; null when nobody is signed in there, or it does not know which session it is. */
export const shownOf = (view: SessionView | null): ShownSession | null =>
  view?.sessionId === undefined
    ? null
    : {
        sessionId: view.sessionId,
        professionalId: view.professional.id,
        siteId: view.site?.id ?? null,
      }
