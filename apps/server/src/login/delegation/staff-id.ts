import { parseFiness, parseProfessionalId } from '@sidep/identifiers'

export type StaffIdReading =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly code: 'MALFORMED' | 'NOT_ALLOWED' }

/**
 * Reads how a member of the staff is named: national id (`8` + RPPS), or the id on the card of an employee of
 * this very site (`3` + FINESS + `/` + serial).
 *
 * @returns the id without spaces; MALFORMED, or NOT_ALLOWED for another site's employee
 */
export const parseStaffId = (text: string, siteId: string): StaffIdReading => {
  const tidy = text.replace(/\s/g, '').toUpperCase()
  const professional = parseProfessionalId(tidy)
  if (professional.ok) return { ok: true, value: professional.value }
  const [, finess = '', serial = ''] = /^3([0-9A-Z]{9})\/([0-9]{1,12})$/.exec(tidy) ?? []
  const site = parseFiness(finess)
  if (!site.ok || serial === '') return { ok: false, code: 'MALFORMED' }
  return site.value === siteId ? { ok: true, value: tidy } : { ok: false, code: 'NOT_ALLOWED' }
}
