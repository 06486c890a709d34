import { parseTypedDate } from '../../shared/typing/dates.ts'

/** Until when somebody may work: the common answers, or a day that is typed. */
export const endChoices = ['today', 'week', 'month', 'date'] as const
export type EndChoice = (typeof endChoices)[number]

export type EndFault = 'unreadable' | 'past' | 'too-late'

export type EndReading =
  | { readonly ok: true; readonly value: Date }
  | { readonly ok: false; readonly fault: EndFault }

/** The portal's longest; a locum for a season. */
export const daysMax = 92
/** The portal's shortest. */
const minutesMin = 5
const days: Record<Exclude<EndChoice, 'date'>, number> = { today: 0, week: 7, month: 30 }

/** The last minute of a local day: who may work until Friday may do so on Friday evening. */
const endOfDay = (at: Date, daysLater = 0): Date =>
  new Date(at.getFullYear(), at.getMonth(), at.getDate() + daysLater, 23, 59)

/** @param typed the day, for the choice `date` */
export const readEnd = (choice: EndChoice, typed: string, now: Date): EndReading => {
  const soonest = now.getTime() + minutesMin * 60_000
  if (choice !== 'date') {
    const end = endOfDay(now, days[choice])
    // Minutes before midnight, this evening is the night's end.
    return { ok: true, value: end.getTime() < soonest ? endOfDay(now, days[choice] + 1) : end }
  }
  const day = parseTypedDate(typed)
  if (!day.ok) return { ok: false, fault: 'unreadable' }
  const [year = 0, month = 0, date = 0] = day.value.split('-').map(Number)
  const end = new Date(year, month - 1, date, 23, 59)
  if (end.getTime() < soonest) return { ok: false, fault: 'past' }
  if (end.getTime() > now.getTime() + daysMax * 86_400_000) return { ok: false, fault: 'too-late' }
  return { ok: true, value: end }
}
