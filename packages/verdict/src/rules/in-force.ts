import type { Period, Rule, RuleSet } from './rule-set.ts'

/** Whether a moment lies in a period. */
export const isWithin = ({ from, until }: Period, at: Date): boolean =>
  (from === null || at >= new Date(from)) && (until === null || at < new Date(until))

/** A set's conditions at a moment. */
export const rulesInForce = ({ rules }: RuleSet, at: Date): readonly Rule[] =>
  rules.filter(({ inForce }) => inForce === undefined || isWithin(inForce, at))

/** The moments after one at which anything of some sets begins or ends, in order. */
export const changesAfter = (sets: readonly RuleSet[], at: Date): readonly Date[] => {
  const periods = sets.flatMap(({ inForce, rules }) => [
    inForce,
    ...rules.flatMap((rule) => rule.inForce ?? []),
  ])
  const moments = periods.flatMap(({ from, until }) =>
    [from, until].flatMap((text) => (text === null ? [] : [Date.parse(text)])),
  )
  return [...new Set(moments)]
    .filter((moment) => moment > at.getTime())
    .sort((a, b) => a - b)
    .map((moment) => new Date(moment))
}

/** The conditions of a moment, kept in force without end. */
export const asOf = (set: RuleSet, at: Date): RuleSet => ({
  ...set,
  inForce: { from: null, until: null },
  rules: rulesInForce(set, at).map(({ inForce: _, ...rule }) => rule),
})
