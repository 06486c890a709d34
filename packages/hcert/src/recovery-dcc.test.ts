import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDcc } from './parse-dcc.ts'
import { recoveryDcc, recoveryTermFrom } from './recovery-dcc.ts'
import { issued, readable, testInput, valueIn } from './testing.ts'

test('a recovery is proven from the eleventh to the 180th day after the sample, over months and leap days', () => {
  for (const [firstPositiveOn, validFrom, validUntil] of [
    ['2021-10-05', '2021-10-16', '2022-04-03'],
    ['2021-12-25', '2022-01-05', '2022-06-23'],
    ['2024-02-20', '2024-03-02', '2024-08-18'],
  ] as const) {
    assert.deepEqual(recoveryTermFrom(firstPositiveOn), { firstPositiveOn, validFrom, validUntil })
  }
})

test('the certificate of a recovery says the days and nothing of the test, and is read as it was written', async () => {
  const { person, country, issuer, uvci } = testInput
  const term = recoveryTermFrom('2021-10-05')
  const dcc = recoveryDcc({ person, disease: '840539006', term, country, issuer, uvci })
  const read = valueIn(parseDcc(readable(await issued(dcc)).payload))
  assert.deepEqual(read.canonical, dcc)
  assert.deepEqual(read.entry, {
    kind: 'recovery',
    disease: '840539006',
    country,
    issuer,
    uvci,
    ...term,
  })
})
