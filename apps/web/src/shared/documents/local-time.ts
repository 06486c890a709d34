/**
 * Dates as people in France read them. A sampling time is shown where it was taken: the offset written in it
 * is kept (Réunion, Martinique …); a time in UTC is taken to be of mainland France.
 */
import { parisZone } from '@sidep/time'
import { dateWords } from '../messages/date-words.ts'

/** Mainland France, for times that do not say where they were taken. */
const defaultTimeZone = parisZone

export type Language = 'fr' | 'en'

const locales: Readonly<Record<Language, string>> = { fr: 'fr-FR', en: 'en-GB' }

/** The time zone, as Intl names it, in which an RFC 3339 time is to be shown. */
export const timeZoneOf = (time: string): string => {
  const offset = /([+-]\d{2}:\d{2})$/.exec(time)?.[1]
  return offset === undefined || offset === '+00:00' || offset === '-00:00'
    ? defaultTimeZone
    : offset
}

/**
 * "13 août 2021 à 17:40 (heure de Paris, UTC+2)", "13 August 2021 at 17:40 (Paris time, UTC+2)"; overseas "(UTC+4)".
 *
 * @param time RFC 3339 with offset; a text that is no time is given back as it is.
 * @param zone Unsaid in a sentence to the person who was there.
 */
export const localDateTime = (
  time: string,
  language: Language,
  zone: 'zone said' | 'zone unsaid' = 'zone said',
): string => {
  const instant = new Date(time)
  if (Number.isNaN(instant.getTime())) return time
  const timeZone = timeZoneOf(time)
  const day = dateWords(instant, locales[language], { dateStyle: 'long', timeZone })
  const clock = dateWords(instant, 'fr-FR', { hour: '2-digit', minute: '2-digit', timeZone })
  const local = `${day}${language === 'fr' ? ' à ' : ' at '}${clock}`
  return zone === 'zone said' ? `${local} (${zoneInWords(instant, timeZone, language)})` : local
}

/**
 * "mercredi 2 décembre 09:59", "Wednesday 2 December 09:59": an end that is near, without its year. The first of a month
 * is "1er" in French.
 */
export const weekdayTime = (instant: Date, timeZone: string, language: Language): string => {
  const words = (options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat(locales[language], { ...options, timeZone }).format(instant)
  const day = words({ day: 'numeric' })
  const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  return [
    words({ weekday: 'long' }),
    language === 'fr' && day === '1' ? '1er' : day,
    words({ month: 'long' }),
    words(clock),
  ].join(' ')
}

const parisInWords: Readonly<Record<Language, string>> = { fr: 'heure de Paris', en: 'Paris time' }

/** A time of an offset that Paris has at that moment is Paris time, whether it came as UTC or with the offset. */
export const zoneInWords = (instant: Date, timeZone: string, language: Language): string => {
  const offset = offsetOf(instant, timeZone)
  return offset === offsetOf(instant, defaultTimeZone)
    ? `${parisInWords[language]}, ${offset}`
    : offset
}

/** "UTC+2". */
const offsetOf = (instant: Date, timeZone: string): string => {
  const name = new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName: 'shortOffset' })
    .formatToParts(instant)
    .find(({ type }) => type === 'timeZoneName')
  return name?.value.replace('GMT', 'UTC') ?? timeZone
}

/**
 * "12/03/1985": the same digits in both languages, so that a doorman compares them with an identity card.
 *
 * @param date YYYY-MM-DD, or a shorter DCC date (YYYY-MM, YYYY): shown with what it has.
 */
export const numericDate = (date: string): string => date.split('-').reverse().join('/')
