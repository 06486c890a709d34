/** Times as people type them, on the clock of the site: never on the computer's, which may be set to another zone. */
import { cleanText } from '@sidep/identifiers'
import { isInFuture } from '@sidep/screening'
import { clockIn, dayAfter, dayIn, momentIn, momentsIn } from '@sidep/time'
import { dayFirst, parseTypedDate } from '../../shared/typing/dates.ts'

export type TypedTime =
  | {
      readonly ok: true
      /** null: now, whenever the entry is recorded. */
      readonly at: Date | null
      /** A bare time that today has not reached: the day before is guessed, and to be confirmed. */
      readonly isYesterday: boolean
    }
  | { readonly ok: false; readonly code: 'TIME_UNREADABLE' }

/** A weekday, a month in words, and a time. */
const typedLengthMax = 60

const unreadable: TypedTime = { ok: false, code: 'TIME_UNREADABLE' }

const twoDigits = (value: number): string => String(value).padStart(2, '0')

const clockOf = (hours: number, minutes: number): string | undefined =>
  hours < 24 && minutes < 60 ? `${twoDigits(hours)}:${twoDigits(minutes)}` : undefined

/** `2:50 PM`, `9:50:00 AM`, `2.50 p. m.`, as spreadsheets of other countries write. */
const halfDayClock = (typed: string): string | undefined => {
  const [, hours, minutes, half] =
    /^(\d{1,2})(?:[:.](\d{2})(?::\d{2})?)? ?([ap])\.? ?m\.?$/i.exec(typed) ?? []
  const hour = Number(hours)
  if (half === undefined || hour < 1 || hour > 12) return undefined
  return clockOf((hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0), Number(minutes ?? 0))
}

/** A spreadsheet's time is a part of a day, `0,604166667`; or it lost its first nought, `930`. */
const spreadsheetClock = (typed: string): string | undefined => {
  const share = /^0?[.,](\d+)$/.exec(typed)?.[1]
  if (share !== undefined) {
    // The last seconds of a day are of that day: not the midnight that it began with.
    const minutes = Math.min(Math.round(Number(`0.${share}`) * 1_440), 1_439)
    return clockOf(Math.floor(minutes / 60), minutes % 60)
  }
  const [, hour, minute] = /^(\d)(\d{2})$/.exec(typed) ?? []
  return hour === undefined ? undefined : clockOf(Number(hour), Number(minute))
}

/** The day that spreadsheets and databases write before a time that has none: their calendars' nought or one. */
const dayOfNone = /^(?:30\/12\/1899|31\/12\/1899|0?[01]\/0?1\/1900|1899-12-3[01]|1900-01-0[01])[ T]/

/** `14:30` of `1430`, `14h30`, `14 h 30`, `14:30:00`, `2:50 PM`; undefined when it is no time. */
export const readClock = (text: string, { isSpreadsheet = false } = {}): string | undefined => {
  const typed = cleanText(text).replace(dayOfNone, '')
  const half = halfDayClock(typed)
  if (half !== undefined) return half
  const tight = typed.replace(/\s/g, '')
  const [, hours, minutes = '0'] =
    /^(\d{1,2})[:hH.](\d{2})?(?:[:.]\d{2}(?:[.,]\d+)?|min|mn)?$/.exec(tight) ??
    /^(\d{2})(\d{2})$/.exec(tight) ??
    []
  if (hours !== undefined) return clockOf(Number(hours), Number(minutes))
  return isSpreadsheet ? spreadsheetClock(tight) : undefined
}

/**
 * Reads a sampling time as people type it: empty for now, `14:30`, `14h30`, `1430`, or with a day before it,
 * `22/11/2026 14:30`, `22/11 14:30` (the last such day), `hier 14:30`. A bare time not reached yet today is yesterday's; of an
 * hour that comes twice today it is the last one reached.
 *
 * @param timeZone of the site
 */
export const parseTypedTime = (text: string, now: Date, timeZone: string): TypedTime => {
  const typed = cleanText(text)
  if (typed === '') return { ok: true, at: null, isYesterday: false }
  if (typed.length > typedLengthMax) return unreadable
  const today = dayIn(now, timeZone)
  const bare = readClock(typed)
  if (bare !== undefined) {
    const reached = momentsIn(today, bare, timeZone).findLast((at) => !isInFuture(at, now))
    if (reached !== undefined) return { ok: true, at: reached, isYesterday: false }
    return { ok: true, at: momentIn(dayAfter(today, -1), bare, timeZone), isYesterday: true }
  }
  const [, ofYesterday] = /^(?:hier|yesterday),? (?:(?:à|a|at) )?(.+)$/i.exec(typed) ?? []
  const yesterdays = ofYesterday === undefined ? undefined : readClock(ofYesterday)
  if (yesterdays !== undefined) {
    const at = momentIn(dayAfter(today, -1), yesterdays, timeZone)
    return { ok: true, at, isYesterday: false }
  }
  // A day may have spaces in it, and so may a time: the first place that parts the two.
  for (const { index } of typed.matchAll(/[ T]/g)) {
    const clock = readClock(typed.slice(index + 1).replace(/^(?:à|a|at) /i, ''))
    const day = parseTypedDate(typed.slice(0, index), { today })
    if (clock !== undefined && day.ok) {
      return { ok: true, at: momentIn(day.value, clock, timeZone), isYesterday: false }
    }
  }
  return unreadable
}

/** A moment as it is typed with its day: `22/11/2026 14:30`. */
export const typedWithDay = (at: Date, timeZone: string): string =>
  `${dayFirst(dayIn(at, timeZone))} ${clockIn(at, timeZone)}`

/** How the form shows a sampling time again: `14:30` today, `22/11/2026 14:30` otherwise. */
export const typedTimeOf = (at: Date, now: Date, timeZone: string): string =>
  dayIn(at, timeZone) === dayIn(now, timeZone) ? clockIn(at, timeZone) : typedWithDay(at, timeZone)
