import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { localDay } from '../../shared/typing/dates.ts'
import { parseTypedTime, rfc3339, typedTimeOf } from './times.ts'

describe('a typed sampling time', () => {
  const now = new Date(2026, 10, 23, 14, 32)
  const read = (text: string): string | null => {
    const time = parseTypedTime(text, now)
    return time.ok
      ? time.at === null
        ? 'now'
        : `${localDay(time.at)} ${time.at.getHours()}:${time.at.getMinutes()}`
      : null
  }
  for (const [text, expected] of [
    ['', 'now'],
    ['14:30', '2026-11-23 14:30'],
    ['14h30', '2026-11-23 14:30'],
    ['1430', '2026-11-23 14:30'],
    ['9h', '2026-11-23 9:0'],
    ['14:36', '2026-11-23 14:36'],
    ['23:50', '2026-11-22 23:50'],
    ['22/11/2026 8:05', '2026-11-22 8:5'],
    ['22/11 8h05', '2026-11-22 8:5'],
    ['2026-11-22 08:05', '2026-11-22 8:5'],
    ['25:00', null],
    ['14:60', null],
    ['31/11 14:30', null],
    ['tantôt', null],
    ['22/11', null],
  ] as const)
    it(`${JSON.stringify(text)} is ${expected ?? 'unreadable'}`, () =>
      assert.equal(read(text), expected))
  it('is shown as a time today, and with its day otherwise', () => {
    assert.equal(typedTimeOf(new Date(2026, 10, 23, 9, 5), now), '09:05')
    assert.equal(typedTimeOf(new Date(2026, 10, 22, 9, 5), now), '22/11/2026 09:05')
  })
  it('goes out as RFC 3339 with the offset of the browser, naming the same instant', () => {
    const text = rfc3339(now)
    assert.match(text, /^2026-11-23T14:32:00[+-]\d{2}:\d{2}$/)
    assert.equal(Date.parse(text), now.getTime())
  })
})
