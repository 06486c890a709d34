import { parseFiness } from '@sidep/identifiers'
import { readNationalId } from '../session/national-id.ts'

type StaffIdFault = 'empty' | 'unreadable' | 'mistyped' | 'elsewhere'

export type StaffIdReading =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly fault: StaffIdFault }

/**
 * Whom somebody names to work under their responsibility: a national id or RPPS, or the number on the card of an
 * employee of this very pharmacy (`3`, FINESS, `/`, number), spaces forgiven.
 */
export const readStaffId = (typed: string, siteId: string): StaffIdReading => {
  const tidy = typed.replace(/\s/g, '').toUpperCase()
  if (tidy === '') return { ok: false, fault: 'empty' }
  const [, finess, serial] = /^3([0-9A-Z]{9})\/([0-9]{1,12})$/.exec(tidy) ?? []
  if (finess !== undefined && serial !== undefined) {
    if (!parseFiness(finess).ok) return { ok: false, fault: 'mistyped' }
    return finess === siteId ? { ok: true, value: tidy } : { ok: false, fault: 'elsewhere' }
  }
  const id = readNationalId(tidy)
  if (id.ok) return id
  return { ok: false, fault: id.fault === 'wrong' ? 'mistyped' : 'unreadable' }
}

/** A staff id as people read it: `RPPS 99700075122`, or the card's own number. */
export const staffIdInWords = (id: string): string =>
  /^8\d{11}$/.test(id) ? `RPPS ${id.slice(1)}` : id
