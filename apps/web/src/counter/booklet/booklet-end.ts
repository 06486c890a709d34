import { dayIn } from '@sidep/time'
import type { Translate } from '../../shared/messages/catalogue.ts'
import { clockTime } from '../words.ts'
import type { bookletMessages } from './booklet-messages.ts'

/** When a booklet ends: a booklet lasts a day at most, so a time of another day is tomorrow's. */
export const bookletEnd = (
  t: Translate<(typeof bookletMessages)['fr']>,
  until: Date,
  now: Date,
  locale: string,
  timeZone: string,
): string => {
  const time = clockTime(until, locale, timeZone)
  return dayIn(until, timeZone) === dayIn(now, timeZone) ? time : t('tomorrowAt', { time })
}
