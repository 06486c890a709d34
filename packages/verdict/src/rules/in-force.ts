import type { Period, Rule, RuleSet } from './rule-set.ts'

interface Span {
  /** Milliseconds since 1970. */
  readonly from: number
  readonly until: number
}

/** A period is asked about with each verdict, and does not change. */
const spans = new WeakMap<Period, Span>()

const spanOf = (period: Period): Span => {
  const known = spans.get(period)
  if (known !== undefined) return known
  const { from, until } = period
  const span = {
    from: from === null ? Number.NEGATIVE_INFINITY : Date.parse(from),
    until: until === null ? Number.POSITIVE_INFINITY : Date.parse(until),
  }
  spans.set(period, span)
  return span
}

/** Whether a moment lies in a period. */
export const isWithin = (period: Period, at: Date): boolean => {
  const { from, until } = spanOf(period)
  const moment = at.getTime()
  return moment >= from && moment < until
}

// Most sets say nothing of the time of a single condition, and are asked about with each verdict.
const undated = new WeakSet<RuleSet>()

const isInForce = ({ inForce }: Rule, at: Date): boolean =>
  inForce === undefined || isWithin(inForce, at)

/** A set's conditions at a moment. */
export const rulesInForce = (set: RuleSet, at: Date): readonly Rule[] => {
  const { rules } = set
  if (undated.has(set)) return rules
  if (rules.every(({ inForce }) => inForce === undefined)) {
    undated.add(set)
    return rules
  }
  return rules.filter((rule) => isInForce(rule, at))
}

/** The moments at which anything of some sets begins or ends, in order, in milliseconds since 1970. */
export const changesOf = (sets: readonly RuleSet[]): readonly number[] => {
  const periods = sets.flatMap(({ inForce, rules }) => [
    inForce,
    ...rules.flatMap((rule) => rule.inForce ?? []),
  ])
  const moments = periods.map(spanOf).flatMap(({ from, until }) => [from, until])
  return [...new Set(moments)].filter(Number.isFinite).sort((a, b) => a - b)
}

/** The conditions of a moment, kept in force without end. */
export const asOf = (set: RuleSet, at: Date): RuleSet => ({
  ...set,
  inForce: { from: null, until: null },
  rules: rulesInForce(set, at).map(({ inForce: _, ...rule }) => rule),
})
