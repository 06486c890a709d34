import { broken, decoded, type Layer } from '@sidep/encoding'
import { isCertLogicExpression } from 'certlogic-js'
import { withLocalDays } from './local-days.ts'
import { parseRuleSet, type RuleSetCode } from './parse-rule-set.ts'
import type { RuleSet, ValueSets } from './rule-set.ts'
import { timeZoneOf } from './time-zones.ts'

export type GatewayRuleCode = RuleSetCode | 'TIME_ZONE_UNKNOWN' | 'RULES_OF_SEVERAL_PLACES'

const kinds: Readonly<Record<string, string>> = {
  General: 'any',
  Test: 'test',
  Vaccination: 'vaccination',
  Recovery: 'recovery',
}

/**
 * The acceptance rules of one country and region, as its gateway has them (eHealth Network, EU DCC validation rules
 * §3), as a rule set for entering it. A version takes effect at its `ValidFrom`, and with that ends the one before.
 *
 * @param rules parsed JSON, one object a rule; rules of type `Invalidation` say what a country's own certificates are
 *   not good for any more, and are taken along
 * @param timeZone IANA, where a country's days are not those of its capital
 * @returns the set, or RULE_SET_MALFORMED, RULE_MALFORMED, RULE_TOO_LARGE, RULE_TOO_COSTLY, TIME_ZONE_UNKNOWN,
 *   RULES_OF_SEVERAL_PLACES
 */
export const ruleSetFromGateway = (
  rules: readonly unknown[],
  valueSets: ValueSets,
  timeZone?: string,
): Layer<RuleSet, GatewayRuleCode> => {
  const set = carriedRuleSet(rules, timeZone)
  return set.ok ? parseRuleSet(set.value, valueSets) : set
}

/** The same as it is carried, in JSON: whoever gets it reads it by `parseRuleSet`. */
export const carriedRuleSet = (
  rules: readonly unknown[],
  timeZone?: string,
): Layer<unknown, GatewayRuleCode> => {
  const read = rules.map(readGatewayRule)
  const known = read.filter((rule) => rule !== null)
  const [first] = known
  if (first === undefined || known.length < read.length) return broken('RULE_SET_MALFORMED')
  const { country, region } = first
  if (known.some((rule) => rule.country !== country || rule.region !== region)) {
    return broken('RULES_OF_SEVERAL_PLACES')
  }
  const place = timeZone ?? timeZoneOf(country)
  if (place === undefined) return broken('TIME_ZONE_UNKNOWN')
  const name = region === null ? country : `${country}, ${region}`
  return decoded({
    id: `${country}-entry${region === null ? '' : `-${region}`}`,
    country,
    region,
    purpose: 'entry',
    timeZone: place,
    title: { fr: `Entrée : ${name}`, en: `Entry: ${name}` },
    inForce: { from: null, until: null },
    rules: known.map((rule) => inOurForm(rule, known)),
  })
}

interface GatewayRule {
  readonly id: string
  readonly country: string
  readonly region: string | null
  readonly version: string
  readonly kind: string
  readonly from: string
  readonly until: string
  readonly texts: ReadonlyMap<string, string>
  readonly logic: unknown
}

const readGatewayRule = (value: unknown): GatewayRule | null => {
  const fields: Readonly<Record<string, unknown>> = { ...Object(value) }
  const {
    Identifier: id,
    Country: country,
    Version: version,
    ValidFrom: from,
    ValidTo: until,
  } = fields
  const kind = kinds[String(fields.CertificateType)]
  const region = fields.Region ?? null
  if (fields.Engine !== 'CERTLOGIC' || kind === undefined || fields.Logic === undefined) return null
  if (typeof id !== 'string' || typeof country !== 'string' || typeof version !== 'string')
    return null
  if (typeof from !== 'string' || typeof until !== 'string') return null
  if (region !== null && typeof region !== 'string') return null
  const texts = new Map<string, string>()
  for (const text of Array.isArray(fields.Description) ? fields.Description : []) {
    const { lang, desc }: Record<string, unknown> = { ...Object(text) }
    if (typeof lang === 'string' && typeof desc === 'string') texts.set(lang, desc)
  }
  return { id, country, region, version, kind, from, until, texts, logic: fields.Logic }
}

/** Of what a country says of its rules in neither French nor English, its identifier is the description. */
const inOurForm = (rule: GatewayRule, all: readonly GatewayRule[]): unknown => {
  const { id, kind, texts, version, from, logic } = rule
  const english = texts.get('en') || id
  return {
    id,
    about: kind,
    code: 'RULE_NOT_MET',
    description: { fr: texts.get('fr') || english, en: english },
    source: `EU gateway, ${id} ${version}`,
    inForce: { from, until: endOf(rule, all) },
    logic: isCertLogicExpression(logic) ? withLocalDays(logic) : logic,
  }
}

const endOf = ({ id, from, until }: GatewayRule, all: readonly GatewayRule[]): string =>
  all.reduce(
    (end, other) =>
      other.id === id &&
      Date.parse(other.from) > Date.parse(from) &&
      Date.parse(other.from) < Date.parse(end)
        ? other.from
        : end,
    until,
  )
