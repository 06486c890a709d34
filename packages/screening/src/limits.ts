/** Every bound on time that a screening is judged by stands here, but for how far clocks may differ (packages/continuity). */

import { clockSkewMilliseconds } from '@sidep/continuity'
import { hourMilliseconds } from '@sidep/time'

/** 72 h: validity of an antigen test, décret n° 2021-1059 of 7 August 2021; older ones are typed as catch-up. */
const sampledBeforeMilliseconds = 72 * hourMilliseconds

/** From this age of the sample an entry needs a reason, and a positive of it somebody else's confirmation. */
const lateAfterMilliseconds = 24 * hourMilliseconds

/** What an operator sets. */
export interface ScreeningLimits {
  /** Nothing older can be entered, not even as catch-up: its identity data could not be kept. */
  readonly catchUpDaysMax: number
  /**
   * Which way it came in; a counter where nobody said otherwise. A laboratory sends every kind of test, and its results
   * come when its analysers have them: age asks neither for a reason nor for catch-up.
   */
  readonly way?: 'counter' | 'laboratory'
}

/** Where nobody said otherwise: identity data is kept for three months. */
export const defaultLimits: ScreeningLimits = { catchUpDaysMax: 92 }

/** Whether a sample is so old that it is entered as catch-up only. */
export const isCatchUp = (sampledAt: Date, at: Date): boolean =>
  at.getTime() - sampledAt.getTime() > sampledBeforeMilliseconds

/** Whether a sample is so old that its entry needs a reason, and a positive of it somebody else's word. */
export const isLate = (sampledAt: Date, at: Date): boolean =>
  at.getTime() - sampledAt.getTime() > lateAfterMilliseconds

/** Whether a moment lies further ahead than the clocks of counters do. */
export const isInFuture = (moment: Date, at: Date): boolean =>
  moment.getTime() > at.getTime() + clockSkewMilliseconds
