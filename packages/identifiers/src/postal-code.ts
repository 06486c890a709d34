/**
 * The département of a French postal code, for figures by département.
 *
 * @param postalCode five digits
 * @returns `01`–`95`, `2A`, `2B`, or three digits overseas (`971`–`978`, `984`–`988`); undefined when
 *   the code belongs to none (Monaco, armies, or not a postal code)
 * @see La Poste, base officielle des codes postaux. A handful of border communes are served from the
 *   neighbouring département's office; for them this is the office's.
 */
export const departmentOfPostalCode = (postalCode: string): string | undefined => {
  if (!/^[0-9]{5}$/.test(postalCode)) return undefined
  const three = postalCode.slice(0, 3)
  if (/^20[01]$/.test(three)) return '2A'
  if (/^20[26]$/.test(three)) return '2B'
  if (three === '977' || three === '978' || /^97[1-6]$|^98[4-8]$/.test(three)) return three
  if (postalCode.startsWith('20')) return undefined
  const two = Number(postalCode.slice(0, 2))
  return two >= 1 && two <= 95 ? postalCode.slice(0, 2) : undefined
}
