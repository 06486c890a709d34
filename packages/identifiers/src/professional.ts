import { luhnSum } from './luhn.ts'
import { accepted, type Identifier, type Parsed, refused } from './parsed.ts'

/** Number in the shared directory of health professionals (RPPS): 11 digits, the last a Luhn check. */
export type Rpps = Identifier<'Rpps'>

/** National identifier of a professional (IdNat_PS): here always `8` followed by the RPPS. */
export type ProfessionalId = Identifier<'ProfessionalId'>

export type RppsCode = 'RPPS_FORMAT' | 'RPPS_CHECK'
export type ProfessionalIdCode = RppsCode | 'PROFESSIONAL_ID_FORMAT' | 'PROFESSIONAL_ID_KIND'

/**
 * Reads an RPPS number.
 *
 * @param text 11 digits, nothing around or between them
 * @returns the number, or RPPS_FORMAT when it is not 11 digits, RPPS_CHECK when its last digit is wrong
 * @see ANS, «Annexe transverse – Source des données métier pour les professionnels et les structures»
 * @example parseRpps('99700075122') // { ok: true, value: '99700075122' }
 */
export const parseRpps = (text: string): Parsed<Rpps, RppsCode> => {
  if (!/^[0-9]{11}$/.test(text)) return refused('RPPS_FORMAT')
  if (luhnSum([...text].map(Number), 10) !== 0) return refused('RPPS_CHECK')
  return accepted(text as Rpps)
}

/**
 * Reads the national identifier that Pro Santé Connect sends as `SubjectNameID` and that a CPS card
 * carries as common name: a digit for the kind of number, then the number.
 *
 * @param text 12 digits, `8` then the RPPS
 * @returns the identifier, or PROFESSIONAL_ID_KIND for another kind of number (0 ADELI, 3 FINESS,
 *   5 SIREN …: a person without RPPS cannot be responsible for a screening),
 *   PROFESSIONAL_ID_FORMAT when it is no such number at all, or the fault of the RPPS within
 */
export const parseProfessionalId = (text: string): Parsed<ProfessionalId, ProfessionalIdCode> => {
  if (!/^[0-9][0-9A-Z/]{1,29}$/.test(text)) return refused('PROFESSIONAL_ID_FORMAT')
  if (!text.startsWith('8')) return refused('PROFESSIONAL_ID_KIND')
  const rpps = parseRpps(text.slice(1))
  return rpps.ok ? accepted(text as ProfessionalId) : rpps
}

/** The national identifier of a professional whose RPPS is known. */
export const nationalProfessionalId = (rpps: Rpps): ProfessionalId => `8${rpps}` as ProfessionalId

/** The RPPS within a national identifier. */
export const rppsOf = (id: ProfessionalId): Rpps => id.slice(1) as Rpps
