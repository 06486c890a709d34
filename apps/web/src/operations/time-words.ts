/** Times as the page says them, all in Paris: the people on duty speak of one clock. */
import { parisZone } from '@sidep/time'
import { type Language, localeOf } from '../shared/messages/catalogue.ts'
import { dateWords } from '../shared/messages/date-words.ts'

const timeZone = parisZone

export const clockWords = (at: Date, language: Language): string =>
  dateWords(at, localeOf[language], { hour: '2-digit', minute: '2-digit', timeZone })

export const preciseClockWords = (at: Date, language: Language): string =>
  dateWords(at, localeOf[language], { timeStyle: 'medium', timeZone })

/** With the day, unless it is of today. */
export const momentWords = (at: Date, now: Date, language: Language): string => {
  const day = (date: Date): string => dateWords(date, 'en-GB', { dateStyle: 'short', timeZone })
  if (day(at) === day(now)) return clockWords(at, language)
  return dateWords(at, localeOf[language], {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
  })
}
