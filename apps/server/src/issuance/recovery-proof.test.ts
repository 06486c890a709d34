import assert from 'node:assert/strict'
import { test } from 'node:test'
import { antigenTestType } from './held.ts'
import { beginningOf, endOf, phaseOf, recoveryTermOf } from './recovery-proof.ts'

const paris = 'Europe/Paris'
const nucleicAcidTestType = 'LP6464-4'

test('an antigen test proves a recovery from 1 October 2021 on, a nucleic acid test whenever it was', () => {
  const termOf = (testType: string, sampledAt: string) =>
    recoveryTermOf({ testType, sampledAt: new Date(sampledAt), timeZone: paris })
  assert.equal(termOf(antigenTestType, '2021-09-30T23:59:59+02:00'), null)
  assert.equal(termOf(antigenTestType, '2021-10-01T00:00:00+02:00')?.validFrom, '2021-10-12')
  assert.equal(termOf(nucleicAcidTestType, '2021-07-14T12:00:00+02:00')?.validFrom, '2021-07-25')
})

test('days are those of the place: an evening in Paris is the next day on Réunion', () => {
  const sampledAt = new Date('2021-10-04T21:00:00Z')
  const [here, there] = [paris, 'Indian/Reunion'].map((timeZone) =>
    recoveryTermOf({ testType: antigenTestType, sampledAt, timeZone }),
  )
  assert.equal(here?.firstPositiveOn, '2021-10-04')
  assert.equal(there?.firstPositiveOn, '2021-10-05')
})

test('a term is early before the eleventh day, open through the 180th, over after it, and a certificate of it lasts so long', () => {
  const sampledAt = new Date('2021-10-05T15:20:00+02:00')
  const term = recoveryTermOf({ testType: antigenTestType, sampledAt, timeZone: paris })
  assert.ok(term)
  const phaseAt = (time: string) => phaseOf(term, new Date(time), paris)
  assert.equal(phaseAt('2021-10-15T23:59:59+02:00'), 'early')
  assert.equal(phaseAt('2021-10-16T00:00:00+02:00'), 'open')
  assert.equal(phaseAt('2022-04-03T23:59:59+02:00'), 'open')
  assert.equal(phaseAt('2022-04-04T00:00:00+02:00'), 'over')
  assert.equal(beginningOf(term, paris).toISOString(), '2021-10-15T22:00:00.000Z')
  // Where the clocks are furthest behind, that day ends twelve hours after it does in UTC.
  assert.ok(endOf(term) >= new Date('2022-04-04T12:00:00Z'))
})
