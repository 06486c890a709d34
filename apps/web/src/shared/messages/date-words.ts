/** Dates and times as people write them. */

/** Making a formatter costs more than all that it formats in a list. */
const formatters = new Map<string, Intl.DateTimeFormat>()

const formatterOf = (
  locale: string,
  options: Intl.DateTimeFormatOptions,
  place = '',
): Intl.DateTimeFormat => {
  const key = `${locale} ${place} ${JSON.stringify(options)}`
  const known = formatters.get(key)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat(locale, options)
  formatters.set(key, made)
  return made
}

/** The first day of a month before its name: the one that French counts as an ordinal. */
const firstOfMonth = /(?<!\d)1(?= \p{L})/u

/**
 * A date or a time in words: “lundi 1er mars 2027 à 14:32”.
 *
 * @param locale of the page, BCP 47
 * @param options as `Intl.DateTimeFormat` takes them, with the time zone of the place
 */
export const dateWords = (
  at: Date,
  locale: string,
  options: Intl.DateTimeFormatOptions & { readonly timeZone: string },
): string => inFrench(formatterOf(locale, options).format(at), locale)

/** The same by the clock of this device, also of one that was carried into another zone while the page was open. */
export const deviceDateWords = (
  at: Date,
  locale: string,
  options: Omit<Intl.DateTimeFormatOptions, 'timeZone'>,
): string =>
  inFrench(formatterOf(locale, options, String(at.getTimezoneOffset())).format(at), locale)

const inFrench = (words: string, locale: string): string =>
  locale.startsWith('fr') ? words.replace(firstOfMonth, '1er') : words
