/** The one reader of dates: of the form, the grid, files and the person's page. */

import { cleanText, dateWithoutNoughts, isCalendarDate, isPartialDate } from '@sidep/identifiers'
import { dayMilliseconds } from '@sidep/time'

export type TypedDateCode = 'DATE_EMPTY' | 'DATE_UNREADABLE' | 'DATE_YEAR_SHORT' | 'DATE_NOT_REAL'

export type TypedDate =
  | {
      readonly ok: true
      /** YYYY-MM-DD; YYYY-MM or YYYY where a part of it may be unknown. */
      readonly value: string
    }
  | { readonly ok: false; readonly code: TypedDateCode }

export interface DateReading {
  /** A month, or a year alone, will do: `06/1958`, `1958`, `00/00/1958`. */
  readonly isPartial?: boolean
  /** Today, YYYY-MM-DD: a day without year, `31/12`, is the last such day. */
  readonly today?: string
  /** From a spreadsheet, which makes `3041980` of 03041980 and a number of days since 1900 of a date. */
  readonly isSpreadsheet?: boolean
}

const refused = (code: TypedDateCode): TypedDate => ({ ok: false, code })
const pad = (text: string): string => text.padStart(2, '0')

const monthNames: readonly (readonly [name: RegExp, month: string])[] = [
  [/^jan/, '01'],
  [/^f[ée][vb]/, '02'],
  [/^mar/, '03'],
  [/^a[vp]r/, '04'],
  [/^ma[iy]/, '05'],
  [/^juin|^jun/, '06'],
  [/^juil|^jul/, '07'],
  [/^ao[uû]|^aug/, '08'],
  [/^sep/, '09'],
  [/^oct/, '10'],
  [/^nov/, '11'],
  [/^d[ée]c/, '12'],
]

/** `3 avr. 1980`, `03-Apr-1980`, `April 3, 1980` with the month in figures; anything else as it was. */
const withMonthInFigures = (typed: string): string =>
  typed
    .replace(/^(\p{L}{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})$/u, '$2 $1 $3')
    .replace(
      /^(?:\p{L}+\.?,? )?(?:(\d{1,2})(?:er|st|nd|rd|th)?[\s./-]*)?(\p{L}{3,9})\.?(?:[\s./-]*(\d{2,4}))?$/u,
      (whole, day: string | undefined, name: string, year: string | undefined) => {
        const month = monthNames.find(([pattern]) => pattern.test(name.toLowerCase()))?.[1]
        if (month === undefined) return whole
        return [day, month, year].filter((part) => part !== undefined).join('/')
      },
    )

/** What a spreadsheet and a database put behind a day that has no time. */
const midnight = /[\sT]0{1,2}:00(?::00(?:\.0+)?)?(?:Z|[+-]00:?00)?$/

/** What stands around a date that was copied: `(03/04/1980)`, `né le 03/04/1980`, a full stop behind it. */
const before = /^[("'«[]{0,3}(?:n[ée]e?(?:\(e\))? )?(?:le |on )?/iu
const behind = /[)"'»\].;,]{1,3}$/u

/** Dashes and strokes of any kind, and what files have between cells, stand for the sign between two parts. */
const withPlainSigns = (text: string): string =>
  text.replace(/[\u2010-\u2015\u2212|\\_]/g, '-').replace(/[\u2044\u2215]/g, '/')

const bare = (text: string): string =>
  withPlainSigns(cleanText(text)).replace(behind, '').replace(before, '').replace(midnight, '')

/** Day 1 of a spreadsheet's calendar is 1 January 1900, which had a 29 February for it. */
const dayZero = Date.UTC(1899, 11, 30)

const spreadsheetDate = (typed: string): string | undefined => {
  const days = /^([1-9]\d{4})(?:[.,]0*)?$/.exec(typed)?.[1]
  if (days !== undefined) {
    return new Date(dayZero + Number(days) * dayMilliseconds).toISOString().slice(0, 10)
  }
  const [, day, month, year] = /^([1-9])(\d{2})(\d{4})$/.exec(typed) ?? []
  return day === undefined ? undefined : `${year}-${month}-${pad(day)}`
}

const unknownPart = /(?<![\d?x])(?:\?{1,2}|x{2})(?![\d?x])|(?<=^|\/)[-_.]{2}(?=\/)/gi

/** Whether of eight figures the first four alone can be a year of our time: `19800403`. */
const isYearFirst = (typed: string): boolean =>
  /^(?:19|20)\d{6}$/.test(typed) && !/^\d{4}(?:19|20)\d{2}$/.test(typed)

/** Year, month and day, `00` for each that is not said; undefined when these are no three of them. */
const partsOf = (typed: string): string | undefined => {
  const [, isoYear, isoMonth, isoDay = '00'] =
    /^(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?$/.exec(typed) ??
    (isYearFirst(typed) ? /^(\d{4})(\d{2})(\d{2})$/.exec(typed) : null) ??
    []
  if (isoYear !== undefined) return `${isoYear}-${pad(isoMonth ?? '')}-${pad(isoDay)}`
  const [, day, month, year] =
    (isYearFirst(typed) ? null : /^(\d{2})(\d{2})(\d{4})$/.exec(typed)) ??
    /^(\d{1,2})[\s./,-]+(\d{1,2})[\s./,-]+(\d{4})$/.exec(typed) ??
    /^()(\d{1,2})[\s./-]+(\d{4})$/.exec(typed) ??
    /^()()(\d{4})$/.exec(typed) ??
    []
  return year === undefined ? undefined : `${year}-${pad(month ?? '')}-${pad(day ?? '')}`
}

/** The last such day up to today. 29 February comes every four years, or eight around 1900 and 2100. */
const lastSuchDay = (typed: string, today: string): string | undefined => {
  const [, day, month] = /^(\d{1,2})[\s./-](\d{1,2})$/.exec(typed) ?? []
  if (day === undefined || month === undefined) return undefined
  const year = Number(today.slice(0, 4))
  const days = Array.from({ length: 9 }, (_, back) => `${year - back}-${pad(month)}-${pad(day)}`)
  return days.find((date) => isCalendarDate(date) && date <= today) ?? days[0]
}

const isYearShort = (typed: string): boolean =>
  /^\d{6}$/.test(typed) || /^\d{1,2}[\s./-]+\d{1,2}[\s./-]+\d{2}$/.test(typed)

/**
 * Reads a date as people type it, day first: `03041980`, `3/4/1980`, `3.4.1980`, `3 4 1980`, `3 avril 1980`,
 * or `1980-04-03`. A year of two figures is refused: at a counter both 1921 and 2021 are born.
 *
 * @example parseTypedDate('3/4/1980') // { ok: true, value: '1980-04-03' }
 */
export const parseTypedDate = (text: string, reading: DateReading = {}): TypedDate => {
  const { isPartial = false, today, isSpreadsheet = false } = reading
  const typed = withMonthInFigures(bare(text).replace(unknownPart, '00'))
  if (typed === '') return refused('DATE_EMPTY')
  const day =
    (today === undefined ? undefined : lastSuchDay(typed, today)) ??
    (isSpreadsheet ? spreadsheetDate(typed) : undefined)
  const date = day ?? partsOf(typed)
  if (date === undefined) return refused(isYearShort(typed) ? 'DATE_YEAR_SHORT' : 'DATE_UNREADABLE')
  if (isCalendarDate(date)) return { ok: true, value: date }
  const known = dateWithoutNoughts(date)
  if (isPartial && known !== undefined) return { ok: true, value: known }
  const isWhole = /\d[\s./-]+\d.*[\s./-]\d|^\d{8}$/.test(typed) || day !== undefined
  return refused(isWhole || isPartial ? 'DATE_NOT_REAL' : 'DATE_UNREADABLE')
}

/** A date as a form shows it, day first: `03/04/1980`, `04/1980`, `1980`; anything else unchanged. */
export const dayFirst = (isoDate: string): string =>
  isPartialDate(isoDate) ? isoDate.split('-').reverse().join('/') : isoDate

/** Age in whole years on a day; the greatest that it can be when the birth date is a partial one. */
export const ageYears = (birthDate: string, today: string): number => {
  const before = today.slice(4, birthDate.length) < birthDate.slice(4)
  return Number(today.slice(0, 4)) - Number(birthDate.slice(0, 4)) - (before ? 1 : 0)
}
