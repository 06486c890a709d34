import parsePhoneNumber from 'libphonenumber-js/min'
import { cleanText } from './clean-text.ts'
import { accepted, type Parsed, refused } from './parsed.ts'
import { isPremiumNumber, isPremiumShortNumber } from './premium-number.ts'

const typedLengthMax = 400 // with all that comes along
const phoneLengthMax = 30 // with its spaces and points
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

/** How many digits a number has at home in the places that have a numbering plan of their own, by country code (ITU-T E.164). */
const localDigits: Readonly<Record<string, number>> = { '508': 6, '681': 6, '687': 6, '689': 8 }

// Saint-Pierre-et-Miquelon is dialled by its country code behind the nought, and six digits.
const miquelon = /^0?508([0-9]{6})$/

// Country codes of overseas places, as they are typed without `+`: no French number has so many digits. Those of the Pacific
// have numbers of their own beside them, of six or eight.
const bareCountryCode = /^(?:(?:590|594|596|262)0?[567][0-9]{8}|689[48][0-9]{7})$/

// Nearly every number at a counter. The library accepts all of them (contact.test.ts), and asking it takes longer than all
// else that is parsed of a screening.
const frenchMobile = /^\+33([67][0-9]{8})$/

// What an address book or a page puts around what it holds.
const opening = '<"\'['
const closing = '>"\'];,. '
const phoneScheme = /^(?:tel|callto|sms):(?:\/\/)?/i
const phoneLabel = /^(?:t[ée]l(?:[ée]phone)?|mobile|mob|portable|port|gsm)\b[\s.:n°]*/i

/** A contact without what is no part of it: `<…>`, a `;` at its end. */
const bare = (text: string): string => {
  const cleaned = cleanText(text)
  let [start, end] = [0, cleaned.length]
  while (start < end && opening.includes(cleaned.charAt(start))) start += 1
  while (end > start && closing.includes(cleaned.charAt(end - 1))) end -= 1
  return cleaned.slice(start, end)
}

/** A number that nobody can be reached at, or one whose owner earns by the call or the message. */
export type PhoneFault = 'PHONE_INVALID' | 'PHONE_PREMIUM'

/**
 * Reads a phone number.
 *
 * @param text as typed: national with its leading 0 (metropolitan or overseas) or without it, as spreadsheets
 *   leave it; or international with `+`, `00`, or the bare 33 of France; spaces, points, hyphens, `(0)`,
 *   `tel:` and what is invisible are left out
 * @param countryCode of where it is typed, such as `687`: what is a number there is one of there
 * @returns E.164, such as `+33612345678` or `+262692123456`, PHONE_INVALID, or PHONE_PREMIUM: messages to
 *   premium numbers would be paid by the portal to whoever typed them in
 */
export const parsePhone = (text: string, countryCode?: string): Parsed<string, PhoneFault> => {
  if (text.length > typedLengthMax) return refused('PHONE_INVALID')
  const typed = bare(bare(text).replace(phoneScheme, '').replace(phoneLabel, ''))
  if (typed.length > phoneLengthMax) return refused('PHONE_INVALID')
  const digits = typed
    .replace(/\(0\)/, '')
    .replace(/^[\u260e\u260f\u2706\u{1f4de}\u{1f4f1}]\ufe0f?/u, '')
    .replace(/[\s.,:_\-()/\u00b7\u2010-\u2015\u2022\u2212]/g, '')
  if (isPremiumShortNumber(digits)) return refused('PHONE_PREMIUM')
  if (!/^(?:\+|00)?[0-9]{6,17}$/.test(digits)) return refused('PHONE_INVALID')
  const written = localNumber(digits, countryCode) ?? international(digits)
  const mobile = frenchMobile.exec(written)?.[1]
  if (mobile !== undefined) {
    return isPremiumNumber('33', mobile) ? refused('PHONE_PREMIUM') : accepted(written)
  }
  const number = parsePhoneNumber(written, 'FR')
  if (number === undefined || !number.isValid()) return refused('PHONE_INVALID')
  const { countryCallingCode, nationalNumber } = number
  return isPremiumNumber(countryCallingCode, nationalNumber)
    ? refused('PHONE_PREMIUM')
    : accepted(number.number)
}

/** A number as it is dialled at home where that is not France's plan, perhaps behind its country code; undefined for any other. */
const localNumber = (digits: string, countryCode: string | undefined): string | undefined => {
  const length = countryCode === undefined ? undefined : localDigits[countryCode]
  if (countryCode === undefined || length === undefined) return undefined
  const national = digits.startsWith(countryCode) ? digits.slice(countryCode.length) : digits
  const isLocal = [digits, national].find((text) => text.length === length)
  return isLocal === undefined ? undefined : `+${countryCode}${isLocal}`
}

/** With its country code, whichever of its many ways it was typed in. */
const international = (digits: string): string => {
  const fromMiquelon = miquelon.exec(digits)?.[1]
  if (fromMiquelon !== undefined) return `+508${fromMiquelon}`
  const national = /^(?:(?:\+|00?)?33)?0?([1-9][0-9]{8})$/.exec(digits)?.[1]
  if (national !== undefined) {
    const overseas = overseasBlocks.find(([block]) => block.test(`0${national}`))
    return `${overseas?.[1] ?? '+33'}${national}`
  }
  if (bareCountryCode.test(digits)) return `+${digits}`
  return digits.startsWith('00') ? `+${digits.slice(2)}` : digits
}

// The form that browsers check (WHATWG HTML, valid e-mail address), with a domain of two labels.
const emailShape =
  /^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])$/

/**
 * Reads an e-mail address.
 *
 * @param text the address alone; spaces, `mailto:`, `<…>`, a `;` at its end and what is invisible are left out
 * @returns the address with its domain in lower case, or EMAIL_INVALID
 */
export const parseEmail = (text: string): Parsed<string, 'EMAIL_INVALID'> => {
  if (text.length > typedLengthMax) return refused('EMAIL_INVALID')
  const email = bare(bare(text).replace(/^mailto:([^?]*)(?:\?.*)?$/i, '$1'))
  if (email.length > emailLengthMax || !emailShape.test(email)) return refused('EMAIL_INVALID')
  const [local = '', domain = ''] = email.split('@')
  if (local.length > emailLocalLengthMax || /^\.|\.\.|\.$/.test(local)) {
    return refused('EMAIL_INVALID')
  }
  return accepted(`${local}@${domain.toLowerCase()}`)
}

/** Ways to reach a person, each in its one canonical form. */
export interface Contacts {
  readonly phone?: string
  readonly email?: string
}

/** As mail programs copy it: `Jean Petit <jean@exemple.fr>`. */
const namedAddress = /^[^@<>]{0,100}<([^@<>\s]+@[^@<>\s]+)>[;,]?$/

/** Words that say that there is none, as lists of people have them. */
const noContact =
  /^(?:[-\u2013\u2014/.]{1,3}|n[ée]ant|aucun(?: contact)?|non|non (?:renseign[ée]|communiqu[ée])|(?:sans|pas de) (?:contact|t[ée]l(?:[ée]phone)?|portable|mobile|(?:e-?)?mail)|n\.?[acr]\.?|n\/a|inconnue?|refus[ée]?|none)$/i

const betweenContacts = /[\s;,|/<>]+(?:et|and|ou|or)?[\s;,|/<>]*/

/**
 * Reads ways to reach a person: an address, a phone number, or one of each (`06 12 34 56 78 ; a@exemple.fr`).
 *
 * @param countryCode of where it is typed, as `parsePhone` has it
 * @returns nothing for an empty text, or one that says that there is none; CONTACT_UNREADABLE for letters that are no address
 */
export const parseContacts = (
  text: string,
  countryCode?: string,
): Parsed<Contacts, PhoneFault | 'EMAIL_INVALID' | 'CONTACT_UNREADABLE'> => {
  const cleaned = cleanText(text)
  if (cleaned.length > typedLengthMax) return refused('CONTACT_UNREADABLE')
  if (cleaned === '' || noContact.test(cleaned)) return accepted({})
  const typed = namedAddress.exec(cleaned)?.[1] ?? cleaned
  const whole = parseEmail(typed)
  if (whole.ok) return accepted({ email: whole.value })
  const parts = typed.split(betweenContacts).filter((part) => part !== '')
  const addresses = parts.filter((part) => part.includes('@'))
  const number = parts.filter((part) => !part.includes('@')).join(' ')
  const email = addresses.length === 0 ? undefined : parseEmail(addresses.join(' '))
  if (email !== undefined && !email.ok) return email
  const phone =
    number === '' ? undefined : parsePhone(addresses.length === 0 ? typed : number, countryCode)
  if (phone !== undefined && !phone.ok) {
    return /^(?:tel|sms|callto):|^t[ée]l/i.test(number) || !/\p{L}/u.test(number)
      ? phone
      : refused('CONTACT_UNREADABLE')
  }
  return accepted({
    ...(phone === undefined ? {} : { phone: phone.value }),
    ...(email === undefined ? {} : { email: email.value }),
  })
}

/** Contacts as they are typed again. */
export const writeContacts = ({ phone, email }: Contacts): string =>
  [phone, email].filter((contact) => contact !== undefined).join(' ; ')
