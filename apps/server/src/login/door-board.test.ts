import assert from 'node:assert/strict'
import { test } from 'node:test'
import { areAllDown, type DoorFindings, judgeDoor } from './door-board.ts'

const now = new Date('2026-11-23T15:30:00.000Z')
const secondsAgo = (seconds: number): Date => new Date(now.getTime() - seconds * 1000)
const report = (door: string, state: 'up' | 'down', seconds = 5) => ({
  door,
  state,
  reportedAt: secondsAgo(seconds),
})
const findings = (changes: Partial<DoorFindings>): DoorFindings => ({
  reports: [],
  switches: [],
  ...changes,
})

test('a door is up as long as one process finds it so', () => {
  const reports = [report('ecps', 'down'), report('ecps', 'up'), report('ecps', 'down')]
  assert.equal(judgeDoor('ecps', findings({ reports }), now), 'up')
})

test('a door that every process finds down is down, and one that nobody speaks of is neither', () => {
  const reports = [report('ecps', 'down'), report('ecps', 'down')]
  assert.equal(judgeDoor('ecps', findings({ reports }), now), 'down')
  assert.equal(judgeDoor('card', findings({ reports }), now), null)
})

test('what a process said more than a minute ago does not count', () => {
  const reports = [report('ecps', 'up', 61), report('ecps', 'down')]
  assert.equal(judgeDoor('ecps', findings({ reports }), now), 'down')
  const stale = [report('ecps', 'down', 61)]
  assert.equal(judgeDoor('ecps', findings({ reports: stale }), now), null)
})

test('the person on duty decides against the probes, until the time they said', () => {
  const reports = [report('ecps', 'up')]
  const told = (endsAt: Date) =>
    findings({ reports, switches: [{ door: 'ecps', state: 'down', endsAt }] })
  assert.equal(judgeDoor('ecps', told(new Date(now.getTime() + 1)), now), 'down')
  assert.equal(judgeDoor('ecps', told(now), now), 'up')
})

test('all doors are down only when each is known to be, and there is one', () => {
  const both = findings({ reports: [report('ecps', 'down'), report('card', 'down')] })
  assert.equal(areAllDown(['ecps', 'card'], both, now), true)
  const one = findings({ reports: [report('ecps', 'down'), report('card', 'up')] })
  assert.equal(areAllDown(['ecps', 'card'], one, now), false)
  const unknown = findings({ reports: [report('ecps', 'down')] })
  assert.equal(areAllDown(['ecps', 'card'], unknown, now), false)
  assert.equal(areAllDown([], both, now), false)
})
