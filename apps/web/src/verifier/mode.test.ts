import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultProfile } from '@sidep/verdict'
import { judgedAt, localDay, modeChoices, parseMode } from './mode.ts'

const choices = modeChoices(defaultProfile)
const now = new Date('2021-08-13T21:00:00')

test('the choices are the rule sets in force, the French pass first', () => {
  assert.deepEqual(
    choices.map(({ id }) => id),
    ['pass:FR', 'entry:GR'],
  )
})

test('a remembered mode comes back; anything else is the first choice', () => {
  const entry = { choice: 'entry:GR', date: '2021-08-20' }
  assert.deepEqual(parseMode(JSON.stringify(entry), choices), entry)
  const first = { choice: 'pass:FR', date: null }
  for (const remembered of [null, '', '{', '[]', '3', '{"choice":"entry:XX","date":null}']) {
    assert.deepEqual(parseMode(remembered, choices), first)
  }
  assert.deepEqual(parseMode('{"choice":"pass:FR","date":"2021-08-20"}', choices), first)
  assert.deepEqual(parseMode('{"choice":"entry:GR","date":"<b>"}', choices), {
    choice: 'entry:GR',
    date: null,
  })
})

test('a day to come is judged at its noon, a day that has passed as now', () => {
  const at = (date: string | null) => judgedAt({ choice: 'entry:GR', date }, now)
  assert.equal(at(null), now)
  assert.equal(at('2021-08-12'), now)
  assert.equal(at('2021-08-13'), now)
  assert.equal(localDay(at('2021-08-20')), '2021-08-20')
  assert.equal(at('2021-08-20').getHours(), 12)
  assert.equal(at('2021-99-99'), now)
})
