import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { issueHcert, type JsonObject, parseDcc } from '@sidep/hcert'
import { type RuleVector, readRuleVectors, vectorsAbsent } from '../../../tools/src/vectors.ts'
import { anySigner } from '../test/any-signer.ts'
import { recoveryPayload, testPayload, vaccinationPayload } from '../test/issuer.ts'
import { checkRules } from './check-rules.ts'
import { evaluateRule, ruleSetFromGateway, type ValueSets, verify } from './index.ts'
import type { RuleProfile } from './rules/rule-set.ts'
import type { CertificateView, Purpose } from './verdict.ts'

interface Judged {
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

const judgedCase = (
  { id, rule }: RuleVector,
  { name, payload, external, expected }: RuleVector['cases'][number],
  timeZone: string | undefined,
): Judged => {
  const { validationClock, valueSets } = external as {
    validationClock?: string
    valueSets: ValueSets
  }
  // Cases are written for times before their rule as well.
  const always = { ...rule, ValidFrom: '2000-01-01T00:00:00Z' }
  const set = ruleSetFromGateway([always], valueSets, timeZone)
  assert.ok(set.ok, id)
  return {
    id: `${id}: ${name}`,
    expected,
    profile: { id, sets: [set.value], valueSets },
    purpose: { kind: 'entry', country: set.value.country },
    payload: payload as Judged['payload'],
    at: readClock(validationClock),
    affected: rule.AffectedFields as string[],
  }
}

const casesIn = (timeZone?: string): Judged[] =>
  readRuleVectors().flatMap((vector) =>
    vector.cases.map((one) => judgedCase(vector, one, timeZone)),
  )

const { ma: _, ...testWithoutDevice } = (testPayload().t as JsonObject[])[0] ?? {}

/** What a case leaves out, of a certificate that is all right; but for the device, which one need not name. */
const whole: Readonly<Record<string, JsonObject>> = {
  t: { ...testPayload(), t: [testWithoutDevice] },
  v: vaccinationPayload(),
  r: recoveryPayload('2021-07-01'),
}

/** The payload of a real certificate with what a case says of it; null where no certificate can say so. */
const certificateOf = ({ payload, affected }: Judged): JsonObject | null => {
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

suite('the rules of other countries', { skip: vectorsAbsent ?? false }, () => {
  test('each of their cases ends in the verdict that they say, days told in UTC as theirs are', () => {
    const cases = casesIn('UTC')
    for (const { id, expected, profile, purpose, payload, at } of cases) {
      const about = profile.sets[0]?.rules[0]?.about ?? 'any'
      const view: CertificateView = { ...anyView, kind: about === 'any' ? 'test' : about }
      const outcome = checkRules(payload, view, at, purpose, profile)
      assert.equal(outcome.ok, expected, id)
      if (!outcome.ok) assert.equal(outcome.declined.code, 'RULE_NOT_MET', id)
    }
    assert.ok(cases.length >= 332, `only ${cases.length} cases`)
  })

  test('signed certificates of theirs are accepted and refused by them, with the rule named', async () => {
    const { sign, keyId, trust } = await anySigner()
    let verified = 0
    for (const one of casesIn('UTC')) {
      const dcc = certificateOf(one)
      if (dcc === null) continue
      const expiresAt = new Date(one.at.getTime() + 86_400_000)
      const text = await issueHcert(dcc, {
        issuer: 'FR',
        issuedAt: one.at,
        expiresAt,
        keyId,
        sign,
      })
      const verdict = await verify(text, trust, one.at, one.purpose, one.profile)
      assert.equal(verdict.verdict, one.expected === true ? 'accepted' : 'refused', one.id)
      if (verdict.verdict !== 'accepted') {
        assert.equal(verdict.step, 'rules', one.id)
        assert.equal(`${verdict.rule?.id}`, one.id.split(':')[0])
      }
      verified += 1
    }
    assert.ok(verified >= 150, `only ${verified} of them can be certificates`)
  })

  test('by the clock on their own wall a day begins at their midnight, not at that of UTC', () => {
    const differing = casesIn().flatMap(({ id, expected, profile, purpose, payload, at }) => {
      const about = profile.sets[0]?.rules[0]?.about ?? 'any'
      const view: CertificateView = { ...anyView, kind: about === 'any' ? 'test' : about }
      return checkRules(payload, view, at, purpose, profile).ok === expected ? [] : [id]
    })
    // Each is within an hour or two of a midnight in UTC, when the next day has begun in Vienna and Paris.
    assert.deepEqual(differing, [
      'RR-AT-0002: fr exactly 180 days before now',
      'VR-AT-0004: 1/2 and validation = 90 days later',
      'VR-AT-0005: 2/2 and validation = 270 days later',
      'VR-AT-0006: 1/1 and validation = 270 days later',
      'VR-FR-0003: return false when validation date is just too early',
    ])
  })
})

const anyView: CertificateView = {
  format: 'hcert',
  kind: 'test',
  familyName: '',
  firstNames: '',
  birthDate: '',
  id: '',
  issuer: '',
  medical: {},
}
