/** The feeds, and when each is due. */
import { feedNames } from '@sidep/contracts'
import { dayIn, dayMilliseconds, momentIn, parisZone } from '@sidep/time'

export const itemFeeds = ['tracing', 'surveillance'] as const
/** Feeds of single screenings. */
export type ItemFeed = (typeof itemFeeds)[number]

export { feedNames }
export type FeedName = (typeof feedNames)[number]

/** Whose days the daily feeds count by. */
export const feedZone = parisZone
/** When the day before is told and counted: late enough for those who bring in what they did in the evening. */
const dailyAt = '02:00'

/** The next time at which the daily feeds go out. */
export const nextDaily = (at: Date): Date => {
  const today = momentIn(dayIn(at, feedZone), dailyAt, feedZone)
  if (today > at) return today
  const tomorrow = dayIn(new Date(today.getTime() + dayMilliseconds), feedZone)
  return momentIn(tomorrow, dailyAt, feedZone)
}
