import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  clockIn,
  dayIn,
  instantOfWallClock,
  momentIn,
  momentsIn,
  offsetMinutesIn,
  preciseMomentText,
  rfc3339In,
  wallClockAt,
} from './wall-clock.ts'

test('a day ends at midnight of the zone, not of the computer', () => {
  const at = new Date('2021-08-13T20:40:00.000Z')
  assert.equal(dayIn(at, 'Indian/Reunion'), '2021-08-14')
  assert.equal(dayIn(at, 'Europe/Paris'), '2021-08-13')
})

test('a day and a time on the clock of a zone are one moment, and are shown again the same', () => {
  for (const [zone, day, clock, moment] of [
    ['Indian/Reunion', '2026-11-29', '01:15', '2026-11-28T21:15:00.000Z'],
    ['America/Martinique', '2026-11-28', '21:15', '2026-11-29T01:15:00.000Z'],
    ['Pacific/Noumea', '2026-11-29', '00:05', '2026-11-28T13:05:00.000Z'],
    ['Europe/Paris', '2026-11-29', '14:30', '2026-11-29T13:30:00.000Z'],
    ['Europe/Paris', '2026-07-29', '14:30', '2026-07-29T12:30:00.000Z'],
    // The hour that comes twice: the first of the two.
    ['Europe/Paris', '2026-10-25', '02:30', '2026-10-25T00:30:00.000Z'],
    ['America/Miquelon', '2026-11-01', '01:30', '2026-11-01T03:30:00.000Z'],
  ] as const) {
    const read = momentIn(day, clock, zone)
    assert.equal(read.toISOString(), moment, `${zone} ${day} ${clock}`)
    assert.equal(clockIn(read, zone), clock)
    assert.equal(dayIn(read, zone), day)
    assert.equal(Date.parse(rfc3339In(read, zone)), read.getTime())
    assert.ok(rfc3339In(read, zone).startsWith(`${day}T${clock}:00`))
  }
})

test('what a clock shows twice in autumn is two moments, anything else is one', () => {
  const shown = (day: string, clock: string, zone: string) =>
    momentsIn(day, clock, zone).map((at) => at.toISOString())
  assert.deepEqual(shown('2026-10-25', '02:30', 'Europe/Paris'), [
    '2026-10-25T00:30:00.000Z',
    '2026-10-25T01:30:00.000Z',
  ])
  assert.deepEqual(shown('2026-11-01', '01:30', 'America/Miquelon'), [
    '2026-11-01T03:30:00.000Z',
    '2026-11-01T04:30:00.000Z',
  ])
  for (const [day, clock, moment] of [
    ['2026-10-25', '01:59', '2026-10-24T23:59:00.000Z'],
    ['2026-10-25', '03:00', '2026-10-25T02:00:00.000Z'],
    ['2026-03-29', '02:30', '2026-03-29T01:30:00.000Z'],
  ] as const)
    assert.deepEqual(shown(day, clock, 'Europe/Paris'), [moment])
})

test('an hour that is left out in spring is the one after', () => {
  const read = momentIn('2026-03-29', '02:30', 'Europe/Paris')
  assert.equal(rfc3339In(read, 'Europe/Paris'), '2026-03-29T03:30:00+02:00')
})

test('every minute of the nights when clocks change is read back as itself, or as the first of two', () => {
  for (const [zone, from] of [
    ['Europe/Paris', '2026-03-28T23:00:00Z'],
    ['Europe/Paris', '2026-10-24T23:00:00Z'],
    ['America/Miquelon', '2026-03-08T04:00:00Z'],
    ['America/Miquelon', '2026-11-01T02:00:00Z'],
    ['Australia/Lord_Howe', '2026-04-04T14:00:00Z'],
  ] as const) {
    for (let minute = 0; minute < 300; minute += 1) {
      const at = new Date(Date.parse(from) + minute * 60_000)
      const shown = wallClockAt(at, zone)
      const read = instantOfWallClock(shown, zone)
      assert.ok(read <= at, `${zone} ${at.toISOString()}`)
      assert.deepEqual(wallClockAt(read, zone), shown)
    }
  }
})

test('seconds and milliseconds stay what they are, behind an offset west of UTC too', () => {
  const at = new Date('2021-08-13T19:40:12.345Z')
  assert.equal(preciseMomentText(at, 'America/Miquelon'), '2021-08-13T17:40:12.345-02:00')
  assert.equal(preciseMomentText(at, 'Asia/Kolkata'), '2021-08-14T01:10:12.345+05:30')
  assert.equal(rfc3339In(at, 'UTC'), '2021-08-13T19:40:12+00:00')
  assert.equal(offsetMinutesIn(at, 'Pacific/Tahiti'), -600)
})

test('more minutes than are remembered are told as right as before', () => {
  const start = Date.parse('2026-01-01T00:00:00Z')
  for (let minute = 0; minute < 2_000; minute += 1) {
    const at = new Date(start + minute * 60_000)
    assert.equal(wallClockAt(at, 'Europe/Paris').getTime() - at.getTime(), 3_600_000)
  }
})
