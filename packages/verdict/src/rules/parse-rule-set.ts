import { broken, decoded, type Layer } from '@sidep/encoding'
import { isTimeZone } from '@sidep/time'
import { type CertLogicExpression, isCertLogicExpression } from 'certlogic-js'
import { checkedExpression, type RuleCode } from '../certlogic.ts'
import type { Exemption, Holds, Period, Rule, RuleSet, Texts, ValueSets } from './rule-set.ts'

export type RuleSetCode = 'RULE_SET_MALFORMED' | Exclude<RuleCode, 'RULE_FAILED'>

/** A country had at most some dozens; a list without end would hold up every scan. */
const rulesMax = 500
const textCharactersMax = 2_000

type ReadLogic = (value: unknown) => CertLogicExpression

/** Ends the reading of a set; never leaves this file. */
class Malformed extends Error {
  override readonly name = 'Malformed'
  readonly code: RuleSetCode

  constructor(code: RuleSetCode = 'RULE_SET_MALFORMED') {
    super(code)
    this.code = code
  }
}

/**
 * Reads a rule set that came from elsewhere: every condition is CertLogic within bounds, every time and place is one.
 *
 * @param value as JSON has it
 * @param valueSets the lists that its conditions will be evaluated over
 * @returns the set, or RULE_SET_MALFORMED, RULE_MALFORMED, RULE_TOO_LARGE, RULE_TOO_COSTLY
 */
export const parseRuleSet = (
  value: unknown,
  valueSets: ValueSets = {},
): Layer<RuleSet, RuleSetCode> => {
  const bounds = { external: { valueSets } }
  try {
    return decoded(
      readSet(value, (logic) => {
        const checked = checkedExpression(logic, bounds)
        if (checked.ok) return checked.value
        throw new Malformed(checked.code === 'RULE_FAILED' ? 'RULE_MALFORMED' : checked.code)
      }),
    )
  } catch (error) {
    if (error instanceof Malformed) return broken(error.code)
    throw error
  }
}

/** The same of a set that this build carries, whose dates are known to be some. @throws Malformed when it is not one */
export const ownRuleSet = (value: unknown): RuleSet =>
  readSet(value, (logic) => {
    if (isCertLogicExpression(logic)) return logic
    throw new Malformed()
  })

const readSet = (value: unknown, readLogic: ReadLogic): RuleSet => {
  const {
    id,
    country,
    region = null,
    purpose,
    timeZone,
    title,
    inForce,
    exempt,
    rules,
  } = fieldsOf(value)
  if (purpose !== 'pass' && purpose !== 'entry') throw new Malformed()
  if (typeof timeZone !== 'string' || !isTimeZone(timeZone)) throw new Malformed()
  if (!Array.isArray(rules) || rules.length === 0 || rules.length > rulesMax) throw new Malformed()
  return {
    id: readText(id),
    country: readText(country),
    region: region === null ? null : readText(region),
    purpose,
    timeZone,
    title: readTexts(title),
    inForce: readPeriod(inForce),
    ...(exempt === undefined ? {} : { exempt: readExemption(exempt, readLogic) }),
    rules: rules.map((rule) => readRule(rule, readLogic)),
  }
}

const kinds = ['any', 'test', 'vaccination', 'recovery'] as const

const readRule = (value: unknown, readLogic: ReadLogic): Rule => {
  const { id, about, code, description, source, inForce, when, logic, holds } = fieldsOf(value)
  const kind = kinds.find((known) => known === about)
  if (kind === undefined || typeof code !== 'string' || !/^[A-Z][A-Z_]{0,63}$/.test(code)) {
    throw new Malformed()
  }
  return {
    id: readText(id),
    about: kind,
    code,
    description: readTexts(description),
    source: readText(source),
    ...(inForce === undefined ? {} : { inForce: readPeriod(inForce) }),
    ...(when === undefined ? {} : { when: readLogic(when) }),
    logic: readLogic(logic),
    ...(holds === undefined ? {} : { holds: readHolds(holds, readLogic) }),
  }
}

const ends = ['from', 'fromOnTheWall', 'until', 'untilOnTheWall', 'lastDayOnTheWall'] as const

const readHolds = (value: unknown, readLogic: ReadLogic): Holds => {
  const fields = fieldsOf(value)
  const known = ends.filter((name) => name in fields)
  if (known.length !== Object.keys(fields).length) throw new Malformed()
  return Object.fromEntries(known.map((name) => [name, readLogic(fields[name])]))
}

const readExemption = (value: unknown, readLogic: ReadLogic): Exemption => {
  const { description, source, logic, untilOnTheWall } = fieldsOf(value)
  return {
    description: readTexts(description),
    source: readText(source),
    logic: readLogic(logic),
    ...(untilOnTheWall === undefined ? {} : { untilOnTheWall: readLogic(untilOnTheWall) }),
  }
}

const readPeriod = (value: unknown): Period => {
  const { from, until } = fieldsOf(value)
  return { from: readMoment(from), until: readMoment(until) }
}

const readMoment = (value: unknown): string | null => {
  if (value === null) return null
  const text = readText(value)
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) || Number.isNaN(Date.parse(text))) {
    throw new Malformed()
  }
  return text
}

const readTexts = (value: unknown): Texts => {
  const { fr, en } = fieldsOf(value)
  return { fr: readText(fr), en: readText(en) }
}

const readText = (value: unknown): string => {
  if (typeof value !== 'string' || value === '' || value.length > textCharactersMax) {
    throw new Malformed()
  }
  return value
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Malformed()
  return { ...value }
}
