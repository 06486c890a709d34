/** Age classes of the open series (`cl_age90`), by the last year of each: `09` is 0–9, `90` is 90 and more. */
export const ageClasses = ['09', '19', '29', '39', '49', '59', '69', '79', '89', '90'] as const
export type AgeClass = (typeof ageClasses)[number]

/** Everybody, whatever their age. */
export const allAges = '0'

/**
 * The class of somebody on a day.
 *
 * @param birthDate `YYYY-MM-DD`, `YYYY-MM` or `YYYY`; what nobody knows of it counts as its beginning
 * @param day `YYYY-MM-DD`
 */
export const ageClassOf = (birthDate: string, day: string): AgeClass => {
  const born = `${birthDate}-01-01`.slice(0, 10)
  const hadBirthday = day.slice(5) >= born.slice(5)
  const years = Number(day.slice(0, 4)) - Number(born.slice(0, 4)) - (hadBirthday ? 0 : 1)
  const index = Math.min(Math.floor(Math.max(years, 0) / 10), ageClasses.length - 1)
  return ageClasses[index] ?? '90'
}
