import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromParisMinute, toParisDate, toParisMinute } from './paris-time.ts'

test('a time is written as the clocks in Paris show it, in summer and in winter', () => {
  assert.equal(toParisMinute(new Date('2021-08-13T13:30:59Z')), '130820211530')
  assert.equal(toParisMinute(new Date('2021-12-31T23:05:00Z')), '010120220005')
  assert.equal(toParisDate(new Date('2021-12-31T23:05:00Z')), '2022-01-01')
})

test('a time reads back, and midnight is 00, not 24', () => {
  for (const iso of ['2021-08-13T13:30:00Z', '2021-01-13T13:30:00Z', '2021-07-13T22:00:00Z']) {
    assert.deepEqual(fromParisMinute(toParisMinute(new Date(iso))), new Date(iso))
  }
  assert.equal(toParisMinute(new Date('2021-07-13T22:00:00Z')), '140720210000')
})

test('the minutes around the change to summer time are told apart', () => {
  assert.deepEqual(fromParisMinute('280320210159'), new Date('2021-03-28T00:59:00Z'))
  assert.deepEqual(fromParisMinute('280320210300'), new Date('2021-03-28T01:00:00Z'))
})

test('a minute that spring leaves out counts in winter time', () => {
  assert.deepEqual(fromParisMinute('280320210230'), new Date('2021-03-28T01:30:00Z'))
})

test('a minute that autumn repeats is the earlier one', () => {
  assert.deepEqual(fromParisMinute('311020210230'), new Date('2021-10-31T00:30:00Z'))
  assert.equal(toParisMinute(new Date('2021-10-31T01:30:00Z')), '311020210230')
  assert.deepEqual(fromParisMinute('311020210300'), new Date('2021-10-31T02:00:00Z'))
})

test('what is no minute of the calendar is undefined', () => {
  for (const text of [
    '',
    '300220210000',
    '010120212400',
    '010120210060',
    '0101202100000',
    '1er janvier ',
  ]) {
    assert.equal(fromParisMinute(text), undefined, text)
  }
})
