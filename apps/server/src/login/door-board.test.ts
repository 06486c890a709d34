import assert from 'node:assert/strict'
import { test } from 'node:test'
import { areAllDown, type DoorFindings, downSince, judgeDoor } from './door-board.ts'

const now = new Date('2026-11-23T15:30:00.000Z')
const secondsAgo = (seconds: number): Date => new Date(now.getTime() - seconds * 1000)
const report = (door: string, state: 'up' | 'down', seconds = 5, since = seconds) => ({
  door,
  state,
  since: secondsAgo(since),
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
    findings({
      reports,
      switches: [{ door: 'ecps', state: 'down', setAt: secondsAgo(600), endsAt }],
    })
  assert.equal(judgeDoor('ecps', told(new Date(now.getTime() + 1)), now), 'down')
  assert.equal(judgeDoor('ecps', told(now), now), 'up')
})

test('a door is down since the first process found it so, and not since one was started anew', () => {
  const since = (...reports: ReturnType<typeof report>[]) => {
    const found = downSince('ecps', findings({ reports }), now)
    return found === null ? null : (now.getTime() - found.getTime()) / 1000
  }
  assert.equal(since(report('ecps', 'down', 5, 600), report('ecps', 'down', 8, 590)), 600)
  // Started again half a minute after the one before it spoke last.
  assert.equal(since(report('ecps', 'down', 5, 30), report('ecps', 'down', 60, 900)), 900)
  // An outage of before, and a process that has been gone since.
  assert.equal(since(report('ecps', 'down', 5, 30), report('ecps', 'down', 1_500, 2_400)), 30)
  assert.equal(since(report('ecps', 'up', 5, 30), report('ecps', 'down', 5, 600)), null)
  assert.equal(since(report('card', 'down', 5, 600)), null)
})

test('a door that the person on duty shut is down since they said so', () => {
  const told = {
    door: 'ecps',
    state: 'down',
    setAt: secondsAgo(60),
    endsAt: secondsAgo(-60),
  } as const
  const reports = [report('ecps', 'down', 5, 600)]
  assert.deepEqual(downSince('ecps', findings({ reports, switches: [told] }), now), told.setAt)
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
