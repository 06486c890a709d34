import { dayMilliseconds, hourMilliseconds } from '@sidep/time'
import type { IndexedPart } from './trust-index.ts'

type Limits = Pick<IndexedPart, 'warnAfterSeconds' | 'refuseAfterSeconds'>

const hours = (count: number): number => (count * hourMilliseconds) / 1000
const days = (count: number): number => (count * dayMilliseconds) / 1000

/** Keys change by days, and a list of a week is no reason to turn people away. */
const keys: Limits = { warnAfterSeconds: days(3), refuseAfterSeconds: null }

/** Filters with a part of their own are as old as the list that names them, and that one decides. */
const filters: Limits = { warnAfterSeconds: hours(6), refuseAfterSeconds: null }

const limits: Readonly<Record<string, Limits>> = {
  twoddoc: keys,
  // 72 h is the longest that a negative test ever counted (décret n° 2021-1059 of 7 August 2021): it must not outlive its list.
  'revocations/own': { warnAfterSeconds: hours(6), refuseAfterSeconds: hours(72) },
  'revocations/foreign': { warnAfterSeconds: hours(24), refuseAfterSeconds: null },
  continuity: { warnAfterSeconds: hours(6), refuseAfterSeconds: null },
  rules: { warnAfterSeconds: hours(24), refuseAfterSeconds: null },
  'value-sets': { warnAfterSeconds: days(7), refuseAfterSeconds: null },
  notices: { warnAfterSeconds: hours(2), refuseAfterSeconds: null },
}

/** How old a part may grow before a page says so, and before it changes what is vouched for. */
export const limitsOf = (name: string): Limits =>
  limits[name] ?? (name.startsWith('revocations/') ? filters : keys)
