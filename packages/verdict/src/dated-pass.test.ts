import assert from 'node:assert/strict'
import { before, suite, test } from 'node:test'
import type { JsonObject } from '@sidep/hcert'
import { type Trust, trustOf } from '@sidep/trust'
import {
  makeIssuer,
  recoveryPayload,
  type TestIssuer,
  testPayload,
  vaccinationPayload,
} from '../test/issuer.ts'
import { dated, purposeFor, type RuleProfile, type Verdict, verify } from './index.ts'
import { asOf } from './rules/in-force.ts'

let issuer: TestIssuer
let trust: Trust
before(async () => {
  issuer = await makeIssuer()
  // The pass is older than the test signer.
  const signers = issuer.trust.signers.map((signer) => ({ ...signer, notBefore: null }))
  trust = trustOf({ signers })
})

const judge = async (
  country: string,
  payload: JsonObject,
  at: Date | string,
  profile: RuleProfile = dated,
): Promise<Verdict> => {
  const times = { issuedAt: new Date('2021-05-01'), expiresAt: new Date('2022-12-31') }
  const text = await issuer.hcert(payload, times)
  return verify(text, trust, new Date(at), purposeFor(country), profile)
}

const codeOf = async (...asked: Parameters<typeof judge>): Promise<string> =>
  (await judge(...asked)).code

const minute = 60_000
const hour = 60 * minute
const pcr = 'LP6464-4'

/** A negative test is accepted to the minute before its hours are over, and a minute after refused. */
const negativeFor = (country: string, type: string | undefined, hours: number, sampledAt: string) =>
  test(`${country}, ${type ?? 'antigen'} of ${sampledAt}: ${hours} hours`, async () => {
    const payload = testPayload({ sampledAt, ...(type && { type }) })
    const edge = Date.parse(sampledAt) + hours * hour
    assert.equal(await codeOf(country, payload, new Date(edge - minute)), 'ACCEPTED')
    const accepted = await judge(country, payload, new Date(edge - minute))
    assert.ok(accepted.verdict === 'accepted')
    assert.deepEqual(accepted.acceptedUntil, new Date(edge))
    const after = await judge(country, payload, new Date(edge + minute))
    assert.equal(after.code, 'TEST_TOO_OLD')
    assert.ok(after.verdict === 'refused')
    assert.deepEqual(after.rule?.until, new Date(edge))
    assert.equal(await codeOf(country, payload, new Date(edge)), 'TEST_TOO_OLD')
    // Not before it was taken, by more than clocks differ.
    const early = new Date(Date.parse(sampledAt) - 6 * minute)
    assert.equal(await codeOf(country, payload, early), 'TEST_IN_FUTURE')
  })

suite('a negative test under each dated set, a minute from its edge', () => {
  for (const type of [undefined, pcr]) {
    negativeFor('FR', type, 48, '2021-06-12T18:30:00+02:00')
    negativeFor('FR', type, 48, '2021-07-20T08:00:00+02:00')
    negativeFor('FR', type, 48, '2021-08-06T23:00:00+02:00')
    negativeFor('FR', type, 72, '2021-08-10T12:00:00+02:00')
    // The clocks went back on 31 October: 72 hours are 71 on the wall.
    negativeFor('FR', type, 72, '2021-10-29T12:00:00+02:00')
    negativeFor('FR', type, 24, '2021-11-30T12:00:00+01:00')
    negativeFor('FR', type, 24, '2021-12-20T12:00:00+01:00')
    negativeFor('FR', type, 24, '2022-01-16T12:00:00+01:00')
  }
  negativeFor('GR', undefined, 48, '2021-08-11T12:00:00+03:00')
  negativeFor('GR', pcr, 72, '2021-08-11T12:00:00+03:00')
  negativeFor('GR', undefined, 48, '2021-10-30T12:00:00+03:00')
  negativeFor('GR', pcr, 72, '2021-10-29T12:00:00+03:00')
})

/** What changes at an instant, and not a minute before it. */
const changesAt = (
  title: string,
  payload: JsonObject,
  instant: string,
  was: string,
  becomes: string,
) =>
  test(`${title}: ${was} until ${instant}, then ${becomes}`, async () => {
    const at = Date.parse(instant)
    assert.equal(await codeOf('FR', payload, new Date(at - minute)), was)
    assert.equal(await codeOf('FR', payload, new Date(at)), becomes)
    assert.equal(await codeOf('FR', payload, new Date(at + minute)), becomes)
  })

suite('a set takes effect at its hour', () => {
  const fresh = (day: string) => testPayload({ sampledAt: `${day}T20:00:00Z` })
  changesAt(
    'the pass',
    fresh('2021-06-08'),
    '2021-06-09T00:00+02:00',
    'RULES_NOT_IN_FORCE',
    'ACCEPTED',
  )
  changesAt('72 h', fresh('2021-08-06'), '2021-08-09T00:00+02:00', 'TEST_TOO_OLD', 'ACCEPTED')
  changesAt('24 h', fresh('2021-11-27'), '2021-11-29T00:00+01:00', 'ACCEPTED', 'TEST_TOO_OLD')
  changesAt(
    'the vaccination pass',
    fresh('2022-01-23'),
    '2022-01-24T00:00+01:00',
    'ACCEPTED',
    'VACCINATION_PASS_REQUIRED',
  )
  const boosted = vaccinationPayload({ dose: 3, doses: 2, on: '2022-01-01' })
  changesAt('its suspension', boosted, '2022-03-14T00:00+01:00', 'ACCEPTED', 'RULES_NOT_IN_FORCE')

  const dose = (on: string) => vaccinationPayload({ on })
  changesAt(
    '7 days after the last dose',
    dose('2021-07-08'),
    '2021-07-17T00:00+02:00',
    'VACCINATION_TOO_RECENT',
    'ACCEPTED',
  )
  changesAt(
    '14 days until then',
    dose('2021-06-20'),
    '2021-07-04T00:00+02:00',
    'VACCINATION_TOO_RECENT',
    'ACCEPTED',
  )
  const covishield = vaccinationPayload({ product: 'Covishield', on: '2021-05-01' })
  changesAt(
    'similar vaccines',
    covishield,
    '2021-07-17T00:00+02:00',
    'VACCINE_NOT_PERMITTED',
    'ACCEPTED',
  )
  const novavax = vaccinationPayload({ product: 'EU/1/21/1618', on: '2021-12-01' })
  changesAt('Nuvaxovid', novavax, '2021-12-20T00:00+01:00', 'VACCINE_NOT_PERMITTED', 'ACCEPTED')

  changesAt(
    '11 days of recovery',
    recoveryPayload('2021-07-27'),
    '2021-08-09T00:00+02:00',
    'RECOVERY_TOO_RECENT',
    'ACCEPTED',
  )
  changesAt(
    '15 days until then',
    recoveryPayload('2021-06-20'),
    '2021-07-05T00:00+02:00',
    'RECOVERY_TOO_RECENT',
    'ACCEPTED',
  )
  changesAt(
    '4 months of recovery',
    recoveryPayload('2021-10-01'),
    '2022-02-15T00:00+01:00',
    'ACCEPTED',
    'RECOVERY_TOO_OLD',
  )
  changesAt(
    '6 months until then',
    recoveryPayload('2021-08-01'),
    '2022-02-01T00:00+01:00',
    'ACCEPTED',
    'RECOVERY_TOO_OLD',
  )
})

suite('boosters', () => {
  const of = (dob: string, on: string) => vaccinationPayload({ on, dob })
  const due = ['ACCEPTED', 'VACCINATION_BOOSTER_DUE'] as const
  changesAt(
    'at 65, from 15 December',
    of('1956-12-15', '2021-04-01'),
    '2021-12-15T00:00+01:00',
    ...due,
  )
  changesAt('not yet 65', of('1956-12-17', '2021-04-01'), '2021-12-17T00:00+01:00', ...due)
  changesAt(
    'at 64, from 15 January',
    of('1957-06-01', '2021-04-01'),
    '2022-01-15T00:00+01:00',
    ...due,
  )
  // The last day of the seven months counts to its end.
  changesAt('seven months', of('1980-01-01', '2021-06-30'), '2022-01-31T00:00+01:00', ...due)
  changesAt('four months', of('1980-01-01', '2021-09-15'), '2022-02-15T00:00+01:00', ...due)
  changesAt('four months later', of('1980-01-01', '2021-10-20'), '2022-02-21T00:00+01:00', ...due)
  changesAt(
    'at 18 years and a month',
    of('2004-01-10', '2021-09-01'),
    '2022-02-15T00:00+01:00',
    ...due,
  )
  const janssen = vaccinationPayload({
    product: 'EU/1/20/1525',
    dose: 1,
    doses: 1,
    on: '2021-09-01',
  })
  changesAt('Janssen, from 15 December', janssen, '2021-12-15T00:00+01:00', ...due)

  test('whoever is younger, or of an unknown age, needs none', async () => {
    for (const dob of ['2004-03-01', '']) {
      assert.equal(await codeOf('FR', of(dob, '2021-07-01'), '2022-03-01T12:00Z'), 'ACCEPTED')
    }
  })

  test('a third dose of three, of two or of one counts after seven days', async () => {
    for (const doses of [1, 2, 3]) {
      const payload = vaccinationPayload({ dose: 3, doses, on: '2022-02-20' })
      assert.equal(await codeOf('FR', payload, '2022-02-26T22:59Z'), 'VACCINATION_TOO_RECENT')
      assert.equal(await codeOf('FR', payload, '2022-02-26T23:00Z'), 'ACCEPTED')
    }
  })
})

suite('the vaccination pass', () => {
  const negative = (dob: string) => testPayload({ dob, sampledAt: '2022-02-01T10:00:00Z' })

  test('a negative test is enough until the sixteenth birthday', async () => {
    const verdict = await judge('FR', negative('2006-02-02'), '2022-02-01T20:00Z')
    assert.ok(verdict.verdict === 'accepted')
    assert.deepEqual(verdict.acceptedUntil, new Date('2022-02-02T00:00+01:00'))
    assert.equal(verdict.rule?.id, 'FR-PASS-TEST-7')
    for (const dob of ['2006-02-01', '1980-01-01', '']) {
      const code = await codeOf('FR', negative(dob), '2022-02-01T20:00Z')
      assert.equal(code, 'VACCINATION_PASS_REQUIRED')
    }
  })
})

suite('until when it is accepted', () => {
  test('knows the change that comes before its own end', async () => {
    const payload = testPayload({ sampledAt: '2021-11-27T10:00:00Z' })
    const verdict = await judge('FR', payload, '2021-11-28T12:00Z')
    assert.ok(verdict.verdict === 'accepted')
    assert.deepEqual(verdict.acceptedUntil, new Date('2021-11-29T00:00+01:00'))
  })

  test('knows the change that makes it last longer', async () => {
    const payload = testPayload({ sampledAt: '2021-08-08T10:00:00Z' })
    const verdict = await judge('FR', payload, '2021-08-08T12:00Z')
    assert.ok(verdict.verdict === 'accepted')
    assert.deepEqual(verdict.acceptedUntil, new Date('2021-08-11T10:00:00Z'))
  })

  test('ends with the pass', async () => {
    const boosted = vaccinationPayload({ dose: 3, doses: 2, on: '2022-01-01' })
    const verdict = await judge('FR', boosted, '2022-02-01T12:00Z')
    assert.ok(verdict.verdict === 'accepted')
    assert.deepEqual(verdict.acceptedUntil, new Date('2022-03-14T00:00+01:00'))
  })
})

suite('what the verdict says of the rule', () => {
  test('from when a recovery counts, by the clock of the place', async () => {
    const verdict = await judge('FR', recoveryPayload('2021-10-25'), '2021-11-01T12:00Z')
    assert.ok(verdict.verdict === 'refused')
    assert.equal(verdict.step, 'rules')
    assert.deepEqual(verdict.rule, {
      id: 'FR-PASS-RECOVERY-1',
      description: {
        fr: 'Le premier test positif date de plus de onze jours.',
        en: 'The first positive test was more than eleven days ago.',
      },
      from: new Date('2021-11-05T00:00+01:00'),
      until: null,
      timeZone: 'Europe/Paris',
    })
  })
})

suite('a region with rules of its own', () => {
  test('is judged by those, by its own clock, and others by the country’s', async () => {
    const [pass] = dated.sets
    assert.ok(pass)
    const island = {
      ...asOf(pass, new Date('2021-11-30')),
      region: '974',
      timeZone: 'Indian/Reunion',
    }
    const profile = { id: 'with an island', sets: [pass, island] }
    const text = await issuer.hcert(vaccinationPayload({ on: '2022-01-06' }))
    // Midnight of the 13th comes three hours earlier there.
    const at = new Date('2022-01-12T21:00:00Z')
    const there = { kind: 'pass', country: 'FR', region: '974' } as const
    assert.equal((await verify(text, trust, at, there, profile)).code, 'ACCEPTED')
    for (const region of [undefined, '971']) {
      const elsewhere = { ...purposeFor('FR'), ...(region && { region }) }
      const verdict = await verify(text, trust, at, elsewhere, profile)
      assert.equal(verdict.code, 'VACCINATION_TOO_RECENT')
    }
  })
})
