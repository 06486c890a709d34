import assert from 'node:assert/strict'
import { test } from 'node:test'
import { typedThrough } from '@sidep/identifiers'
import { insText } from '../../../test/hand-scanner.ts'
import { sampleSlips } from '../slips/testing.ts'
import { type Column, columns, emptyCells } from './columns.ts'
import { gridReducer } from './grid.ts'
import { emptyGrid, type Grid } from './grid-state.ts'
import { type PaperScan, placeScan, readPaperScan } from './scan.ts'
import { sampleContext, sampleMeans } from './testing.ts'

const layouts = ['french', 'caps-lock', 'french-caps-lock'] as const
const { slips } = await sampleSlips(2)
const [first, second] = slips
if (first === undefined || second === undefined) throw new Error('two slips were asked for')

const person = {
  kind: 'person',
  cells: { familyName: 'LE GOFF', firstNames: 'CORINNE ANNE', birthDate: '14/05/1969', sex: 'F' },
  ins: '269054958815780',
}

/** Enters scans one after the other. */
const entered = (grid: Grid, ...texts: readonly string[]): Grid => {
  const means = sampleMeans()
  let after = grid
  for (const text of texts) {
    const scan: PaperScan = readPaperScan(text)
    if (scan.kind === 'refused') throw new Error(scan.why)
    const { actions } = placeScan(after, scan, sampleContext.siteId)
    for (const action of actions) after = gridReducer(after, action, means)
  }
  return after
}

test('a slip’s code and an identity are read as sent and through another keyboard', () => {
  assert.deepEqual(readPaperScan(first.check), { kind: 'slip', address: first.check })
  assert.deepEqual(readPaperScan(insText), person)
  for (const layout of layouts) {
    const slip = readPaperScan(typedThrough(first.check, layout))
    // An address in capitals names the same slip.
    assert.equal(slip.kind === 'slip' && slip.address.toLowerCase(), first.check.toLowerCase())
    assert.deepEqual(readPaperScan(typedThrough(insText, layout)), person, layout)
  }
})

test('what is neither says which: another code, a broken identity, a scanner set wrongly', () => {
  for (const [text, why] of [
    ['HC1:6BFOXN%TSMAHN-H+XO5XF7:UY%FJ.GK5C0I7W0', 'other'],
    // The person's own code opens a result; it is no slip's number.
    [first.address, 'other'],
    ['3760123456789', 'other'],
    [insText.replace('15780', '15781'), 'ins'],
    [typedThrough(insText.replace('15780', '15781'), 'french'), 'layout'],
  ] as const) {
    assert.deepEqual(readPaperScan(text), { kind: 'refused', why }, text)
  }
})

test('slip, then its person: one line each, and a slip that is there already is not entered twice', () => {
  const one = entered(emptyGrid, first.check, insText)
  assert.equal(one.rows.length, 1)
  assert.deepEqual(one.rows[0]?.cells, { ...emptyCells, ...person.cells, slip: first.printed })
  const two = entered(one, second.check, insText)
  assert.deepEqual(
    two.rows.map(({ cells }) => [cells.slip, cells.familyName]),
    [
      [first.printed, 'LE GOFF'],
      [second.printed, 'LE GOFF'],
    ],
  )
  const again = placeScan(two, { kind: 'slip', address: first.check }, sampleContext.siteId)
  assert.deepEqual(again, { spot: { row: 0, column: 1 }, actions: [] })
})

test('nothing that was typed is written over: the scan takes a new line', () => {
  const means = sampleMeans()
  const typed = gridReducer(
    gridReducer(emptyGrid, { type: 'goto', spot: { row: 0, column: 1 } }, means),
    { type: 'type', text: 'Martin' },
    means,
  )
  const after = entered(typed, insText)
  assert.deepEqual(
    after.rows.map(({ cells }) => cells.familyName),
    ['Martin', 'LE GOFF'],
  )
})

test('the matricule stays with its line while the identity is as it was scanned, and comes back when a change is undone', () => {
  const means = sampleMeans()
  const scanned = entered(emptyGrid, first.check, insText)
  const insOf = (grid: Grid) => grid.rows.map(({ ins }) => ins)
  const set = (grid: Grid, column: Column, text: string): Grid => {
    const spot = { row: 0, column: columns.indexOf(column) }
    const there = gridReducer(grid, { type: 'goto', spot }, means)
    return gridReducer(gridReducer(there, { type: 'type', text }, means), { type: 'settle' }, means)
  }
  assert.deepEqual(insOf(scanned), ['269054958815780'])
  const answered = set(scanned, 'contact', '06 12 34 56 78')
  assert.deepEqual(insOf(answered), ['269054958815780'])
  const changed = set(answered, 'birthDate', '15/05/1969')
  assert.deepEqual(insOf(changed), [null])
  assert.deepEqual(insOf(gridReducer(changed, { type: 'undo' }, means)), ['269054958815780'])
})
