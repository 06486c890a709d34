import { dayMilliseconds, instantOfWallClock } from '@sidep/time'
import type { CertLogicExpression } from 'certlogic-js'
import { evaluateCompiled } from './compiled-logic.ts'
import { type RuleData, type RulePayload, ruleDataOf } from './rule-data.ts'
import { changesOf, isWithin, rulesInForce } from './rules/in-force.ts'
import type { Holds, Rule, RuleProfile, RuleSet } from './rules/rule-set.ts'
import {
  type CertificateView,
  type Declined,
  earliest,
  type Purpose,
  type RuleView,
  refused,
} from './verdict.ts'

export type RulesOutcome =
  | {
      readonly ok: true
      /** From then on the same check would refuse; null = no end is known. */
      readonly until: Date | null
      /** The condition whose end comes first. */
      readonly rule?: RuleView
    }
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
  const { sets, changes } = chosenFor(purpose, profile)
  const judge = (moment: Date): RulesOutcome => {
    const set = sets.find(({ inForce }) => isWithin(inForce, moment))
    if (set === undefined) {
      const code = sets.length === 0 ? 'RULES_UNKNOWN_COUNTRY' : 'RULES_NOT_IN_FORCE'
      return { ok: false, declined: refused('rules', code, certificate) }
    }
    const data = ruleDataOf(payload, moment, set, profile.valueSets)
    return checkSet(set, data, certificate, moment)
  }
  const now = judge(at)
  return now.ok ? throughChanges(now, changes, at, judge) : now
}

interface Chosen {
  readonly sets: readonly RuleSet[]
  /** When anything of them begins or ends, in order, in milliseconds since 1970. */
  readonly changes: readonly number[]
}

/** A profile does not change, and a verifier checks for the same purpose all evening. */
const chosen = new WeakMap<RuleProfile, Map<string, Chosen>>()
/** More than anybody checks for; what is asked for beyond them is looked up anew. */
const chosenMax = 64

const chosenFor = (purpose: Exclude<Purpose, { kind: 'none' }>, profile: RuleProfile): Chosen => {
  const byPurpose = chosen.get(profile) ?? new Map<string, Chosen>()
  chosen.set(profile, byPurpose)
  const name = `${purpose.kind}/${purpose.country}/${purpose.region ?? ''}`
  const known = byPurpose.get(name)
  if (known !== undefined) return known
  const sets = setsFor(purpose, profile)
  const found = { sets, changes: changesOf(sets) }
  if (byPurpose.size < chosenMax) byPurpose.set(name, found)
  return found
}

/** Those of a region, where it has its own for this purpose; else the country's. */
const setsFor = (
  { kind, country, region }: Exclude<Purpose, { kind: 'none' }>,
  { sets }: RuleProfile,
): readonly RuleSet[] => {
  const ofCountry = sets.filter((set) => set.country === country && set.purpose === kind)
  const ofRegion = ofCountry.filter((set) => set.region === (region ?? null))
  return ofRegion.length > 0 ? ofRegion : ofCountry.filter((set) => set.region === null)
}

/** What is accepted now may end, or go on for longer, at the hour when other conditions take effect. */
const throughChanges = (
  now: RulesOutcome & { ok: true },
  changes: readonly number[],
  at: Date,
  judge: (moment: Date) => RulesOutcome,
): RulesOutcome => {
  let outcome = now
  for (const moment of changes) {
    if (moment <= at.getTime()) continue
    const change = new Date(moment)
    if (outcome.until !== null && outcome.until <= change) return outcome
    const then = judge(change)
    if (!then.ok) {
      const { rule } = then.declined
      return { ok: true, until: change, ...(rule !== undefined && { rule }) }
    }
    outcome = then
  }
  return outcome
}

const checkSet = (
  set: RuleSet,
  data: RuleData,
  certificate: CertificateView,
  at: Date,
): RulesOutcome => {
  const { exempt, timeZone } = set
  if (exempt !== undefined && evaluated(exempt.logic, data) === true) {
    return { ok: true, until: onTheWall(exempt.untilOnTheWall, data, timeZone) }
  }
  let first: RuleView | undefined
  for (const rule of rulesInForce(set, at)) {
    if (rule.about !== 'any' && rule.about !== certificate.kind) continue
    const code = failureOf(rule, data)
    if (code === undefined) continue
    const until = rule.holds === undefined ? null : endOf(rule.holds, data, timeZone)
    if (code !== null) {
      const view = viewOf(rule, until, data, timeZone)
      return { ok: false, declined: { ...refused('rules', code, certificate), rule: view } }
    }
    if (until !== null && earliest(first?.until ?? null, until) === until) {
      first = viewOf(rule, until, data, timeZone)
    }
  }
  return { ok: true, until: first?.until ?? null, ...(first !== undefined && { rule: first }) }
}

const viewOf = (
  { id, description, holds = {} }: Rule,
  until: Date | null,
  data: RuleData,
  timeZone: string,
): RuleView => ({
  id,
  description,
  from: latest(instantOf(holds.from, data), onTheWall(holds.fromOnTheWall, data, timeZone)),
  until,
  timeZone,
})

/** When a condition stops holding; null when it says nothing about that. */
const endOf = (holds: Holds, data: RuleData, timeZone: string): Date | null => {
  const lastDay = instantOf(holds.lastDayOnTheWall, data)
  return earliest(
    instantOf(holds.until, data),
    onTheWall(holds.untilOnTheWall, data, timeZone),
    lastDay === null
      ? null
      : instantOfWallClock(new Date(lastDay.getTime() + dayMilliseconds), timeZone),
  )
}

const latest = (one: Date | null, other: Date | null): Date | null =>
  one === null || (other !== null && other > one) ? other : one

const instantOf = (logic: CertLogicExpression | undefined, data: RuleData): Date | null => {
  const value = logic === undefined ? null : evaluated(logic, data)
  return value instanceof Date ? value : null
}

const onTheWall = (
  logic: CertLogicExpression | undefined,
  data: RuleData,
  timeZone: string,
): Date | null => {
  const reading = instantOf(logic, data)
  return reading === null ? null : instantOfWallClock(reading, timeZone)
}

/**
 * Undefined when a rule does not concern the certificate, null when its condition holds. Where one of the two cannot be
 * evaluated, it does not hold.
 */
const failureOf = (rule: Rule, data: RuleData): string | null | undefined => {
  const concerned = rule.when === undefined || evaluated(rule.when, data)
  if (concerned === false) return undefined
  const result = concerned === true ? evaluated(rule.logic, data) : undefined
  if (result === true) return null
  return result === false ? rule.code : 'RULE_FAILED'
}

/** Evaluates an expression of a set that was read: known to be within bounds. */
const evaluated = (logic: CertLogicExpression, data: RuleData): unknown => {
  try {
    return evaluateCompiled(logic, data)
  } catch {
    // An operand of the wrong kind, such as a date that no reader of dates knows: not true.
    return undefined
  }
}

/**
 * What a certificate is checked for, as people name it: `FR` is the French national pass, any other country entering
 * it; `entry:FR` and `pass:FR` say it in full.
 */
export const purposeFor = (name: string): Purpose => {
  const [, kind, country] = /^(pass|entry):(.*)$/.exec(name) ?? []
  if (country !== undefined) return { kind: kind === 'pass' ? 'pass' : 'entry', country }
  return name === 'FR' ? { kind: 'pass', country: name } : { kind: 'entry', country: name }
}
