/** Changes of many cells at once. Each is refused whole when a part of it cannot be done. */
import { type Column, columns, emptyCells, isBlank, rowsMax } from './columns.ts'
import {
  columnAt,
  type Grid,
  type GridMeans,
  type Imported,
  inside,
  nextPlace,
  rangeOf,
  refusing,
  remembering,
  withDefaults,
  written,
} from './grid-state.ts'
import { isOpen, newRow, type Row, withCells } from './row.ts'
import { findHead, insOf, joinedCell, type Taken } from './titles.ts'

type Patch = Partial<Record<Column, string>>

/** What is pasted into one line. */
interface Pasted {
  readonly patch: Patch
  /** The matricule of an INS that stood beside the identity. */
  readonly ins?: string
}

/** Lines under a heading row go where their titles say; `undefined`: the first line is no heading. */
const underHeading = (cells: readonly (readonly string[])[]): Pasted[] | undefined => {
  const [titles = [], ...body] = cells
  const head = findHead([titles, ...body], 2)
  const said = titles.filter((title) => title.trim() !== '').length
  const taken = head?.places.filter((column) => column !== undefined).length ?? 0
  if (head === undefined || head.index !== 0 || taken * 2 < said) return undefined
  return body.map((line) => {
    const textsOf = (taken: Taken): string[] =>
      head.places.flatMap((place, index) => (place === taken ? [line[index] ?? ''] : []))
    const patch: Patch = {}
    for (const column of columns) {
      const joined = joinedCell(column, textsOf(column))
      if (joined !== '') patch[column] = joined
    }
    const ins = insOf(textsOf('ins'))
    return { patch, ...(ins === undefined ? {} : { ins }) }
  })
}

const fromLeft = (cells: readonly (readonly string[])[], left: number): Pasted[] =>
  cells.map((line) => ({
    patch: Object.fromEntries(
      line.map((text, index) => [columnAt({ row: 0, column: left + index }), text]),
    ),
  }))

const withIns = (row: Row, ins: string | undefined): Row =>
  ins === undefined ? row : { ...row, ins }

export const pasted = (
  grid: Grid,
  cells: readonly (readonly string[])[],
  means: GridMeans,
  ins?: string,
): Grid => {
  const { top, left: leftmost } = rangeOf(grid)
  const trimmed = cells.map((line) => line.slice(0, line.findLastIndex((text) => text !== '') + 1))
  const headed = trimmed.length > 1 ? underHeading(trimmed) : undefined
  const left = headed === undefined ? leftmost : 0
  const wide =
    headed === undefined ? Math.max(0, ...trimmed.map((line) => line.length)) : columns.length
  if (left + wide > columns.length) return refusing(grid, 'PASTE_TOO_WIDE')
  const lines = headed ?? fromLeft(trimmed, left)
  if (top + lines.length > rowsMax) return refusing(grid, 'ROWS_TOO_MANY')
  const touched = grid.rows.slice(top, top + lines.length)
  if (touched.some((row) => !isOpen(row))) return refusing(grid, 'ROW_LOCKED')
  const rows = [...grid.rows]
  for (const [offset, { patch: raw, ins: beside }] of lines.entries()) {
    const named = columns.filter((column) => raw[column] !== undefined)
    const patch: Patch = {}
    for (const column of named) patch[column] = means.settle(column, raw[column] ?? '')
    const toConfirm = named.filter((column) => means.isDoubtful(column, raw[column] ?? ''))
    const row = rows[top + offset]
    if (row !== undefined) {
      const changed = withCells(row, patch)
      const confirmed = { ...changed, toConfirm: [...changed.toConfirm, ...toConfirm] }
      rows[top + offset] = withIns(confirmed, beside)
    } else if (named.length > 0) {
      const filled = withDefaults({ ...emptyCells, ...patch }, grid.defaults)
      const fresh = newRow(means.newId(), nextPlace(rows), means.owner, filled, null, toConfirm)
      rows.push(withIns(fresh, beside))
    }
  }
  const read = rows[top]
  if (read !== undefined) rows[top] = withIns(read, ins)
  const height = Math.max(1, rows.length - top)
  const pastedGrid = remembering({ ...grid, editing: null }, rows)
  const anchor = inside(pastedGrid, { row: top, column: left })
  const active = inside(pastedGrid, {
    row: top + Math.min(height, lines.length) - 1,
    column: left + Math.max(wide, 1) - 1,
  })
  return { ...pastedGrid, anchor, active }
}

export const filledDown = (grid: Grid): Grid => {
  const { top, bottom, left, right } = rangeOf(grid)
  // One line: from the line above, as spreadsheets do.
  const source = grid.rows[top === bottom ? top - 1 : top]
  const first = top === bottom ? top : top + 1
  if (source === undefined || first >= grid.rows.length) return grid
  if (grid.rows.slice(first, bottom + 1).some((row) => !isOpen(row))) {
    return refusing(grid, 'ROW_LOCKED')
  }
  const patch = Object.fromEntries(
    columns.slice(left, right + 1).map((column) => [column, source.cells[column]]),
  )
  const rows = grid.rows.map((row, index) =>
    index >= first && index <= bottom ? withCells(row, patch) : row,
  )
  return remembering(grid, rows)
}

export const cleared = (grid: Grid): Grid => {
  const { top, bottom, left, right } = rangeOf(grid)
  if (grid.rows.slice(top, bottom + 1).some((row) => !isOpen(row))) {
    return refusing(grid, 'ROW_LOCKED')
  }
  const patch = Object.fromEntries(columns.slice(left, right + 1).map((column) => [column, '']))
  const rows = grid.rows.map((row, index) =>
    index >= top && index <= bottom ? withCells(row, patch) : row,
  )
  // A line without anything in it is none.
  return remembering(
    grid,
    rows.filter((row) => !isOpen(row) || !isBlank(row.cells)),
  )
}

export const undone = (grid: Grid): Grid => {
  const before = grid.past.at(-1)
  if (before === undefined) return grid
  // What was queued or sent since then stays as it is now.
  const locked = new Map(grid.rows.filter((row) => !isOpen(row)).map((row) => [row.id, row]))
  const kept = before.map((row) => locked.get(row.id) ?? row)
  const ids = new Set(kept.map(({ id }) => id))
  const rows = [...kept, ...[...locked.values()].filter(({ id }) => !ids.has(id))]
  const undoneGrid = { ...grid, rows, past: grid.past.slice(0, -1), editing: null, notice: null }
  const active = inside(undoneGrid, grid.active)
  return { ...undoneGrid, active, anchor: active }
}

export const imported = (grid: Grid, lines: readonly Imported[], means: GridMeans): Grid => {
  if (grid.rows.length + lines.length > rowsMax) return refusing(grid, 'ROWS_TOO_MANY')
  const first = nextPlace(grid.rows)
  const fresh = lines.map(({ cells, line, ins, toConfirm }, index) => {
    const filled = withDefaults(cells, grid.defaults)
    const row = newRow(means.newId(), first + index, means.owner, filled, line, toConfirm)
    return withIns(row, ins)
  })
  return remembering(grid, [...grid.rows, ...fresh])
}

export const setOne = (
  grid: Grid,
  { id, column, text }: { id: string | null; column: Column; text: string },
  means: GridMeans,
): Grid => {
  const index = id === null ? grid.rows.length : grid.rows.findIndex((row) => row.id === id)
  if (index < 0) return grid
  const row = grid.rows[index]
  if (row !== undefined && !isOpen(row)) return refusing(grid, 'ROW_LOCKED')
  return { ...grid, rows: written(grid, index, column, text, means), notice: null }
}
