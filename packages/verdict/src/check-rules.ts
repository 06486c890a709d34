import { instantOfWallClock } from '@sidep/time'
import { evaluate } from 'certlogic-js'
import { type RuleData, type RulePayload, ruleDataOf } from './rule-data.ts'
import type { Rule, RuleProfile, RuleSet } from './rules/rule-set.ts'
import { type CertificateView, type Declined, earliest, type Purpose, refused } from './verdict.ts'

export type RulesOutcome =
  | { readonly ok: true; readonly until: Date | null }
  | { readonly ok: false; readonly declined: Declined }

/**
 * Step `rules`: finds the rule set in force for a purpose and holds the certificate against it.
 * A rule that cannot be evaluated on this certificate refuses it.
 *
 * Codes: RULES_UNKNOWN_COUNTRY, RULES_NOT_IN_FORCE, RULE_FAILED, or the code of the rule that does
 * not hold.
 */
export const checkRules = (
  payload: RulePayload,
  certificate: CertificateView,
  at: Date,
  purpose: Purpose,
  profile: RuleProfile,
): RulesOutcome => {
  if (purpose.kind === 'none') return { ok: true, until: null }
  const sets = profile.sets.filter(
    ({ country, purpose: kind }) => country === purpose.country && kind === purpose.kind,
  )
  const decline = (code: string): RulesOutcome => ({
    ok: false,
    declined: refused('rules', code, certificate),
  })
  if (sets.length === 0) return decline('RULES_UNKNOWN_COUNTRY')
  const set = sets.find((candidate) => isInForce(candidate, at))
  if (set === undefined) return decline('RULES_NOT_IN_FORCE')
  return checkSet(set, ruleDataOf(payload, at, set.timeZone), certificate)
}

const isInForce = ({ inForce: { from, until } }: RuleSet, at: Date): boolean =>
  (from === null || at >= new Date(from)) && (until === null || at < new Date(until))

const checkSet = (set: RuleSet, data: RuleData, certificate: CertificateView): RulesOutcome => {
  let until: Date | null = null
  for (const rule of set.rules) {
    if (rule.about !== 'any' && rule.about !== certificate.kind) continue
    const code = failureOf(rule, data)
    if (code !== null) {
      const { id, description } = rule
      return {
        ok: false,
        declined: { ...refused('rules', code, certificate), rule: { id, description } },
      }
    }
    until = earliest(until, endOf(rule, data, set.timeZone))
  }
  return { ok: true, until }
}

/** When a rule stops holding; null when it says nothing about that. */
const endOf = ({ until, untilOnTheWall }: Rule, data: RuleData, timeZone: string): Date | null => {
  const end = until === undefined ? null : evaluateOwn(until, data)
  const reading = untilOnTheWall === undefined ? null : evaluateOwn(untilOnTheWall, data)
  return earliest(
    end instanceof Date ? end : null,
    reading instanceof Date ? instantOfWallClock(reading, timeZone) : null,
  )
}

const failureOf = (rule: Rule, data: RuleData): string | null => {
  const result = evaluateOwn(rule.logic, data)
  if (result === true) return null
  return result === false ? rule.code : 'RULE_FAILED'
}

/** Evaluates an expression of our own rule sets: known to be small, so without the bounds. */
const evaluateOwn = (logic: Rule['logic'], data: RuleData): unknown => {
  try {
    return evaluate(logic, data)
  } catch {
    // An operand of the wrong kind, such as a date that no reader of dates knows: not true.
    return undefined
  }
}

/** `--for FR` means the French national pass; any other country means entering it. */
export const purposeFor = (country: string): Purpose =>
  country === 'FR' ? { kind: 'pass', country } : { kind: 'entry', country }
