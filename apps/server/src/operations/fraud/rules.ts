/**
 * Rules of fraud as data: how many points a feature of a day's conduct gives, from where, and at most. Points add up; at
 * `alertPoints` it is an alert. Tuned on simulated conduct (`sidep fraud --simulated`), which docs/operating/fraud.md describes.
 */
import { dayMilliseconds, hourMilliseconds } from '@sidep/time'
import type { Feature } from './conduct.ts'

export interface FraudRule {
  readonly code: string
  readonly feature: Feature
  /** Nothing up to here; all the points from there on; in between in proportion. */
  readonly from: number
  readonly full: number
  readonly points: number
}

export const alertPoints = 100

/** How far back it is looked for what is usual, and after how long that is worked out anew. */
export const usualMilliseconds = 28 * dayMilliseconds
export const usualForMilliseconds = 6 * hourMilliseconds
/** One alert a professional and day: what comes after adds to it. */
export const alertMilliseconds = dayMilliseconds

export const fraudRules: readonly FraudRule[] = [
  // Somebody else signed in elsewhere: neither the computer nor the network was ever seen, of the person or at the site.
  {
    code: 'UNKNOWN_COUNTER_AND_NETWORK',
    feature: 'unknownCounterAndNetwork',
    from: 3,
    full: 20,
    points: 75,
  },
  { code: 'BESIDE_OWN_COUNTER', feature: 'besideOwnCounter', from: 2, full: 12, points: 60 },
  { code: 'UNKNOWN_COUNTER', feature: 'unknownCounter', from: 5, full: 24, points: 25 },
  { code: 'UNKNOWN_SITE', feature: 'unknownSite', from: 5, full: 40, points: 15 },
  // 1 is the person's own busiest hour, or twenty.
  { code: 'PACE', feature: 'pace', from: 1.2, full: 3, points: 60 },
  { code: 'NIGHT', feature: 'night', from: 3, full: 20, points: 60 },
  { code: 'LATE', feature: 'late', from: 10, full: 60, points: 50 },
  { code: 'DISTANCE', feature: 'distance', from: 0, full: 3, points: 70 },
  { code: 'SAME_PERSON', feature: 'samePerson', from: 2, full: 12, points: 70 },
  // 3: one chance in twenty; 9: one in eight thousand.
  { code: 'ONLY_NEGATIVE', feature: 'onlyNegative', from: 3, full: 9, points: 40 },
  { code: 'MANY_SITES', feature: 'manySites', from: 1, full: 5, points: 50 },
]
