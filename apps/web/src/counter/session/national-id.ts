import {
  nationalProfessionalId,
  type ProfessionalId,
  parseProfessionalId,
  parseRpps,
} from '@sidep/identifiers'

/** `8` and the RPPS, or the RPPS alone, spaces forgiven. */
export const readNationalId = (
  typed: string,
):
  | { readonly ok: true; readonly value: ProfessionalId }
  | { readonly ok: false; readonly fault: 'incomplete' | 'wrong' } => {
  const digits = typed.replace(/[\s.]/g, '')
  if (/^8\d{11}$/.test(digits)) {
    const id = parseProfessionalId(digits)
    return id.ok ? id : { ok: false, fault: 'wrong' }
  }
  if (!/^\d{11}$/.test(digits)) return { ok: false, fault: 'incomplete' }
  const rpps = parseRpps(digits)
  return rpps.ok
    ? { ok: true, value: nationalProfessionalId(rpps.value) }
    : { ok: false, fault: 'wrong' }
}
