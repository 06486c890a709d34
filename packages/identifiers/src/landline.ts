/**
 * Numbers that take no text messages, as far as the number tells. ARCEP, decision n° 2018-0881 (plan national de
 * numérotation): in France and its overseas departments, mobile numbers begin with 06 and 07; 01 to 05 and 09 are lines of
 * a place or of a box.
 */
const landlines: readonly RegExp[] = [
  /^\+33[1-59]/,
  /^\+590(?:590|9)/, // Guadeloupe, Saint-Martin, Saint-Barthélemy
  /^\+594(?:594|9)/, // Guyane
  /^\+596(?:596|9)/, // Martinique
  /^\+262(?:26[239]|9)/, // La Réunion, Mayotte
  // The Pacific has plans of its own, whose numbers are told apart as well: ITU-T E.164, national numbering plans.
  /^\+6894/, // Polynésie française
  /^\+687(?:2|3|4|88)/, // Nouvelle-Calédonie
]

/**
 * @param phone E.164
 * @returns false too where nobody can tell: another country's number
 */
export const isLandline = (phone: string): boolean =>
  landlines.some((landline) => landline.test(phone))
