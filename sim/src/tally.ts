/** What is counted while time passes, by hour and by five minutes. */

import { hourSeconds } from '@sidep/time'

export const lookSeconds = 300

export interface HourFigures {
  arrived: number
  screened: number
  /** Documents handed over, by kind. */
  definitive: number
  provisional: number
  slips: number
  unsignedPapers: number
  signInsFailed: number
  signIns: number
  /** Most people at a time in line or waiting for their document. */
  waitingMax: number
  /** At the end of the hour. */
  withoutSignature: number
  backlog: number
  lockedOutShareMax: number
  recordedLate: number
}

export interface Tally {
  waiting: number
  withoutSignature: number
  backlog: number
  backlogMax: number
  /** When the backlog was last seen to become nothing, seconds; null when there was none. */
  backlogDrainedAt: number | null
  readonly hours: readonly HourFigures[]
  row(at: number): HourFigures
  /** By look: sign-ins that ended well and badly. */
  readonly looks: { readonly well: Int32Array; readonly badly: Int32Array }
  signIn(isIn: boolean, at: number): void
  changeBacklog(by: number, at: number): void
  look(at: number, lockedOutShare: number): void
}

const emptyRow = (): HourFigures => ({
  arrived: 0,
  screened: 0,
  definitive: 0,
  provisional: 0,
  slips: 0,
  unsignedPapers: 0,
  signInsFailed: 0,
  signIns: 0,
  waitingMax: 0,
  withoutSignature: 0,
  backlog: 0,
  lockedOutShareMax: 0,
  recordedLate: 0,
})

export const makeTally = (endSeconds: number): Tally => {
  const hours = Array.from({ length: Math.ceil(endSeconds / hourSeconds) }, emptyRow)
  const spare = emptyRow()
  const lookCount = Math.ceil(endSeconds / lookSeconds) + 1
  const looks = { well: new Int32Array(lookCount), badly: new Int32Array(lookCount) }
  const row = (at: number): HourFigures => hours[Math.floor(at / hourSeconds)] ?? spare
  const tally: Tally = {
    waiting: 0,
    withoutSignature: 0,
    backlog: 0,
    backlogMax: 0,
    backlogDrainedAt: null,
    hours,
    row,
    looks,
    signIn(isIn, at) {
      const index = Math.min(lookCount - 1, Math.floor(at / lookSeconds))
      const counts = isIn ? looks.well : looks.badly
      counts[index] = (counts[index] ?? 0) + 1
      if (isIn) row(at).signIns += 1
      else row(at).signInsFailed += 1
    },
    changeBacklog(by, at) {
      tally.backlog += by
      tally.backlogMax = Math.max(tally.backlogMax, tally.backlog)
      if (by < 0) row(at).recordedLate -= by
      if (tally.backlog === 0) tally.backlogDrainedAt = at
    },
    look(at, lockedOutShare) {
      // What is seen on the hour belongs to the hour before.
      const current = row(Math.max(0, at - 1))
      current.waitingMax = Math.max(current.waitingMax, tally.waiting)
      current.lockedOutShareMax = Math.max(current.lockedOutShareMax, lockedOutShare)
      current.withoutSignature = tally.withoutSignature
      current.backlog = tally.backlog
    },
  }
  return tally
}
