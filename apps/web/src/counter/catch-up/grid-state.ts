/**
 * The grid of catch-up entry as a pure state machine: what it is, what can be done, and what its changes are made
 * of. Invariants:
 * 1. A line that may have reached the server (`sent`) or waits to (`queued`) does not change here.
 * 2. What does not fit is refused whole and said: no paste loses a line or a cell.
 * 3. Every change by the grid's keys can be undone, back to the last {@link pastMax}; a line that left for good stays gone.
 * 4. The last line shown is always blank: it becomes one when something is put into it.
 */
import {
  type Cells,
  type Column,
  columns,
  type Defaults,
  defaultColumns,
  emptyCells,
  noDefaults,
  rowsMax,
} from './columns.ts'
import { newRow, type Row, type RowOwner, withCells } from './row.ts'

export interface Spot {
  readonly row: number
  readonly column: number
}

export type GridNotice = 'PASTE_TOO_WIDE' | 'ROWS_TOO_MANY' | 'ROW_LOCKED'

export interface Grid {
  readonly rows: readonly Row[]
  readonly defaults: Defaults
  readonly active: Spot
  /** The other corner of the range; `active` when there is none. */
  readonly anchor: Spot
  /** The text in the active cell while it is typed into; null when one moves about. */
  readonly editing: { readonly text: string; readonly before: Row | null } | null
  /** Column where Tab began: Enter comes back to it on the next line. */
  readonly tabStart: number
  readonly past: readonly (readonly Row[])[]
  readonly notice: GridNotice | null
}

export const pastMax = 50

export const emptyGrid: Grid = {
  rows: [],
  defaults: noDefaults,
  active: { row: 0, column: 0 },
  anchor: { row: 0, column: 0 },
  editing: null,
  tabStart: 0,
  past: [],
  notice: null,
}

/** What a change needs from outside. */
export interface GridMeans {
  readonly newId: () => string
  readonly owner: RowOwner
  /** Puts a cell into its one writing. */
  readonly settle: (column: Column, text: string) => string
  /** Whether a text from outside is only guessed at, or looks wrong: a person is to look at it. */
  readonly isDoubtful: (column: Column, text: string) => boolean
}

export interface Imported {
  readonly cells: Cells
  /** Its line in the file. */
  readonly line: number
  /** The matricule of an INS beside the identity, as the file has it. */
  readonly ins?: string
  /** Cells that a person is to look at. */
  readonly toConfirm?: readonly Column[]
}

export type GridAction =
  | {
      readonly type: 'move'
      readonly rows: number
      readonly columns: number
      readonly extend?: boolean
    }
  | { readonly type: 'goto'; readonly spot: Spot; readonly extend?: boolean }
  | { readonly type: 'edge'; readonly to: 'row-start' | 'row-end' | 'top' | 'bottom' }
  | { readonly type: 'tab'; readonly back: boolean }
  | { readonly type: 'enter'; readonly back: boolean }
  | { readonly type: 'type'; readonly text: string }
  | { readonly type: 'settle' }
  | { readonly type: 'cancel' }
  /** A cell by its line's id, as a form of one line has it. */
  | {
      readonly type: 'set'
      readonly id: string | null
      readonly column: Column
      readonly text: string
    }
  | { readonly type: 'settle-cell'; readonly id: string; readonly column: Column }
  | {
      readonly type: 'paste'
      readonly cells: readonly (readonly string[])[]
      /** Matricule of the INS that one line of them was read from. */
      readonly ins?: string
    }
  | { readonly type: 'fill-down' }
  | { readonly type: 'clear' }
  | { readonly type: 'remove'; readonly ids: readonly string[] }
  | { readonly type: 'no-duplicate'; readonly id: string }
  /** A person has looked at what was guessed. */
  | { readonly type: 'confirm'; readonly id: string }
  | { readonly type: 'undo' }
  | { readonly type: 'defaults'; readonly patch: Partial<Defaults> }
  | { readonly type: 'apply-defaults' }
  | { readonly type: 'import'; readonly lines: readonly Imported[] }
  | { readonly type: 'dismiss' }

const clamp = (value: number, max: number): number => Math.max(0, Math.min(value, max))

/** Spots there are: one line more than the rows, the blank one. */
export const inside = ({ rows }: Pick<Grid, 'rows'>, { row, column }: Spot): Spot => ({
  row: clamp(row, Math.min(rows.length, rowsMax - 1)),
  column: clamp(column, columns.length - 1),
})

export const columnAt = ({ column }: Spot): Column => columns[column] ?? 'slip'

/** The corners of what is chosen. */
export const rangeOf = ({ active, anchor }: Pick<Grid, 'active' | 'anchor'>) => ({
  top: Math.min(active.row, anchor.row),
  bottom: Math.max(active.row, anchor.row),
  left: Math.min(active.column, anchor.column),
  right: Math.max(active.column, anchor.column),
})

export const nextPlace = (rows: readonly Row[]): number => (rows.at(-1)?.place ?? 0) + 1

/** Cells left empty take what is said for the whole pile. */
export const withDefaults = (cells: Cells, defaults: Defaults): Cells => {
  const filled = { ...cells }
  for (const column of defaultColumns) {
    if (filled[column] === '') filled[column] = defaults[column]
  }
  return filled
}

/** Remembers the lines as they are before a change. */
export const remembering = (grid: Grid, rows: readonly Row[]): Grid =>
  rows === grid.rows
    ? grid
    : { ...grid, rows, past: [...grid.past, grid.rows].slice(-pastMax), notice: null }

export const replaced = (rows: readonly Row[], index: number, row: Row): readonly Row[] =>
  rows[index] === row ? rows : rows.with(index, row)

export const refusing = (grid: Grid, notice: GridNotice): Grid => ({ ...grid, notice })

/** Puts a text into a cell; into the blank line too, which thereby becomes one. */
export const written = (
  { rows, defaults }: Grid,
  index: number,
  column: Column,
  text: string,
  means: GridMeans,
): readonly Row[] => {
  const row = rows[index]
  if (row !== undefined) return replaced(rows, index, withCells(row, { [column]: text }))
  if (text === '') return rows
  const cells = withDefaults({ ...emptyCells, [column]: text }, defaults)
  return [...rows, newRow(means.newId(), nextPlace(rows), means.owner, cells)]
}
