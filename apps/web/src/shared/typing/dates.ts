import { isCalendarDate } from '@sidep/identifiers'

export type TypedDateCode = 'DATE_EMPTY' | 'DATE_UNREADABLE' | 'DATE_YEAR_SHORT' | 'DATE_NOT_REAL'

export type TypedDate =
  | { readonly ok: true /** YYYY-MM-DD */; readonly value: string }
  | { readonly ok: false; readonly code: TypedDateCode }

const pad = (text: string): string => text.padStart(2, '0')

/**
 * Reads a date as people type it, day first: `03041980`, `3/4/1980`, `3.4.1980`, `3 4 1980`, `3-4-1980`,
 * or `1980-04-03`. A year of two figures is refused: at a counter both 1921 and 2021 are born.
 *
 * @example parseTypedDate('3/4/1980') // { ok: true, value: '1980-04-03' }
 */
export const parseTypedDate = (text: string): TypedDate => {
  const typed = text.trim()
  if (typed === '') return { ok: false, code: 'DATE_EMPTY' }
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(typed)
  const dayFirst =
    /^(\d{2})(\d{2})(\d{4})$/.exec(typed) ??
    /^(\d{1,2})[\s./-]+(\d{1,2})[\s./-]+(\d{4})$/.exec(typed)
  const [year, month, day] = iso
    ? [iso[1], iso[2], iso[3]]
    : [dayFirst?.[3], dayFirst?.[2], dayFirst?.[1]]
  if (year === undefined || month === undefined || day === undefined) {
    const short = /^\d{6}$/.test(typed) || /^\d{1,2}[\s./-]+\d{1,2}[\s./-]+\d{2}$/.test(typed)
    return { ok: false, code: short ? 'DATE_YEAR_SHORT' : 'DATE_UNREADABLE' }
  }
  const value = `${year}-${pad(month)}-${pad(day)}`
  return isCalendarDate(value) ? { ok: true, value } : { ok: false, code: 'DATE_NOT_REAL' }
}

/** `YYYY-MM-DD` as a form shows it, day first: `03/04/1980`; anything else unchanged. */
export const dayFirst = (isoDate: string): string => {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(isoDate)
  return parts ? `${parts[3]}/${parts[2]}/${parts[1]}` : isoDate
}

/** Age in whole years on a day. */
export const ageYears = (birthDate: string, now: Date): number => {
  const [year = 0, month = 0, day = 0] = birthDate.split('-').map(Number)
  const before = now.getMonth() + 1 < month || (now.getMonth() + 1 === month && now.getDate() < day)
  return now.getFullYear() - year - (before ? 1 : 0)
}

/** Local calendar day, YYYY-MM-DD. */
export const localDay = (at: Date): string =>
  `${at.getFullYear()}-${pad(String(at.getMonth() + 1))}-${pad(String(at.getDate()))}`
