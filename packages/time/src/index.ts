/** Durations, and what the clock of a place shows. No clock of its own: what time it is comes in as an argument. */
export { dayAfter, weekdayOf } from './calendar-days.ts'
export {
  dayMilliseconds,
  daySeconds,
  hourMilliseconds,
  hourSeconds,
  minuteMilliseconds,
  weekMilliseconds,
} from './durations.ts'
export { isFrenchHoliday } from './french-holidays.ts'
export {
  clockIn,
  dayIn,
  instantOfWallClock,
  isTimeZone,
  momentIn,
  momentsIn,
  offsetMinutesIn,
  parisZone,
  preciseMomentText,
  rfc3339In,
  wallClockAt,
} from './wall-clock.ts'
