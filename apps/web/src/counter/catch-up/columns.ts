import type { LateReason } from '@sidep/contracts'

/** The columns of catch-up entry, in the order of the paper: its number first. */
export const columns = [
  'slip',
  'familyName',
  'firstNames',
  'birthDate',
  'sex',
  'contact',
  'device',
  'sampledDay',
  'sampledTime',
  'result',
] as const
export type Column = (typeof columns)[number]

/** A line as typed. Empty text means that nothing was said. */
export type Cells = Readonly<Record<Column, string>>

export const emptyCells: Cells = {
  slip: '',
  familyName: '',
  firstNames: '',
  birthDate: '',
  sex: '',
  contact: '',
  device: '',
  sampledDay: '',
  sampledTime: '',
  result: '',
}

/** What may be the same for a whole pile. */
export const defaultColumns = ['device', 'sampledDay', 'result'] as const satisfies Column[]
export interface Defaults extends Readonly<Record<(typeof defaultColumns)[number], string>> {
  /** Why lines of more than a day ago are entered now; a slip says that by itself. */
  readonly lateReason: LateReason
}
export const noDefaults: Defaults = { device: '', sampledDay: '', result: '', lateReason: 'paper' }

/** Longer texts are none that a paper holds; what is cut off is said as a fault, not lost unseen. */
export const cellCharactersMax = 300
/** A pile of papers of a bad week. */
export const rowsMax = 1_000

export const isBlank = (cells: Cells): boolean => columns.every((column) => cells[column] === '')
