/** A day and a time, as short as it can be told: today the time alone. */
export const moment = (at: Date, now: Date, locale: string): string => {
  const isToday = at.toDateString() === now.toDateString()
  return isToday
    ? at.toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit' })
    : at.toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'short' })
}
