/** The cases that other countries wrote for their own rules, as something to judge and as certificates to show. */
import assert from 'node:assert/strict'
import { type JsonObject, parseDcc } from '@sidep/hcert'
import { type RuleVector, readRuleVectors } from '../../../tools/src/vectors.ts'
import { evaluateRule, ruleSetFromGateway, type ValueSets } from '../src/index.ts'
import type { RuleProfile } from '../src/rules/rule-set.ts'
import type { Purpose } from '../src/verdict.ts'
import { recoveryPayload, testPayload, vaccinationPayload } from './issuer.ts'

export interface RuleCase {
  /** The rule as its gateway has it, in force at all times. */
  readonly rule: Readonly<Record<string, unknown>>
  readonly valueSets: ValueSets
  readonly id: string
  readonly expected: unknown
  readonly profile: RuleProfile
  readonly purpose: Purpose
  readonly payload: Readonly<Record<string, unknown>>
  readonly at: Date
  /** Paths of the fields that the rule looks at. */
  readonly affected: readonly string[]
}

/** When a case does not say at which time. */
const anyTime = '2022-06-01T12:00:00Z'

const readClock = (text: unknown): Date => {
  const clock = evaluateRule({ plusTime: [text ?? anyTime, 0, 'day'] }, {})
  assert.ok(clock.ok && clock.value instanceof Date)
  return clock.value
}

const ruleCase = (
  { id, rule }: RuleVector,
  { name, payload, external, expected }: RuleVector['cases'][number],
  timeZone: string | undefined,
): RuleCase => {
  const { validationClock, valueSets } = external as {
    validationClock?: string
    valueSets: ValueSets
  }
  // Cases are written for times before their rule as well.
  const always = { ...rule, ValidFrom: '2000-01-01T00:00:00Z' }
  const set = ruleSetFromGateway([always], valueSets, timeZone)
  assert.ok(set.ok, id)
  return {
    rule: always,
    valueSets,
    id: `${id}: ${name}`,
    expected,
    profile: { id, sets: [set.value], valueSets },
    purpose: { kind: 'entry', country: set.value.country },
    payload: payload as RuleCase['payload'],
    at: readClock(validationClock),
    affected: rule.AffectedFields as string[],
  }
}

/** All of them. @param timeZone by whose days; that of the country unless told */
export const ruleCases = (timeZone?: string): RuleCase[] =>
  readRuleVectors().flatMap((vector) => vector.cases.map((one) => ruleCase(vector, one, timeZone)))

const { ma: _, ...testWithoutDevice } = (testPayload().t as JsonObject[])[0] ?? {}

/** What a case leaves out, of a certificate that is all right; but for the device, which one need not name. */
const whole: Readonly<Record<string, JsonObject>> = {
  t: { ...testPayload(), t: [testWithoutDevice] },
  v: vaccinationPayload(),
  r: recoveryPayload('2021-07-01'),
}

/** The payload of a real certificate with what a case says of it; null where no certificate can say so. */
export const certificateOf = ({ payload, affected }: RuleCase): JsonObject | null => {
  const [group, ...others] = Object.keys(payload)
  const entries = group === undefined ? undefined : payload[group]
  const base = group === undefined ? undefined : whole[group]
  if (others.length > 0 || base === undefined || group === undefined) return null
  if (!Array.isArray(entries) || entries.length !== 1) return null
  const [ofCase] = entries as JsonObject[]
  const [ofBase] = base[group] as JsonObject[]
  const fields = affected.flatMap(
    (path) => new RegExp(`^${group}\\.0\\.(\\w+)$`).exec(path)?.[1] ?? [],
  )
  // Without a field that every certificate has it is a case for the rule alone.
  if (fields.some((name) => name !== 'ma' && !(name in { ...ofCase }))) return null
  const dcc = { ...base, [group]: [{ ...ofBase, ...ofCase }] }
  return parseDcc(dcc).ok ? dcc : null
}
