/** How long each kind of data is kept, and until when that reaches back. Pure. */

import { dayMilliseconds } from '@sidep/time'

export interface RetentionSettings {
  readonly identifyingDays: number
  readonly tracesDays: number
}

/** What a datum is kept as: who was tested, who did what, or the row of a screening, which is both at first. */
export type Term = 'identifying' | 'traces' | 'screening'

/**
 * Days of a term. The row of a screening is a trace that holds identifying data at first: it goes when both are over,
 * whichever setting is longer.
 */
export const daysOf = (term: Term, { identifyingDays, tracesDays }: RetentionSettings): number =>
  term === 'identifying'
    ? identifyingDays
    : term === 'traces'
      ? tracesDays
      : Math.max(identifyingDays, tracesDays)

/** What is older than this is past its time. */
export const cutoffOf = (term: Term, settings: RetentionSettings, now: Date): Date =>
  new Date(now.getTime() - daysOf(term, settings) * dayMilliseconds)

/** What of each term is past its time: recorded before. */
export type Cutoffs = Readonly<Record<Term, Date>>

export const cutoffsOf = (settings: RetentionSettings, now: Date): Cutoffs => ({
  identifying: cutoffOf('identifying', settings, now),
  traces: cutoffOf('traces', settings, now),
  screening: cutoffOf('screening', settings, now),
})

const later = (one: Date, other: Date): Date => (one > other ? one : other)

export const laterOf = (one: Cutoffs, other: Cutoffs): Cutoffs => ({
  identifying: later(one.identifying, other.identifying),
  traces: later(one.traces, other.traces),
  screening: later(one.screening, other.screening),
})
