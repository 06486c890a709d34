import { premiumRanges } from './premium-ranges.ts'

// Short numbers of the French plan that bill the caller by themselves: directory enquiries (118 XYZ)
// and value-added services (3BPQ). ARCEP, decision n° 2018-0881 (plan national de numérotation).
const frenchShortNumber = /^(?:(?:\+|00)33)?(?:118[0-9]{3}|3[0-9]{3})$/

// Calling codes of no country, billed far above any: satellites (870, 881), international networks (882, 883),
// personal numbers (878), premium services (979). ITU-T E.164, list of assigned country codes.
const premiumCallingCodes = new Set(['870', '878', '881', '882', '883', '979'])

/** Whether these digits, as dialled in France, are a short number that bills whoever calls it. */
export const isPremiumShortNumber = (digits: string): boolean => frenchShortNumber.test(digits)

/**
 * Whether a number's owner may earn by what is sent to it: premium rate, shared cost, and personal numbers, which
 * are billed as either.
 *
 * @param countryCallingCode without `+`
 * @param nationalNumber without the leading 0
 */
export const isPremiumNumber = (countryCallingCode: string, nationalNumber: string): boolean => {
  if (premiumCallingCodes.has(countryCallingCode)) return true
  return (premiumRanges[countryCallingCode] ?? []).some((range) => range.test(nationalNumber))
}
