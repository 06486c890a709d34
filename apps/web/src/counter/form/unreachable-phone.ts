import { isLandline, parseContacts } from '@sidep/identifiers'
import { countryCodeAt } from '@sidep/screening'

/**
 * Whether the phone number among what was typed takes no text messages. Numbers that earn money by being called are
 * faults of the field; a landline stops nothing: some have their texts read out.
 *
 * @param timeZone of the site
 * @returns null where the phone is a mobile one, or there is none
 */
export const unreachablePhone = (
  typed: string,
  timeZone: string,
): 'landline' | 'landlineWithEmail' | null => {
  const read = parseContacts(typed, countryCodeAt(timeZone))
  const { phone, email } = read.ok ? read.value : {}
  if (phone === undefined || !isLandline(phone)) return null
  return email === undefined ? 'landline' : 'landlineWithEmail'
}
