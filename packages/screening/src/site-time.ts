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

/** Minutes that a zone is ahead of UTC at a moment; 0 for a name that says no offset. */
export const offsetMinutesIn = (at: Date, timeZone: string): number => {
  const name = offsetFormatter(timeZone)
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName')?.value
  const [, sign, hours, minutes] = /^GMT([+-])(\d{2}):(\d{2})$/.exec(name ?? '') ?? []
  return sign === undefined ? 0 : Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes))
}

const twoDigits = (value: number): string => String(value).padStart(2, '0')

/** `+04:00` */
const offsetText = (minutes: number): string => {
  const size = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${twoDigits(Math.floor(size / 60))}:${twoDigits(size % 60)}`
}

/** Whatever a clock in that zone shows, as RFC 3339 with its offset; the milliseconds too. */
const shownIn = (at: Date, offsetMinutes: number): string => {
  const local = new Date(at.getTime() + offsetMinutes * minuteMilliseconds)
  return `${local.toISOString().slice(0, -1)}${offsetText(offsetMinutes)}`
}

/** A moment as RFC 3339 with the zone's offset, to the second: `2021-08-13T19:40:00+04:00`. */
export const rfc3339In = (at: Date, timeZone: string): string =>
  shownIn(at, offsetMinutesIn(at, timeZone)).replace(/\.\d{3}/, '')

/** What a clock shows in a zone: `19:40`. */
export const clockIn = (at: Date, timeZone: string): string =>
  shownIn(at, offsetMinutesIn(at, timeZone)).slice(11, 16)

/**
 * The moment at which a clock in a zone shows a day and a time. Of an hour that comes twice in autumn it is the first,
 * one that is left out in spring is the hour after.
 *
 * @param day `YYYY-MM-DD`, a real one
 * @param clock `HH:MM`
 */
export const momentIn = (day: string, clock: string, timeZone: string): Date => {
  const shown = Date.parse(`${day}T${clock}:00Z`)
  const offsets = [shown - 86_400_000, shown + 86_400_000].map((near) =>
    offsetMinutesIn(new Date(near), timeZone),
  )
  const moments = offsets.map((offset) => new Date(shown - offset * minuteMilliseconds))
  const right = moments.find((at, index) => offsetMinutesIn(at, timeZone) === offsets[index])
  return right ?? moments[0] ?? new Date(shown)
}

/**
 * A moment as RFC 3339 with the offset of an overseas site, so that a document drawn anywhere shows the site's own
 * clock: `2021-08-13T19:40:00.000+04:00`. On the mainland in UTC: readers take that for Paris time, in summer and winter.
 */
export const siteMoment = (at: Date, timeZone: string): string =>
  timeZone === mainland ? at.toISOString() : shownIn(at, offsetMinutesIn(at, timeZone))

/** Whether a time zone, by its IANA name, is one that a site can be in. */
export const isSiteZone = (timeZone: string): boolean =>
  timeZone === mainland || Object.values(overseas).includes(timeZone)
