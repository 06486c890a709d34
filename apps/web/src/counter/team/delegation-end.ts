import { dayIn, dayMilliseconds, momentIn } from '@sidep/time'
import { parseTypedDate } from '../../shared/typing/dates.ts'

/** Until when somebody may work: the common answers, or a day that is typed. */
export const endChoices = ['today', 'week', 'month', 'date'] as const
export type EndChoice = (typeof endChoices)[number]

type EndFault = 'unreadable' | 'past' | 'too-late'

export type EndReading =
  | { readonly ok: true; readonly value: Date }
  | { readonly ok: false; readonly fault: EndFault }

/** The portal's longest; a locum for a season. */
export const daysMax = 92
/** The portal's shortest. */
const minutesMin = 5
const days: Record<Exclude<EndChoice, 'date'>, number> = { today: 0, week: 7, month: 30 }

/** The last minute of a day at the site: who may work until Friday may do so on Friday evening. */
const endOfDay = (day: string, timeZone: string, daysLater = 0): Date => {
  const later = new Date(Date.parse(`${day}T00:00:00Z`) + daysLater * dayMilliseconds)
  return momentIn(later.toISOString().slice(0, 10), '23:59', timeZone)
}

/**
 * @param typed the day, for the choice `date`
 * @param timeZone of the site: its days are meant
 */
export const readEnd = (
  choice: EndChoice,
  typed: string,
  now: Date,
  timeZone: string,
): EndReading => {
  const today = dayIn(now, timeZone)
  const soonest = now.getTime() + minutesMin * 60_000
  if (choice !== 'date') {
    const end = endOfDay(today, timeZone, days[choice])
    // Minutes before midnight, this evening is the night's end.
    return {
      ok: true,
      value: end.getTime() < soonest ? endOfDay(today, timeZone, days[choice] + 1) : end,
    }
  }
  const day = parseTypedDate(typed)
  if (!day.ok) return { ok: false, fault: 'unreadable' }
  const end = endOfDay(day.value, timeZone)
  if (end.getTime() < soonest) return { ok: false, fault: 'past' }
  if (end.getTime() > now.getTime() + daysMax * dayMilliseconds)
    return { ok: false, fault: 'too-late' }
  return { ok: true, value: end }
}
