import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DutyRules, dueNow, type Recipient } from './duty.ts'
import type { EventOf } from './events.ts'
import { startTestDay, type TestDay } from './testing.ts'

const rules: DutyRules = {
  gatherMilliseconds: 5_000,
  escalateMilliseconds: 300_000,
  staleMilliseconds: 3_600_000,
}
const recipients: readonly Recipient[] = [
  { name: 'duty-email-1', line: 'first' },
  { name: 'escalation-sms-1', line: 'second' },
]

const due = (day: TestDay) => dueNow(day.machine.board(), recipients, rules, new Date(day.now()))
const wordsOf = (day: TestDay): string[] =>
  due(day).map(({ stage, recipient }) => `${stage} ${recipient}`)

/** Says of everything due that it was told. */
const tell = (day: TestDay): string[] => {
  const words = wordsOf(day)
  for (const { incident, stage, recipient } of due(day)) {
    const told: EventOf<'told'> = {
      type: 'told',
      at: new Date(day.now()).toISOString(),
      incident: incident.id,
      stage,
      recipient,
      outcome: 'delivered',
      code: null,
      severity: incident.severity,
    }
    day.machine.record(told)
  }
  return words
}

test('those on duty are told once, the second line when nobody takes it, both when it is over', () => {
  const day = startTestDay()
  day.pass(40, ['ecps'])
  assert.deepEqual(tell(day), ['opened duty-email-1'])
  day.pass(120, ['ecps'])
  assert.deepEqual(tell(day), [])
  day.pass(180, ['ecps'])
  assert.deepEqual(tell(day), ['escalated escalation-sms-1'])
  day.pass(600, ['ecps'])
  assert.deepEqual(tell(day), [])
  day.pass(600)
  assert.deepEqual(tell(day), ['closed duty-email-1', 'closed escalation-sms-1'])
  assert.deepEqual(tell(day), [])
})

test('an incident that somebody has taken is not escalated', () => {
  const day = startTestDay()
  day.pass(40, ['ecps'])
  tell(day)
  const at = new Date(day.now()).toISOString()
  day.machine.record({ type: 'taken', at, incident: '2026-11-30/1', by: 'c.essai' })
  day.pass(900, ['ecps'])
  assert.deepEqual(tell(day), [])
})

test('one that becomes worse than was told is told once more', () => {
  const day = startTestDay()
  day.pass(40, ['ecps'])
  assert.deepEqual(tell(day), ['opened duty-email-1'])
  day.pass(40, ['ecps', 'card'])
  assert.deepEqual(tell(day), ['worsened duty-email-1'])
  assert.deepEqual(tell(day), [])
})

test('a watcher that comes back tells of no yesterday', () => {
  const day = startTestDay()
  day.pass(7_200, ['ecps'])
  assert.deepEqual(wordsOf(day), [])
})
