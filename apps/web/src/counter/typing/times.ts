import { localDay, parseTypedDate } from '../../shared/typing/dates.ts'

export type TypedTime =
  | {
      readonly ok: true /** null: now, whenever the entry is recorded. */
      readonly at: Date | null
    }
  | { readonly ok: false; readonly code: 'TIME_UNREADABLE' }

const unreadable: TypedTime = { ok: false, code: 'TIME_UNREADABLE' }

const clockOf = (text: string): { hours: number; minutes: number } | undefined => {
  const parts = /^(\d{1,2})\s*[:hH.]\s*(\d{2})?$/.exec(text) ?? /^(\d{2})(\d{2})$/.exec(text)
  const hours = Number(parts?.[1])
  const minutes = Number(parts?.[2] ?? 0)
  return parts && hours < 24 && minutes < 60 ? { hours, minutes } : undefined
}

/** A time later today than this is taken for yesterday's: nobody samples in the future. */
const futureMillisecondsMax = 5 * 60_000

/**
 * Reads a sampling time as people type it, in the browser's time zone: empty for now, `14:30`, `14h30`,
 * `1430`, or with a day before it, `22/11/2026 14:30`, `22/11 14:30`. A bare time not reached yet today is yesterday's.
 */
export const parseTypedTime = (text: string, now: Date): TypedTime => {
  const typed = text.trim()
  if (typed === '') return { ok: true, at: null }
  const split = /^(?:(\S+)\s+)?(\S+)$/.exec(typed)
  const clock = clockOf(split?.[2] ?? '')
  if (clock === undefined) return unreadable
  const at = (day: Date): Date =>
    new Date(day.getFullYear(), day.getMonth(), day.getDate(), clock.hours, clock.minutes)
  const dayText = split?.[1]
  if (dayText === undefined) {
    const today = at(now)
    if (today.getTime() <= now.getTime() + futureMillisecondsMax) return { ok: true, at: today }
    return { ok: true, at: at(new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1)) }
  }
  const dayAndMonth = /^(\d{1,2})[./-](\d{1,2})$/.test(dayText)
  const date = parseTypedDate(dayAndMonth ? `${dayText}/${now.getFullYear()}` : dayText)
  if (!date.ok) return unreadable
  const [year = 0, month = 1, day = 1] = date.value.split('-').map(Number)
  return { ok: true, at: at(new Date(year, month - 1, day)) }
}

const pad = (value: number): string => String(value).padStart(2, '0')

/** How the form shows a sampling time again: `14:30` today, `22/11/2026 14:30` otherwise. */
export const typedTimeOf = (at: Date, now: Date): string => {
  const clock = `${pad(at.getHours())}:${pad(at.getMinutes())}`
  if (localDay(at) === localDay(now)) return clock
  return `${pad(at.getDate())}/${pad(at.getMonth() + 1)}/${at.getFullYear()} ${clock}`
}

/** RFC 3339 with the browser's offset, to the second: `2026-11-23T14:30:00+01:00`. */
export const rfc3339 = (at: Date): string => {
  const offsetMinutes = -at.getTimezoneOffset()
  const sign = offsetMinutes < 0 ? '-' : '+'
  const [hours, minutes] = [Math.floor(Math.abs(offsetMinutes) / 60), Math.abs(offsetMinutes) % 60]
  const clock = [at.getHours(), at.getMinutes(), at.getSeconds()].map(pad).join(':')
  return `${localDay(at)}T${clock}${sign}${pad(hours)}:${pad(minutes)}`
}
