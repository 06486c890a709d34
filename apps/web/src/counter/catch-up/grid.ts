/** The reducer of the grid; its invariants are in grid-state.ts. */
import { columns } from './columns.ts'
import { cleared, filledDown, imported, pasted, setOne, undone } from './grid-changes.ts'
import {
  columnAt,
  type Grid,
  type GridAction,
  type GridMeans,
  inside,
  pastMax,
  refusing,
  remembering,
  replaced,
  type Spot,
  withDefaults,
  written,
} from './grid-state.ts'
import { isOpen, type Row, withCells } from './row.ts'

/** Ends typing: the text gets its one writing, and the change becomes one that can be undone. */
const settled = (grid: Grid, means: GridMeans): Grid => {
  if (grid.editing === null) return grid
  const { before } = grid.editing
  const row = grid.rows[grid.active.row]
  const column = columnAt(grid.active)
  if (row === undefined) return { ...grid, editing: null }
  const tidy = means.settle(column, row.cells[column])
  const rows = replaced(grid.rows, grid.active.row, withCells(row, { [column]: tidy }))
  const past =
    before === null
      ? grid.rows.filter(({ id }) => id !== row.id)
      : grid.rows.with(grid.active.row, before)
  const isChanged = before === null || rows[grid.active.row]?.cells[column] !== before.cells[column]
  return {
    ...grid,
    rows,
    editing: null,
    past: isChanged ? [...grid.past, past].slice(-pastMax) : grid.past,
  }
}

const typed = (grid: Grid, text: string, means: GridMeans): Grid => {
  const index = grid.active.row
  const row = grid.rows[index]
  if (row !== undefined && !isOpen(row)) return refusing(grid, 'ROW_LOCKED')
  const before = grid.editing === null ? (row ?? null) : grid.editing.before
  const rows = written(grid, index, columnAt(grid.active), text, means)
  return { ...grid, rows, editing: { text, before }, anchor: grid.active, notice: null }
}

const cancelled = (grid: Grid): Grid => {
  if (grid.editing === null) return { ...grid, notice: null }
  const { before } = grid.editing
  const row = grid.rows[grid.active.row]
  if (row === undefined) return { ...grid, editing: null }
  const rows =
    before === null
      ? grid.rows.filter(({ id }) => id !== row.id)
      : grid.rows.with(grid.active.row, before)
  return { ...grid, rows, editing: null }
}

const goto = (grid: Grid, spot: Spot, extend = false): Grid => {
  const active = inside(grid, spot)
  return {
    ...grid,
    active,
    anchor: extend ? grid.anchor : active,
    tabStart: extend ? grid.tabStart : active.column,
    notice: null,
  }
}

const tabbed = (grid: Grid, back: boolean): Grid => {
  const { row, column } = grid.active
  const next = column + (back ? -1 : 1)
  const isOver = next < 0 || next >= columns.length
  const active = isOver
    ? inside(grid, { row: row + (back ? -1 : 1), column: back ? columns.length - 1 : 0 })
    : { row, column: next }
  return { ...grid, active, anchor: active, tabStart: isOver ? 0 : grid.tabStart, notice: null }
}

const entered = (grid: Grid, back: boolean): Grid => {
  const active = inside(grid, { row: grid.active.row + (back ? -1 : 1), column: grid.tabStart })
  return { ...grid, active, anchor: active, notice: null }
}

/** A person has looked at what was guessed in this line. */
const confirmed = (row: Row): Row => ({ ...row, toConfirm: [] })

/** A person says that this line is no other's double. */
const surely = (row: Row): Row => ({ ...row, isNoDuplicate: true, alike: null })

const changed = (grid: Grid, change: (row: Row) => readonly Row[]): Grid => {
  const rows = grid.rows.flatMap(change)
  const isSame = rows.length === grid.rows.length && rows.every((row, at) => row === grid.rows[at])
  return isSame ? grid : remembering(grid, rows)
}

/** Applies one action; `means` brings ids, the owner of new lines, and the writing of cells. */
export const gridReducer = (grid: Grid, action: GridAction, means: GridMeans): Grid => {
  const done = (): Grid => settled(grid, means)
  switch (action.type) {
    case 'move':
      return goto(
        done(),
        { row: grid.active.row + action.rows, column: grid.active.column + action.columns },
        action.extend,
      )
    case 'goto':
      return goto(done(), action.spot, action.extend)
    case 'edge': {
      const { row, column } = grid.active
      const last = columns.length - 1
      const spots = {
        'row-start': { row, column: 0 },
        'row-end': { row, column: last },
        top: { row: 0, column },
        bottom: { row: grid.rows.length, column },
      }
      return goto(done(), spots[action.to])
    }
    case 'tab':
      return tabbed(done(), action.back)
    case 'enter':
      return entered(done(), action.back)
    case 'type':
      return typed(grid, action.text, means)
    case 'settle':
      return done()
    case 'cancel':
      return cancelled(grid)
    case 'set':
      return setOne(grid, action, means)
    case 'settle-cell': {
      const row = grid.rows.find(({ id }) => id === action.id)
      if (row === undefined) return grid
      const text = means.settle(action.column, row.cells[action.column])
      const rows = grid.rows.map((other) =>
        other === row ? withCells(row, { [action.column]: text }) : other,
      )
      return { ...grid, rows }
    }
    case 'paste':
      return pasted(done(), action.cells, means, action.ins)
    case 'fill-down':
      return filledDown(done())
    case 'clear':
      return cleared(done())
    case 'remove': {
      const gone = new Set(action.ids)
      const removed = changed(done(), (row) => (gone.has(row.id) && isOpen(row) ? [] : [row]))
      const active = inside(removed, grid.active)
      return { ...removed, active, anchor: active }
    }
    case 'no-duplicate':
      return changed(done(), (row) => (row.id === action.id && isOpen(row) ? [surely(row)] : [row]))
    case 'confirm':
      return changed(done(), (row) => [row.id === action.id && isOpen(row) ? confirmed(row) : row])
    case 'undo':
      return undone(done())
    case 'defaults':
      return { ...grid, defaults: { ...grid.defaults, ...action.patch } }
    case 'apply-defaults':
      return changed(done(), (row) => [withCells(row, withDefaults(row.cells, grid.defaults))])
    case 'import':
      return imported(done(), action.lines, means)
    case 'dismiss':
      return { ...grid, notice: null }
  }
}

/** The lines after something came from outside: sent, answered, taken back. Lines that left are in no past. */
export const withRows = (grid: Grid, rows: readonly Row[]): Grid => {
  const ids = new Set(rows.map(({ id }) => id))
  const left = new Set(grid.rows.flatMap(({ id }) => (ids.has(id) ? [] : [id])))
  const past =
    left.size === 0
      ? grid.past
      : grid.past.map((before) => before.filter(({ id }) => !left.has(id)))
  // The cursor stays on its line, wherever that is now.
  const under = grid.rows[grid.active.row]?.id
  const at = under === undefined ? rows.length : rows.findIndex(({ id }) => id === under)
  const after = { ...grid, rows, past }
  const active = inside(after, { ...grid.active, row: at < 0 ? grid.active.row : at })
  return grid.rows === rows ? grid : { ...after, active, anchor: active }
}
