/** Days and times as a site lives them. */

const mainland = 'Europe/Paris'

/** Overseas sites by the first three digits of their postal code; everything else is on Paris time. */
const overseas: Readonly<Record<string, string>> = {
  '971': 'America/Guadeloupe',
  '972': 'America/Martinique',
  '973': 'America/Cayenne',
  '974': 'Indian/Reunion',
  '975': 'America/Miquelon',
  '976': 'Indian/Mayotte',
  '977': 'America/St_Barthelemy',
  '978': 'America/Marigot',
  '986': 'Pacific/Wallis',
  '987': 'Pacific/Tahiti',
  '988': 'Pacific/Noumea',
}

/** IANA time zone of a site by its postal code. */
export const timeZoneOf = (postalCode: string | null): string =>
  overseas[(postalCode ?? '').slice(0, 3)] ?? mainland

/** One a zone: making a formatter costs more than all it formats in a list. */
const formatterOf = (
  options: (timeZone: string) => Intl.DateTimeFormat,
): ((timeZone: string) => Intl.DateTimeFormat) => {
  const made = new Map<string, Intl.DateTimeFormat>()
  return (timeZone) => {
    const known = made.get(timeZone)
    if (known !== undefined) return known
    const formatter = options(timeZone)
    made.set(timeZone, formatter)
    return formatter
  }
}

const dayFormatter = formatterOf(
  (timeZone) => new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }),
)
const offsetFormatter = formatterOf(
  (timeZone) => new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName: 'longOffset' }),
)

/** The calendar day of a moment in a time zone, `YYYY-MM-DD`. */
export const dayIn = (at: Date, timeZone: string): string => dayFormatter(timeZone).format(at)

const minuteMilliseconds = 60_000

/**
 * A moment as RFC 3339 with the offset of an overseas site, so that a document drawn anywhere shows the site's own
 * clock: `2021-08-13T19:40:00.000+04:00`. On the mainland in UTC: readers take that for Paris time, in summer and winter.
 */
export const siteMoment = (at: Date, timeZone: string): string => {
  if (timeZone === mainland) return at.toISOString()
  const name = offsetFormatter(timeZone)
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName')?.value
  const [, sign, hours, minutes] = /^GMT([+-])(\d{2}):(\d{2})$/.exec(name ?? '') ?? []
  if (sign === undefined) return at.toISOString()
  const offsetMinutes = Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes))
  const local = new Date(at.getTime() + offsetMinutes * minuteMilliseconds)
  return `${local.toISOString().slice(0, -1)}${sign}${hours}:${minutes}`
}
