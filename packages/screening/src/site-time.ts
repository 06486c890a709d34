/** Which clock a site lives by, and how its moments are written; what a clock shows is packages/time's. */
import { parisZone, preciseMomentText } from '@sidep/time'

const mainland = parisZone

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

/** Country codes (ITU-T E.164) of the zones whose sites have no number of France's plan. */
const countryCodes: Readonly<Record<string, string>> = {
  'America/Miquelon': '508',
  'Pacific/Wallis': '681',
  'Pacific/Noumea': '687',
  'Pacific/Tahiti': '689',
}

/** By which country code numbers are dialled at a site, by its time zone; undefined where it is by France's plan. */
export const countryCodeAt = (timeZone: string): string | undefined => countryCodes[timeZone]

/**
 * A moment as RFC 3339 with the offset of an overseas site, so that a document drawn anywhere shows the site's own
 * clock: `2021-08-13T19:40:00.000+04:00`. On the mainland in UTC: readers take that for Paris time, in summer and winter.
 */
export const siteMoment = (at: Date, timeZone: string): string =>
  timeZone === mainland ? at.toISOString() : preciseMomentText(at, timeZone)

/** Whether a time zone, by its IANA name, is one that a site can be in. */
export const isSiteZone = (timeZone: string): boolean =>
  timeZone === mainland || Object.values(overseas).includes(timeZone)
