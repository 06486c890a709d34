/** Public holidays of metropolitan France: Code du travail, article L3133-1. Days are texts `YYYY-MM-DD`. */
import { dayAfter } from './calendar-days.ts'

/** Days after Easter Sunday: Easter Monday, Ascension, Whit Monday. */
const afterEaster = [1, 39, 50]
const fixed = ['01-01', '05-01', '05-08', '07-14', '08-15', '11-01', '11-11', '12-25']

/** Easter Sunday of the Gregorian calendar (anonymous algorithm; J. Meeus, Astronomical Algorithms, chapter 8). */
const easterOf = (year: number): string => {
  const century = Math.floor(year / 100)
  const golden = year % 19
  const leapCenturies = century >> 2
  const moonCorrection = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3)
  const epact = (19 * golden + century - leapCenturies - moonCorrection + 15) % 30
  const yearInCentury = year % 100
  const toSunday =
    (32 + 2 * (century % 4) + 2 * (yearInCentury >> 2) - epact - (yearInCentury % 4)) % 7
  const lateFullMoon = Math.floor((golden + 11 * epact + 22 * toSunday) / 451)
  const ofMarch = epact + toSunday - 7 * lateFullMoon + 114
  return dayAfter(`${year}-03-01`, ofMarch - 93)
}

const holidaysOf = (year: number): ReadonlySet<string> =>
  new Set([
    ...fixed.map((day) => `${year}-${day}`),
    ...afterEaster.map((days) => dayAfter(easterOf(year), days)),
  ])

const rememberedByYear = new Map<number, ReadonlySet<string>>()

/**
 * Whether nobody has to work on that day in metropolitan France. Two more of Alsace and Moselle and one of each
 * overseas département are not in it.
 *
 * @param day `YYYY-MM-DD`, of the years 1583 to 9999
 */
export const isFrenchHoliday = (day: string): boolean => {
  const year = Number(day.slice(0, 4))
  const known = rememberedByYear.get(year)
  if (known !== undefined) return known.has(day)
  const made = holidaysOf(year)
  rememberedByYear.set(year, made)
  return made.has(day)
}
