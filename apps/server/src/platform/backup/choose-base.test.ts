import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chooseBase } from './choose-base.ts'

const at = (time: string): string => `2026-11-30T${time}:00.000Z`
const on = (time: string): Date => new Date(at(time))
const backup = (stopped: string, timeline = 1) => ({ stoppedAt: at(stopped), timeline })
const chosen = (found: ReturnType<typeof chooseBase<ReturnType<typeof backup>>>) =>
  found === null ? null : [found.base.stoppedAt.slice(11, 16), found.timeline]

test('the newest base that was whole by then is taken', () => {
  const backups = [backup('08:00'), backup('10:00'), backup('12:00')]
  assert.deepEqual(chosen(chooseBase(backups, [], on('11:59'))), ['10:00', 1])
  assert.deepEqual(chosen(chooseBase(backups, [], on('12:00'))), ['12:00', 1])
})

test('a second before the first base cannot be restored', () => {
  assert.equal(chooseBase([backup('08:00')], [], on('07:59')), null)
})

const restores = [{ startedAt: at('12:00'), to: at('10:00'), timeline: 2 }]

test('a second before a restore is found in the history of before it', () => {
  const backups = [backup('08:00'), backup('11:00')]
  assert.deepEqual(chosen(chooseBase(backups, restores, on('11:30'))), ['11:00', 1])
})

test('a second after a restore follows the new history, from a base that leads there', () => {
  // What was backed up between 10:00 and 12:00 belongs to what was given up.
  const backups = [backup('08:00'), backup('11:00')]
  assert.deepEqual(chosen(chooseBase(backups, restores, on('12:30'))), ['08:00', 2])
  const since = [...backups, backup('13:00', 2)]
  assert.deepEqual(chosen(chooseBase(since, restores, on('13:30'))), ['13:00', 2])
})

test('restores of restores lead back through each', () => {
  const more = [...restores, { startedAt: at('14:00'), to: at('11:00'), timeline: 3 }]
  const backups = [backup('08:00'), backup('10:30'), backup('13:00', 2)]
  // To 11:00, which lay before the first restore.
  assert.deepEqual(chosen(chooseBase(backups, more, on('15:00'))), ['10:30', 3])
})
