import parsePhoneNumber from 'libphonenumber-js/min'
import { accepted, type Parsed, refused } from './parsed.ts'

const phoneLengthMax = 30 // as typed, with its spaces and points
const emailLengthMax = 254 // RFC 5321 §4.5.3.1.3, less the two angle brackets
const emailLocalLengthMax = 64 // RFC 5321 §4.5.3.1.1

// The French numbering plan is one for dialling, but several country codes: a number of these
// blocks, typed as at home (0692 12 34 56), belongs to an overseas country code.
// ARCEP, decision n° 2018-0881 (plan national de numérotation), territories.
const overseasBlocks: readonly (readonly [national: RegExp, countryCode: string])[] = [
  [/^0(?:590|690|691|7090)/, '+590'], // Guadeloupe, Saint-Martin, Saint-Barthélemy
  [/^0(?:594|694|7093)/, '+594'], // Guyane
  [/^0(?:596|696|697|7091)/, '+596'], // Martinique
  [/^0(?:262|263|269|639|692|693|7092)/, '+262'], // La Réunion, Mayotte
]

/**
 * Reads a phone number.
 *
 * @param text as typed: national with its leading 0 (metropolitan or overseas), or international
 *   with `+` or `00`; spaces, points, hyphens and `(0)` are left out; at most 30 characters
 * @returns E.164, such as `+33612345678` or `+262692123456`, or PHONE_INVALID
 */
export function parsePhone(text: string): Parsed<string, 'PHONE_INVALID'> {
  if (text.length > phoneLengthMax) return refused('PHONE_INVALID')
  const digits = text.replace(/\(0\)/, '').replace(/[\s.\-()/\u2010-\u2013]/g, '')
  if (!/^(?:\+|00)?[0-9]{6,17}$/.test(digits)) return refused('PHONE_INVALID')
  const number = parsePhoneNumber(international(digits), 'FR')
  return number?.isValid() ? accepted(number.number) : refused('PHONE_INVALID')
}

function international(digits: string): string {
  if (digits.startsWith('00')) return `+${digits.slice(2)}`
  if (digits.length !== 10) return digits
  const overseas = overseasBlocks.find(([national]) => national.test(digits))
  return overseas ? overseas[1] + digits.slice(1) : digits
}

// The form that browsers check (WHATWG HTML, valid e-mail address), with a domain of two labels.
const emailShape =
  /^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])$/

/**
 * Reads an e-mail address.
 *
 * @param text the address alone, spaces around it are left out; at most 254 characters
 * @returns the address with its domain in lower case, or EMAIL_INVALID
 */
export function parseEmail(text: string): Parsed<string, 'EMAIL_INVALID'> {
  const email = text.trim()
  if (email.length > emailLengthMax || !emailShape.test(email)) return refused('EMAIL_INVALID')
  const [local = '', domain = ''] = email.split('@')
  if (local.length > emailLocalLengthMax || /^\.|\.\.|\.$/.test(local)) {
    return refused('EMAIL_INVALID')
  }
  return accepted(`${local}@${domain.toLowerCase()}`)
}
