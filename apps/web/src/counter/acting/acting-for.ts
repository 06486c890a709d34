/**
 * Whom this tab acts for. The session is the browser's: another tab, or the next professional, may change it under a
 * screen. Invariants:
 * 1. Nothing is recorded in a name, or at a site, that whoever works in this tab has not been shown.
 * 2. What was typed stays.
 */
import type { SessionView } from '@sidep/contracts'
import { type Static, Type } from 'typebox'
import { Check } from 'typebox/schema'
import { inWhoseName } from '../words.ts'

const Acting = Type.Object({
  /** Who is at the keyboard; the same as the responsible person unless somebody delegated. */
  operatorId: Type.String(),
  operator: Type.String(),
  responsibleId: Type.String(),
  responsible: Type.String(),
  siteId: Type.String(),
  siteName: Type.String(),
})
export type Acting = Static<typeof Acting>

/** Of a session; null before a site is chosen. */
export const actingOf = (session: SessionView | null): Acting | null =>
  session?.site
    ? {
        ...inWhoseName(session),
        operatorId: (session.operator ?? session.professional).id,
        responsibleId: session.professional.id,
        siteId: session.site.id,
        siteName: session.site.name,
      }
    : null

const isSame = (a: Acting, b: Acting): boolean =>
  a.operatorId === b.operatorId && a.responsibleId === b.responsibleId && a.siteId === b.siteId

export interface ActingChange {
  /** As whoever works here last saw. */
  readonly before: Acting
  readonly now: Acting
}

/** What changed under the screen and was not seen yet; null when nothing did. Until it is seen, nothing is recorded. */
export const actingChange = ({
  phase,
  session,
  seen,
}: {
  readonly phase: string
  readonly session: SessionView | null
  readonly seen: Acting | null
}): ActingChange | null => {
  const now = phase === 'working' ? actingOf(session) : null
  return now === null || seen === null || isSame(seen, now) ? null : { before: seen, now }
}

/** Kept by a tab over its reloads: the next professional may sign in from it. */
export interface KeptActing {
  readonly get: () => Acting | null
  readonly put: (acting: Acting | null) => void
}

const storageKey = 'sidep.acting'

/** Of this tab; forgotten with the page where the browser refuses storage. */
export const tabActing = (): KeptActing => ({
  get: () => {
    try {
      const kept: unknown = JSON.parse(sessionStorage.getItem(storageKey) ?? 'null')
      return Check(Acting, kept) ? kept : null
    } catch {
      // Storage refused, or not ours: whoever comes next is taken for the first.
      return null
    }
  },
  put: (acting) => {
    try {
      if (acting === null) sessionStorage.removeItem(storageKey)
      else sessionStorage.setItem(storageKey, JSON.stringify(acting))
    } catch {
      // As above.
      return
    }
  },
})
