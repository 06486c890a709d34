import { dayIn } from '@sidep/time'
import { dateWords } from '../../../shared/messages/date-words.ts'

/** A day and a time at the site, as short as it can be told: today the time alone. */
export const moment = (at: Date, now: Date, locale: string, timeZone: string): string => {
  const isToday = dayIn(at, timeZone) === dayIn(now, timeZone)
  return isToday
    ? dateWords(at, locale, { hour: '2-digit', minute: '2-digit', timeZone })
    : dateWords(at, locale, { dateStyle: 'medium', timeStyle: 'short', timeZone })
}
