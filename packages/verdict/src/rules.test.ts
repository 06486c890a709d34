import assert from 'node:assert/strict'
import { before, suite, test } from 'node:test'
import type { JsonObject } from '@sidep/hcert'
import { loadTrust } from '@sidep/trust'
import {
  makeIssuer,
  recoveryPayload,
  type TestIssuer,
  testPayload,
  vaccinationPayload,
} from '../test/issuer.ts'
import { dated, profiles, purposeFor, type RuleProfile, type Verdict, verify } from './index.ts'

const friday = new Date('2021-08-13T15:30:00Z')
const positive = '260373001'
const pcr = 'LP6464-4'

let issuer: TestIssuer
before(async () => {
  issuer = await makeIssuer()
})

const judge = async (country: string, payload: JsonObject, at = friday): Promise<Verdict> => {
  const text = await issuer.hcert(payload, { issuedAt: new Date('2021-08-05T00:00:00Z') })
  return await verify(text, issuer.trust, at, purposeFor(country))
}

const hoursBefore = (hours: number, milliseconds = 0): string =>
  new Date(friday.getTime() - hours * 3_600_000 - milliseconds).toISOString()

type Case = readonly [title: string, payload: JsonObject, code: string, at?: Date]

const runCases = (country: string, cases: readonly Case[]): void => {
  for (const [title, payload, code, at] of cases) {
    test(`${title}: ${code}`, async () => {
      const verdict = await judge(country, payload, at)
      assert.equal(verdict.code, code)
      assert.equal(verdict.step, code === 'ACCEPTED' ? null : 'rules')
    })
  }
}

const evening = new Date('2021-08-20T18:00:00Z')

suite('the French pass of 13 August 2021', () => {
  runCases('FR', [
    [
      'negative antigen test 71 h 59 ago',
      testPayload({ sampledAt: hoursBefore(71.98) }),
      'ACCEPTED',
    ],
    ['negative antigen test 72 h ago', testPayload({ sampledAt: hoursBefore(72) }), 'TEST_TOO_OLD'],
    ['negative PCR 71 h ago', testPayload({ sampledAt: hoursBefore(71), type: pcr }), 'ACCEPTED'],
    [
      'negative PCR 73 h ago',
      testPayload({ sampledAt: hoursBefore(73), type: pcr }),
      'TEST_TOO_OLD',
    ],
    ['sample taken in an hour', testPayload({ sampledAt: hoursBefore(-1) }), 'TEST_IN_FUTURE'],
    ['antibody test', testPayload({ type: 'LP417541-2' }), 'TEST_TYPE_NOT_PERMITTED'],
    ['test for another disease', testPayload({ disease: '6142004' }), 'DISEASE_OTHER'],
    [
      'positive 10 days ago',
      testPayload({ result: positive, sampledAt: hoursBefore(240) }),
      'RECOVERY_TOO_RECENT',
    ],
    [
      'positive 11 days ago',
      testPayload({ result: positive, sampledAt: hoursBefore(264) }),
      'ACCEPTED',
    ],
    [
      'positive 5 months ago',
      testPayload({ result: positive, sampledAt: '2021-03-14T10:00:00Z' }),
      'ACCEPTED',
    ],
    [
      'positive 6 months ago',
      testPayload({ result: positive, sampledAt: '2021-02-13T15:30:00Z' }),
      'RECOVERY_TOO_OLD',
    ],
    ['recovery, first positive 10 days ago', recoveryPayload('2021-08-03'), 'RECOVERY_TOO_RECENT'],
    ['recovery, first positive 11 days ago', recoveryPayload('2021-08-02'), 'ACCEPTED'],
    ['recovery, first positive 6 months ago', recoveryPayload('2021-02-13'), 'RECOVERY_TOO_OLD'],
    ['two doses, 6 days ago', vaccinationPayload({ on: '2021-08-07' }), 'VACCINATION_TOO_RECENT'],
    ['two doses, 7 days ago', vaccinationPayload({ on: '2021-08-06' }), 'ACCEPTED'],
    ['one dose of two', vaccinationPayload({ dose: 1 }), 'VACCINATION_INCOMPLETE'],
    [
      'one dose after an infection, 7 days ago',
      vaccinationPayload({ dose: 1, doses: 1, on: '2021-08-06' }),
      'ACCEPTED',
    ],
    [
      'Janssen, 27 days ago',
      vaccinationPayload({ product: 'EU/1/20/1525', dose: 1, doses: 1, on: '2021-07-17' }),
      'VACCINATION_TOO_RECENT',
    ],
    [
      'Janssen, 28 days ago',
      vaccinationPayload({ product: 'EU/1/20/1525', dose: 1, doses: 1, on: '2021-07-16' }),
      'ACCEPTED',
    ],
    [
      'third dose of two, yesterday',
      vaccinationPayload({ dose: 3, doses: 2, on: '2021-08-12' }),
      'ACCEPTED',
    ],
    [
      'dose of tomorrow',
      vaccinationPayload({ dose: 3, doses: 2, on: '2021-08-14' }),
      'VACCINATION_IN_FUTURE',
    ],
    ['Covishield', vaccinationPayload({ product: 'Covishield' }), 'ACCEPTED'],
    ['Sputnik V', vaccinationPayload({ product: 'Sputnik-V' }), 'VACCINE_NOT_PERMITTED'],
  ])

  test('says until when a negative test is accepted: 72 hours after sampling', async () => {
    const verdict = await judge('FR', testPayload({ sampledAt: '2021-08-13T10:00:00Z' }))
    assert.ok(verdict.verdict === 'accepted')
    assert.deepEqual(verdict.acceptedUntil, new Date('2021-08-16T10:00:00Z'))
  })

  test('names the rule that does not hold, in both languages', async () => {
    const verdict = await judge('FR', vaccinationPayload({ dose: 1 }))
    assert.ok(verdict.verdict === 'refused')
    assert.equal(verdict.rule?.id, 'FR-PASS-VACCINATION-2')
    assert.equal(verdict.rule.description.fr, 'Toutes les doses requises ont été administrées.')
  })
})

suite('entry to Greece by air in August 2021', () => {
  const child = '2010-01-01'
  runCases('GR', [
    ['negative PCR 71 h ago', testPayload({ sampledAt: hoursBefore(71), type: pcr }), 'ACCEPTED'],
    [
      'negative PCR 72 h ago',
      testPayload({ sampledAt: hoursBefore(72), type: pcr }),
      'TEST_TOO_OLD',
    ],
    ['negative antigen test 47 h ago', testPayload({ sampledAt: hoursBefore(47) }), 'ACCEPTED'],
    ['negative antigen test 48 h ago', testPayload({ sampledAt: hoursBefore(48) }), 'TEST_TOO_OLD'],
    [
      'positive test',
      testPayload({ result: positive, sampledAt: hoursBefore(300) }),
      'TEST_NOT_NEGATIVE',
    ],
    ['two doses, 13 days ago', vaccinationPayload({ on: '2021-07-31' }), 'VACCINATION_TOO_RECENT'],
    ['two doses, 14 days ago', vaccinationPayload({ on: '2021-07-30' }), 'ACCEPTED'],
    ['one dose of two', vaccinationPayload({ dose: 1 }), 'VACCINATION_INCOMPLETE'],
    ['Sputnik V', vaccinationPayload({ product: 'Sputnik-V' }), 'ACCEPTED'],
    ['Covaxin', vaccinationPayload({ product: 'Covaxin' }), 'VACCINE_NOT_PERMITTED'],
    ['recovery after 29 days', recoveryPayload('2021-07-15'), 'RECOVERY_TOO_RECENT'],
    ['recovery after 30 days', recoveryPayload('2021-07-14'), 'ACCEPTED'],
    ['recovery after 180 days', recoveryPayload('2021-02-21'), 'ACCEPTED', evening],
    ['recovery after 181 days', recoveryPayload('2021-02-20'), 'RECOVERY_TOO_OLD', evening],
    [
      'child of eleven with an old test',
      testPayload({ sampledAt: hoursBefore(100), dob: child }),
      'ACCEPTED',
    ],
    [
      'child of twelve with an old test',
      testPayload({ sampledAt: hoursBefore(100), dob: '2009-08-13' }),
      'TEST_TOO_OLD',
    ],
    [
      'unknown birth date with an old test',
      testPayload({ sampledAt: hoursBefore(100), dob: '' }),
      'TEST_TOO_OLD',
    ],
  ])

  test('accepts a child until the twelfth birthday', async () => {
    const verdict = await judge('GR', vaccinationPayload({ dose: 1, dob: '2009-09-01' }))
    assert.ok(verdict.verdict === 'accepted')
    // Midnight in Athens.
    assert.deepEqual(verdict.acceptedUntil, new Date('2021-09-01T00:00:00+03:00'))
  })
})

/** What is accepted from an instant on and not a second before, or the other way. */
const turnsAt = (
  country: string,
  payload: JsonObject,
  instant: string,
  before: string,
  after: string,
) =>
  test(`${country}: ${before} until ${instant}, then ${after}`, async () => {
    const at = new Date(instant)
    const second = new Date(at.getTime() - 1000)
    assert.equal((await judge(country, payload, second)).code, before)
    assert.equal((await judge(country, payload, at)).code, after)
  })

suite('a calendar day is a day of the place whose rule it is', () => {
  const tooRecent = ['VACCINATION_TOO_RECENT', 'ACCEPTED'] as const
  const dose = (on: string) => vaccinationPayload({ on })
  const booster = (on: string) => vaccinationPayload({ dose: 3, doses: 2, on })
  const janssen = (on: string) =>
    vaccinationPayload({ product: 'EU/1/20/1525', dose: 1, doses: 1, on })
  // Summer, winter, and the days over which the clocks change: 31 October 2021, 27 March 2022.
  turnsAt('FR', dose('2021-08-06'), '2021-08-13T00:00:00+02:00', ...tooRecent)
  turnsAt('FR', dose('2022-01-06'), '2022-01-13T00:00:00+01:00', ...tooRecent)
  turnsAt('FR', dose('2021-10-25'), '2021-11-01T00:00:00+01:00', ...tooRecent)
  turnsAt('FR', dose('2022-03-21'), '2022-03-28T00:00:00+02:00', ...tooRecent)
  turnsAt('FR', janssen('2021-10-10'), '2021-11-07T00:00:00+01:00', ...tooRecent)
  turnsAt('GR', dose('2021-07-30'), '2021-08-13T00:00:00+03:00', ...tooRecent)
  turnsAt('GR', dose('2021-10-25'), '2021-11-08T00:00:00+02:00', ...tooRecent)
  turnsAt('GR', dose('2022-03-20'), '2022-04-03T00:00:00+03:00', ...tooRecent)
  // Five minutes before midnight a phone may be five minutes behind.
  turnsAt(
    'FR',
    booster('2021-08-14'),
    '2021-08-13T23:55:00+02:00',
    'VACCINATION_IN_FUTURE',
    'ACCEPTED',
  )

  const recent = ['RECOVERY_TOO_RECENT', 'ACCEPTED'] as const
  const old = ['ACCEPTED', 'RECOVERY_TOO_OLD'] as const
  turnsAt('FR', recoveryPayload('2021-08-02'), '2021-08-13T00:00:00+02:00', ...recent)
  turnsAt('FR', recoveryPayload('2021-10-25'), '2021-11-05T00:00:00+01:00', ...recent)
  turnsAt('FR', recoveryPayload('2021-05-01'), '2021-11-01T00:00:00+01:00', ...old)
  turnsAt('GR', recoveryPayload('2021-10-15'), '2021-11-14T00:00:00+02:00', ...recent)
  turnsAt('GR', recoveryPayload('2021-05-10'), '2021-11-07T00:00:00+02:00', ...old)

  const positiveAt = (sampledAt: string) => testPayload({ result: positive, sampledAt })
  turnsAt('FR', positiveAt('2021-10-25T10:00:00+02:00'), '2021-11-05T10:00:00+01:00', ...recent)
  turnsAt('FR', positiveAt('2021-05-01T10:00:00+02:00'), '2021-11-01T10:00:00+01:00', ...old)

  // Hours are hours, whatever the clocks do.
  const sampledAt = '2021-10-30T12:00:00+02:00'
  const tooOld = ['ACCEPTED', 'TEST_TOO_OLD'] as const
  turnsAt('FR', testPayload({ sampledAt }), '2021-11-02T11:00:00+01:00', ...tooOld)
  turnsAt('GR', testPayload({ sampledAt }), '2021-11-01T12:00:00+02:00', ...tooOld)

  test('says until when by the same days', async () => {
    for (const [country, payload, until] of [
      ['FR', recoveryPayload('2021-05-01'), '2021-11-01T00:00:00+01:00'],
      ['FR', positiveAt('2021-05-01T10:00:00+02:00'), '2021-11-01T10:00:00+01:00'],
      ['GR', recoveryPayload('2021-05-10'), '2021-11-07T00:00:00+02:00'],
      ['GR', vaccinationPayload({ dose: 1, dob: '2009-11-07' }), '2021-11-07T00:00:00+02:00'],
    ] as const) {
      const verdict = await judge(country, payload)
      assert.ok(verdict.verdict === 'accepted')
      assert.deepEqual(verdict.acceptedUntil, new Date(until))
    }
  })

  test('a sample of the next five minutes was taken by a clock that is right', async () => {
    for (const country of ['FR', 'GR']) {
      const ahead = (minutes: number) => testPayload({ sampledAt: hoursBefore(-minutes / 60) })
      assert.equal((await judge(country, ahead(5))).code, 'ACCEPTED')
      assert.equal((await judge(country, ahead(5.1))).code, 'TEST_IN_FUTURE')
    }
  })
})

suite('a 2D-DOC under the French pass', () => {
  const judge2dDoc = async (result: 'N' | 'P' | 'X', hours: number, loinc?: string) => {
    const sampledAt = new Date(hoursBefore(hours))
    const text = await issuer.twoddoc({
      result,
      sampledAt,
      issuedAt: sampledAt,
      ...(loinc !== undefined && { loinc }),
    })
    const { code } = await verify(text, issuer.trust, friday, purposeFor('FR'))
    return code
  }

  test('a negative antigen test or PCR is accepted for 72 hours', async () => {
    for (const loinc of ['94558-4', '94309-2', '94500-6', '94845-5']) {
      assert.equal(await judge2dDoc('N', 71, loinc), 'ACCEPTED')
      assert.equal(await judge2dDoc('N', 72, loinc), 'TEST_TOO_OLD')
    }
  })

  test('another analysis, or a result that is none, is refused', async () => {
    assert.equal(await judge2dDoc('N', 5, '94762-2'), 'TEST_TYPE_NOT_PERMITTED')
    assert.equal(await judge2dDoc('X', 5), 'TEST_RESULT_NOT_USABLE')
  })

  test('a positive test counts as recovery from day 11', async () => {
    assert.equal(await judge2dDoc('P', 239), 'RECOVERY_TOO_RECENT')
    assert.equal(await judge2dDoc('P', 265), 'ACCEPTED')
  })
})

suite('rule profiles', () => {
  test('the default keeps the rules in force without end; the dated one does not', async () => {
    const today = new Date('2023-07-31T12:00:00Z')
    const expiresAt = new Date('2023-08-31T12:00:00Z')
    const payload = testPayload({ sampledAt: '2023-07-31T08:00:00Z' })
    const text = await issuer.hcert(payload, { expiresAt })
    const trust = await loadTrust(issuer.lists)
    const { code } = await verify(text, trust, today, purposeFor('FR'))
    assert.equal(code, 'ACCEPTED')
    const then = await verify(text, trust, today, purposeFor('FR'), dated)
    assert.equal(then.code, 'RULES_NOT_IN_FORCE')
  })

  test('every rule has its source and both languages', () => {
    for (const { id, source, description, code } of profiles.flatMap(rulesOf)) {
      assert.ok(source.length > 20 && description.fr && description.en, id)
      assert.match(code, /^[A-Z_]+$/)
    }
  })

  test('no two rules of one id are in force at once, and none has a gap', () => {
    for (const { sets } of profiles) {
      for (const { rules } of sets) {
        const versions = Map.groupBy(rules, ({ id }) => id)
        for (const [id, [first, ...later]] of versions) {
          let end = first?.inForce?.until ?? null
          for (const { inForce } of later) {
            assert.ok(end !== null && inForce?.from === end, id)
            end = inForce.until
          }
          assert.equal(end, null, `${id} ends before its set`)
        }
      }
    }
  })
})

const rulesOf = ({ sets }: RuleProfile) => sets.flatMap(({ rules }) => rules)
