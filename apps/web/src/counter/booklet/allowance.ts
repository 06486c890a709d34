/** What this counter can still do alone, in words. */

import { bookletAllowance, portalTime } from '@sidep/continuity'
import { hourMilliseconds } from '@sidep/time'
import { localeOf, useLanguage, useMessages } from '../../shared/messages/index.ts'
import { useCounterState, useNow, useSiteZone } from '../context.ts'
import { type CounterState, ownerOf } from '../state.ts'
import { bookletEnd } from './booklet-end.ts'
import { bookletMessages } from './booklet-messages.ts'

interface Allowance {
  readonly left: number
  /** Null when nothing is left. */
  readonly until: Date | null
  /** There was one today, and all its certificates are given. */
  readonly isUsedUp: boolean
}

/** Below this it is said also while the portal answers. */
const lowCount = 5
const lowMilliseconds = 2 * hourMilliseconds
const refreshMilliseconds = 15_000

const allowanceOf = (
  { outbox, session, lock }: Pick<CounterState, 'outbox' | 'session' | 'lock'>,
  now: Date,
): Allowance => {
  const owner = ownerOf(session)
  // Without its key a booklet is paper.
  if (owner === null || lock === 'none') return { left: 0, until: null, isUsedUp: false }
  const { left, until } = bookletAllowance(outbox, owner, now.getTime())
  const time = portalTime(outbox, now.getTime())
  const isUsedUp =
    until === null &&
    outbox.booklets.some(
      ({ professionalId, siteId, expiresAt }) =>
        professionalId === owner.professionalId && siteId === owner.siteId && time < expiresAt,
    )
  return { left, until: until === null ? null : new Date(until), isUsedUp }
}

const isLow = ({ left, until }: Allowance, now: Date): boolean =>
  until !== null && (left <= lowCount || until.getTime() - now.getTime() < lowMilliseconds)

export interface AllowanceWords {
  readonly words: string
  /** When what is left ends, in words; null when nothing is left. */
  readonly end: string | null
  readonly isLow: boolean
  readonly allowance: Allowance
}

export const useAllowance = (): AllowanceWords => {
  const t = useMessages(bookletMessages)
  const { language } = useLanguage()
  const timeZone = useSiteZone()
  const state = useCounterState()
  const now = useNow(refreshMilliseconds)
  const allowance = allowanceOf(state, now)
  const { left, until, isUsedUp } = allowance
  const end = until && bookletEnd(t, until, now, localeOf[language], timeZone)
  return {
    allowance,
    isLow: isLow(allowance, now),
    end,
    words:
      end === null
        ? t(isUsedUp ? 'bookletUsedUp' : 'bookletNone')
        : t('booklet', { count: left, time: end }),
  }
}
