import assert from 'node:assert/strict'
import { test } from 'node:test'
import { columns, rowsMax } from './columns.ts'
import { gridReducer, withRows } from './grid.ts'
import { emptyGrid, type Grid, type GridAction } from './grid-state.ts'
import type { Row } from './row.ts'
import { sampleMeans } from './testing.ts'

const run = (actions: readonly GridAction[], grid: Grid = emptyGrid, means = sampleMeans()): Grid =>
  actions.reduce((state, action) => gridReducer(state, action, means), grid)
const type = (text: string): GridAction => ({ type: 'type', text })
const tab: GridAction = { type: 'tab', back: false }
const enter: GridAction = { type: 'enter', back: false }
const goto = (row: number, column: number, extend = false): GridAction => ({
  type: 'goto',
  spot: { row, column },
  extend,
})
const names = ({ rows }: Grid): string[] => rows.map(({ cells }) => cells.familyName)
const paste = (...lines: string[][]): GridAction => ({ type: 'paste', cells: lines })
const three = run([goto(0, 1), paste(['A'], ['B'], ['C'])])
const sent = (row: Row): Row => ({ ...row, stage: 'sent' })

test('typing into the blank line makes it one; Tab goes right, Enter back to where Tab began on the next', () => {
  const grid = run([goto(0, 1), type('Le Goff'), tab, type('Éloïse'), tab, type('3/4/1980'), enter])
  assert.equal(grid.rows.length, 1)
  assert.equal(grid.rows[0]?.cells.birthDate, '03/04/1980')
  assert.deepEqual(grid.active, { row: 1, column: 1 })
})

test('Tab in the last column goes to the first of the next line', () => {
  assert.deepEqual(run([goto(0, columns.length - 1), type('n'), tab]).active, { row: 1, column: 0 })
})

test('Escape brings a cell back to what it was, and a line that was none to nothing', () => {
  assert.deepEqual(run([goto(0, 1), type('X'), { type: 'cancel' }]).rows, [])
  assert.deepEqual(names(run([goto(1, 1), type('X'), type('XY'), { type: 'cancel' }], three)), [
    'A',
    'B',
    'C',
  ])
})

test('defaults go into new lines, and into empty cells when asked', () => {
  const grid = run([
    { type: 'defaults', patch: { sampledDay: '13/08/2021', device: '1232' } },
    goto(0, 1),
    type('A'),
    enter,
  ])
  assert.equal(grid.rows[0]?.cells.sampledDay, '13/08/2021')
  const later = run(
    [{ type: 'defaults', patch: { result: 'N' } }, { type: 'apply-defaults' }],
    grid,
  )
  assert.equal(later.rows[0]?.cells.result, 'N')
  assert.equal(later.rows[0]?.cells.device, '1232')
})

test('Ctrl+D takes from the line above, or fills what is chosen from its first line', () => {
  assert.deepEqual(names(run([goto(1, 1), { type: 'fill-down' }], three)), ['A', 'A', 'C'])
  assert.deepEqual(names(run([goto(0, 1), goto(2, 1, true), { type: 'fill-down' }], three)), [
    'A',
    'A',
    'A',
  ])
})

test('a paste that does not fit is refused whole and said', () => {
  const wide = run([goto(0, columns.length - 1), paste(['N', 'x'])], three)
  assert.equal(wide.notice, 'PASTE_TOO_WIDE')
  assert.equal(wide.rows, three.rows)
  const long = run([goto(3, 1), paste(...Array.from({ length: rowsMax }, () => ['Z']))], three)
  assert.equal(long.notice, 'ROWS_TOO_MANY')
  assert.equal(long.rows, three.rows)
})

test('what may have reached the server does not change: typing, pasting, clearing, filling, removing, undoing', () => {
  const grid = { ...three, rows: three.rows.map(sent) }
  const [first] = grid.rows
  for (const action of [type('X'), paste(['X']), { type: 'clear' }] as const) {
    const after = run([goto(0, 1), action], grid)
    assert.equal(after.notice, 'ROW_LOCKED', action.type)
    assert.equal(after.rows[0], first)
  }
  assert.equal(run([goto(1, 1), { type: 'fill-down' }], grid).notice, 'ROW_LOCKED')
  assert.deepEqual(
    run([{ type: 'remove', ids: grid.rows.map(({ id }) => id) }], grid).rows,
    grid.rows,
  )
  assert.deepEqual(run([{ type: 'undo' }], grid).rows, grid.rows)
})

test('undo brings back what was changed, cleared or removed', () => {
  const ids = three.rows.map(({ id }) => id)
  assert.deepEqual(names(run([{ type: 'remove', ids }, { type: 'undo' }], three)), ['A', 'B', 'C'])
  assert.deepEqual(
    names(run([goto(0, 1), goto(1, 1, true), { type: 'clear' }, { type: 'undo' }], three)),
    ['A', 'B', 'C'],
  )
  assert.deepEqual(names(run([goto(0, 1), type('X'), enter, { type: 'undo' }], three)), [
    'A',
    'B',
    'C',
  ])
})

test('a line that left for good is in no past: undo does not bring it back', () => {
  const edited = run([goto(2, 1), type('D'), enter], three)
  const left = withRows(edited, edited.rows.slice(1))
  assert.deepEqual(names(run([{ type: 'undo' }], left)), ['B', 'C'])
})

test('the cursor stays on its line when lines above it leave', () => {
  const grid = run([goto(2, 3)], three)
  assert.deepEqual(withRows(grid, grid.rows.slice(2)).active, { row: 0, column: 3 })
})

test('a change forgets what was said of the line before', () => {
  const refused = three.rows.map(
    (row): Row => ({
      ...row,
      stage: 'refused',
      refusal: { code: 'SLIP_USED', faults: [] },
      isNoDuplicate: true,
    }),
  )
  const [row] = run([goto(0, 1), type('X'), enter], { ...three, rows: refused }).rows
  assert.equal(row?.stage, 'typing')
  assert.equal(row.refusal, null)
  assert.equal(row.isNoDuplicate, false)
})

test('a heading row that is pasted is none of the papers: its titles say where the rest goes', () => {
  const heading = ['Prénom(s)', 'NOM DE NAISSANCE', 'N°', 'Test', 'Résultat (N/P/I)']
  const grid = run([
    goto(0, 0),
    paste(
      heading,
      ['Alice', 'Premier', '1', '1232', 'Neg.'],
      ['Brice', 'Second', '2', 'panbio', 'P'],
    ),
  ])
  assert.deepEqual(
    grid.rows.map(({ cells }) => [
      cells.slip,
      cells.familyName,
      cells.firstNames,
      cells.device,
      cells.result,
    ]),
    [
      ['', 'Premier', 'Alice', '1232', 'N'],
      ['', 'Second', 'Brice', '1232', 'P'],
    ],
  )
  assert.equal(grid.notice, null)
  // In the order of the grid the heading is left out too, wherever the cursor is.
  const inOrder = run([goto(0, 3), paste(['Nom', 'Prénoms', 'Né(e) le'], ['A', 'B', '3/4/1980'])])
  assert.deepEqual(names(inOrder), ['A'])
  // People may have such names: one word is no heading.
  assert.deepEqual(names(run([goto(0, 1), paste(['Test'], ['Mobile'])])), ['Test', 'Mobile'])
})

test('a device that is guessed and a name that looks wrong wait for a person, who types or confirms', () => {
  const grid = run([goto(0, 1), paste(['RenŽ', 'X'], ['A', 'Y'])])
  assert.deepEqual(
    grid.rows.map(({ toConfirm }) => toConfirm),
    [['familyName'], []],
  )
  const id = grid.rows[0]?.id ?? ''
  assert.deepEqual(run([{ type: 'confirm', id }], grid).rows[0]?.toConfirm, [])
  assert.deepEqual(run([goto(0, 1), type('René'), enter], grid).rows[0]?.toConfirm, [])
  assert.deepEqual(run([goto(0, 2), type('Z'), enter], grid).rows[0]?.toConfirm, ['familyName'])
  const guessed = run([
    goto(0, 6),
    paste(['panbio'], ['1232'], ['Panbio COVID-19 Ag Rapid Test, Abbott Rapid Diagnostics']),
  ])
  assert.deepEqual(
    guessed.rows.map(({ toConfirm, cells }) => [cells.device, toConfirm]),
    [
      ['1232', ['device']],
      ['1232', []],
      ['1232', []],
    ],
  )
})

test('a matricule under its title stays with the identity beside it, until that is changed', () => {
  const heading = ['NOM DE NAISSANCE', 'Prénom(s)', 'INS']
  const pasted = run([
    goto(0, 0),
    paste(heading, ['Le Goff', 'Anne', '2 69 05 49 588 157 80'], ['Petit', 'Léa', '-']),
  ])
  assert.deepEqual(
    pasted.rows.map(({ ins }) => ins),
    ['269054958815780', null],
  )
  const changed = run([goto(0, 1), type('Le Gof'), enter], pasted)
  assert.equal(changed.rows[0]?.ins, null)
})
