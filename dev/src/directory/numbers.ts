/** Invented numbers with right check digits, in ranges that are nobody's. */
import { parseFiness, parseRpps } from '@sidep/identifiers'

const completed = (prefix: string, isValid: (text: string) => boolean): string => {
  for (let digit = 0; digit < 10; digit += 1) {
    if (isValid(`${prefix}${digit}`)) return `${prefix}${digit}`
  }
  throw new RangeError(`no check digit completes ${prefix}`)
}

/**
 * National id of a professional: `8`, then an RPPS in 997…, the range of the agency's test cards.
 *
 * @param serial 0 … 9,999,999
 */
export const syntheticNationalId = (serial: number): string =>
  `8${completed(`997${serial.toString().padStart(7, '0')}`, (text) => parseRpps(text).ok)}`

/**
 * FINESS of a site that does not exist: the département, then 999.
 *
 * @param department `01` … `97`, `2A`, `2B`
 * @param serial 0 … 999
 */
export const syntheticFiness = (department: string, serial: number): string =>
  completed(`${department}999${serial.toString().padStart(3, '0')}`, (text) => parseFiness(text).ok)
