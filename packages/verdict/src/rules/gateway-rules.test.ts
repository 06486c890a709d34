import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { checkRules } from '../check-rules.ts'
import {
  type CertificateView,
  carriedRuleSet,
  dated,
  parseRuleSet,
  purposeFor,
  ruleSetFromGateway,
  withCarriedRules,
} from '../index.ts'
import { withLocalDays } from './local-days.ts'

const clock = { plusTime: [{ var: 'external.validationClock' }, 0, 'day'] }
const rule = {
  Identifier: 'VR-AT-0001',
  Type: 'Acceptance',
  Country: 'AT',
  Version: '1.0.0',
  Engine: 'CERTLOGIC',
  CertificateType: 'Vaccination',
  Description: [{ lang: 'en', desc: 'Fourteen days.' }],
  ValidFrom: '2021-07-01T00:00:00Z',
  ValidTo: '2030-06-01T00:00:00Z',
  Logic: { 'not-before': [clock, { plusTime: [{ var: 'payload.v.0.dt' }, 14, 'day'] }] },
}

const codeOf = (...asked: Parameters<typeof ruleSetFromGateway>): string => {
  const set = ruleSetFromGateway(...asked)
  return set.ok ? 'OK' : set.code
}

suite('rules as the EU gateway has them', () => {
  test('become a set for entering their country, by its own clock', () => {
    const set = ruleSetFromGateway([rule], {})
    assert.ok(set.ok)
    const { country, purpose, timeZone, region, rules } = set.value
    assert.deepEqual(
      { country, purpose, timeZone, region },
      {
        country: 'AT',
        purpose: 'entry',
        timeZone: 'Europe/Vienna',
        region: null,
      },
    )
    assert.equal(rules[0]?.description.fr, 'Fourteen days.')
  })

  test('of which a newer version ends the one before at its hour', () => {
    const newer = { ...rule, Version: '1.0.1', ValidFrom: '2021-09-01T04:00:00Z' }
    const set = ruleSetFromGateway([newer, rule], {})
    assert.ok(set.ok)
    assert.deepEqual(
      set.value.rules.map(({ inForce }) => inForce?.until),
      [rule.ValidTo, '2021-09-01T04:00:00Z'],
    )
  })

  test('are refused as a whole when one is not readable, too large or of another place', () => {
    assert.equal(codeOf([], {}), 'RULE_SET_MALFORMED')
    assert.equal(codeOf([rule, { ...rule, Engine: 'JAVA' }], {}), 'RULE_SET_MALFORMED')
    assert.equal(codeOf([rule, null], {}), 'RULE_SET_MALFORMED')
    assert.equal(codeOf([{ ...rule, ValidFrom: 'soon' }], {}), 'RULE_SET_MALFORMED')
    assert.equal(codeOf([{ ...rule, Logic: { or: [true] } }], {}), 'RULE_MALFORMED')
    assert.equal(codeOf([{ ...rule, Logic: Array(30_000).fill(1) }], {}), 'RULE_TOO_LARGE')
    const costly = { reduce: [[1], { reduce: [[1], { reduce: [[1], true, 0] }, 0] }, 0] }
    const long = Array(2_000).fill('x')
    assert.equal(codeOf([{ ...rule, Logic: costly }], { long }), 'RULE_TOO_COSTLY')
    assert.equal(codeOf([rule, { ...rule, Country: 'DE' }], {}), 'RULES_OF_SEVERAL_PLACES')
    assert.equal(codeOf([{ ...rule, Country: 'ZZ' }], {}), 'TIME_ZONE_UNKNOWN')
    assert.equal(codeOf([{ ...rule, Country: 'ZZ' }], {}, 'Europe/Riga'), 'OK')
    assert.equal(codeOf([rule], {}, 'Europe/Nowhere'), 'RULE_SET_MALFORMED')
  })
})

suite('rules that are carried', () => {
  const payload = { dob: '1980-01-01', v: [{ dt: '2021-08-01' }] }
  const at = (text: string) => new Date(text)

  test('judge the same when they have been written and read, in the place of the profile’s own', () => {
    const carried = carriedRuleSet([rule])
    assert.ok(carried.ok)
    const written: unknown = JSON.parse(JSON.stringify(carried.value))
    const { profile, rejected } = withCarriedRules(dated, [written], {})
    assert.deepEqual(rejected, [])
    const view = { kind: 'vaccination' } as CertificateView
    const judge = (moment: string) =>
      checkRules(payload, view, at(moment), purposeFor('AT'), profile)
    assert.equal(judge('2021-08-14T21:59:00Z').ok, false)
    assert.equal(judge('2021-08-14T22:00:00Z').ok, true)
    const greek = { ...(written as object), country: 'GR' }
    const replaced = withCarriedRules(dated, [greek], {}).profile.sets
    assert.equal(replaced.length, dated.sets.length)
    assert.equal(replaced.find(({ country }) => country === 'GR')?.id, 'AT-entry')
  })

  test('that cannot be read are left out and told', () => {
    const { profile, rejected } = withCarriedRules(dated, [{}, null], {})
    assert.deepEqual(rejected, ['RULE_SET_MALFORMED', 'RULE_SET_MALFORMED'])
    assert.deepEqual(profile.sets, dated.sets)
  })
})

suite('calendar days of a foreign rule', () => {
  test('are told by the clock on the wall, hours are not', () => {
    const days = withLocalDays(rule.Logic as never)
    assert.deepEqual(days, {
      'not-before': [
        { plusTime: [{ var: 'local.validationClock' }, 0, 'day'] },
        { plusTime: [{ var: 'local.v.0.dt' }, 14, 'day'] },
      ],
    })
    const hours = { before: [clock, { plusTime: [{ var: 'payload.t.0.sc' }, 72, 'hour'] }] }
    assert.deepEqual(withLocalDays(hours as never), hours)
    const guarded = { if: [{ var: 'payload.v.0' }, rule.Logic, true] }
    assert.deepEqual(withLocalDays(guarded as never), {
      if: [{ var: 'payload.v.0' }, days, true],
    })
  })
})

suite('a rule set from elsewhere', () => {
  const set = {
    id: 'X',
    country: 'FR',
    region: '974',
    purpose: 'pass',
    timeZone: 'Indian/Reunion',
    title: { fr: 'x', en: 'x' },
    inForce: { from: '2021-12-01T00:00:00+04:00', until: null },
    rules: [
      {
        id: 'X-1',
        about: 'any',
        code: 'X_NOT_MET',
        description: { fr: 'x', en: 'x' },
        source: 'x',
        when: { '===': [1, 1] },
        logic: true,
        holds: { until: clock },
      },
    ],
  }

  test('is read whole, or not at all', () => {
    const read = parseRuleSet(set)
    assert.ok(read.ok)
    assert.equal(read.value.region, '974')
    const [one] = set.rules
    for (const wrong of [
      null,
      { ...set, rules: [] },
      { ...set, purpose: 'travel' },
      { ...set, timeZone: 'Mars/Olympus' },
      { ...set, inForce: { from: '2021-12-01', until: null } },
      { ...set, inForce: {} },
      { ...set, rules: [{ ...one, about: 'slip' }] },
      { ...set, rules: [{ ...one, code: 'not a code' }] },
      { ...set, rules: [{ ...one, holds: { forever: true } }] },
      { ...set, title: { fr: 'x' } },
    ]) {
      assert.deepEqual(parseRuleSet(wrong), { ok: false, code: 'RULE_SET_MALFORMED' })
    }
    const negated = { ...one, when: { not: [true] } }
    assert.deepEqual(parseRuleSet({ ...set, rules: [negated] }), {
      ok: false,
      code: 'RULE_MALFORMED',
    })
  })
})
