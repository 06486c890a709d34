import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Row } from '../lists/rows.ts'
import { personQuestions, resultQuestions } from './questions.ts'

const now = new Date('2026-11-29T10:00:00Z')
const at = (minutesAgo: number): string =>
  new Date(now.getTime() - minutesAgo * 60_000).toISOString()
const person = {
  familyName: 'Lecœur',
  firstNames: 'Zoé Marie',
  birthDate: '1980-04-03',
  sex: 'F',
} as const

const row = (change: Partial<Row> = {}): Row => ({
  id: '0199c1b0-0000-7000-8000-000000000001',
  state: 'final',
  person,
  kind: 'antigen',
  disease: '840539006',
  device: '1232',
  deviceName: null,
  sampledAt: at(60),
  recordedAt: at(60),
  result: 'negative',
  certificate: null,
  held: null,
  amendment: null,
  ...change,
})
const asked = { id: '0199c1b0-0000-7000-8000-000000000002', person, sampledAt: at(0) }

describe('the same person twice', () => {
  it('within a day is asked about, however the names are written', () => {
    const codes = (names: object) =>
      personQuestions({ ...asked, person: { ...person, ...names } }, [row()]).map(
        (question) => question.code === 'SAME_PERSON' && question.isAlike,
      )
    assert.deepEqual(codes({}), [false])
    assert.deepEqual(codes({ familyName: 'LECOEUR', firstNames: 'ZOE MARIE' }), [false])
    assert.deepEqual(codes({ firstNames: 'Zoé' }), [true])
    assert.deepEqual(codes({ birthDate: '1980-04-04' }), [])
    assert.deepEqual(codes({ familyName: 'Martin' }), [])
  })
  it('a day later, itself, or one that came back to be corrected is not', () => {
    assert.deepEqual(personQuestions(asked, [row({ sampledAt: at(24 * 60) })]), [])
    assert.deepEqual(personQuestions(asked, [row({ id: asked.id })]), [])
    assert.deepEqual(personQuestions(asked, [row({ state: 'refused' })]), [])
  })
  it('who waits twice is asked about at the form, not again when a result is read', () => {
    const waiting = row({ id: asked.id, state: 'waiting', result: null, sampledAt: at(20) })
    const other = row({ state: 'waiting', result: null })
    assert.equal(personQuestions(asked, [other]).length, 1)
    assert.deepEqual(resultQuestions(waiting, [other], 15, now), [])
    assert.equal(resultQuestions(waiting, [row()], 15, now).length, 1)
  })
})

describe('a result', () => {
  it('before the time of its test is asked about, once it is time not', () => {
    const waiting = (minutes: number) =>
      row({ id: asked.id, state: 'waiting', result: null, sampledAt: at(minutes) })
    assert.deepEqual(resultQuestions(waiting(2), [], 15, now), [{ code: 'EARLY', minutesLeft: 13 }])
    assert.deepEqual(resultQuestions(waiting(15), [], 15, now), [])
  })
})

describe('a name of one letter', () => {
  it('that is the key of a result is asked about', () => {
    for (const name of ['n', 'N', 'p', 'i'])
      assert.deepEqual(personQuestions({ ...asked, person: { ...person, firstNames: name } }, []), [
        { code: 'ONE_LETTER', name },
      ])
    assert.deepEqual(personQuestions({ ...asked, person: { ...person, familyName: 'Y' } }, []), [])
  })
})
