/** One SMS holds 160 septets of the GSM alphabet (3GPP TS 23.038 §4, TS 23.040 §9.2.3.16). */
export const smsSeptetsMax = 160

// 3GPP TS 23.038 §6.2.1, the default alphabet without its escape.
const basic = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
)
// 3GPP TS 23.038 §6.2.1.1: these take an escape, two septets in all.
const extended = new Set('^{}\\[~]|€')

/** Septets that a text takes in the GSM alphabet, or undefined when it does not fit that alphabet. */
export const septetsOf = (text: string): number | undefined => {
  let septets = 0
  for (const character of text) {
    if (basic.has(character)) septets += 1
    else if (extended.has(character)) septets += 2
    else return undefined
  }
  return septets
}

const substitutes: Record<string, string> = {
  '’': "'",
  '‘': "'",
  '«': '"',
  '»': '"',
  '“': '"',
  '”': '"',
  '–': '-',
  '—': '-',
  œ: 'oe',
  Œ: 'OE',
  ç: 'c',
  '\u00a0': ' ',
  '\u202f': ' ',
}

const toGsm7Character = (character: string): string => {
  if (basic.has(character) || extended.has(character)) return character
  const substitute = substitutes[character]
  if (substitute !== undefined) return substitute
  const bare = character.normalize('NFD').replace(/\p{M}/gu, '')
  return [...bare].every((letter) => basic.has(letter)) ? bare : ''
}

/** Writes a text in the GSM alphabet: `Hôpital` → `Hopital`; what has no like there is dropped. */
export const toGsm7 = (text: string): string =>
  [...text.normalize('NFC')].map(toGsm7Character).join('')
