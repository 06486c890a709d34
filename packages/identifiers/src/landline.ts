/**
 * Numbers that take no text messages, as far as the number tells. ARCEP, decision n° 2018-0881 (plan national de
 * numérotation): in France and its overseas departments, mobile numbers begin with 06 and 07; 01 to 05 and 09 are lines of
 * a place or of a box.
 */
const landlines: readonly RegExp[] = [
  /^\+33[1-59]/,
  /^\+590590/, // Guadeloupe, Saint-Martin, Saint-Barthélemy
  /^\+594594/, // Guyane
  /^\+596596/, // Martinique
  /^\+26226[239]/, // La Réunion, Mayotte
]

/**
 * @param phone E.164
 * @returns false too where nobody can tell: another country's number
 */
export const isLandline = (phone: string): boolean =>
  landlines.some((landline) => landline.test(phone))
