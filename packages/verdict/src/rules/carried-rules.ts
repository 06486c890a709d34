import { parseRuleSet, type RuleSetCode } from './parse-rule-set.ts'
import type { RuleProfile, RuleSet, ValueSets } from './rule-set.ts'

export interface CarriedRules {
  readonly profile: RuleProfile
  /** Codes of sets that cannot be read: nobody is judged by them, and somebody must be told. */
  readonly rejected: readonly RuleSetCode[]
}

/**
 * A profile with the rule sets that arrived besides. They take the place of its own for the same country, region and
 * purpose.
 *
 * @param sets as JSON has them
 */
export const withCarriedRules = (
  base: RuleProfile,
  sets: readonly unknown[],
  valueSets: ValueSets,
): CarriedRules => {
  const read = sets.map((set) => parseRuleSet(set, valueSets))
  const carried = read.flatMap((set) => (set.ok ? [set.value] : []))
  const names = new Set(carried.map(placeOf))
  const own = base.sets.filter((set) => !names.has(placeOf(set)))
  return {
    profile: {
      ...base,
      sets: [...own, ...carried],
      valueSets: { ...base.valueSets, ...valueSets },
    },
    rejected: read.flatMap((set) => (set.ok ? [] : [set.code])),
  }
}

const placeOf = ({ country, region, purpose }: RuleSet): string =>
  `${purpose}:${country}:${region ?? ''}`
