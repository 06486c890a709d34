/** How long a minute, an hour, a day and a week are. Days here have 24 hours: for days of the calendar see wall-clock.ts. */
export const minuteMilliseconds = 60_000
export const hourMilliseconds = 60 * minuteMilliseconds
export const dayMilliseconds = 24 * hourMilliseconds
export const weekMilliseconds = 7 * dayMilliseconds

export const hourSeconds = 3_600
export const daySeconds = 24 * hourSeconds
