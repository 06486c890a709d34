import { localeOf } from '../shared/messages/catalogue.ts'

const minute = 60
const hour = 60 * minute
const day = 24 * hour

/** An age as short as it can be said: in minutes, from an hour on in hours, from two days on in days. */
export const ageWords = (seconds: number, language: 'fr' | 'en'): string => {
  const [unit, count] =
    seconds < hour
      ? (['minute', Math.max(1, Math.floor(seconds / minute))] as const)
      : seconds < 2 * day
        ? (['hour', Math.floor(seconds / hour)] as const)
        : (['day', Math.floor(seconds / day)] as const)
  return new Intl.NumberFormat(localeOf[language], {
    style: 'unit',
    unit,
    unitDisplay: 'short',
  }).format(count)
}
