import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import Papa from 'papaparse'
import { parseClipboard, writeClipboard } from './clipboard.ts'
import { type Cells, columns, emptyCells, rowsMax } from './columns.ts'
import { readCsv, writeCsv } from './csv.ts'
import { gridReducer } from './grid.ts'
import { emptyGrid, type GridAction } from './grid-state.ts'
import { sampleMeans } from './testing.ts'

/** Texts that people and enemies put into cells: formulas, quotes, separators, other scripts. */
const nasty = fc.constantFrom(
  '=1+1',
  '+33 6',
  '-x',
  '@a',
  '"',
  '""a',
  'a;b',
  'a,b',
  "'b",
  'é',
  '李',
  ' ',
)
const cell = fc
  .oneof(fc.string({ maxLength: 12 }), nasty)
  .map((text) =>
    text
      .replace(/[\u0000-\u001f\u007f]/g, '')
      .trim()
      // Read as the quote that a spreadsheet puts before a formula.
      .replace(/^'(?=[=+\-@])/, ''),
  )
  // Written as a formula of text, it is read as its text.
  .filter((text) => !/^="/.test(text))
const cells: fc.Arbitrary<Cells> = fc
  .array(cell, { minLength: columns.length, maxLength: columns.length })
  .map((texts) => Object.fromEntries(columns.map((column, at) => [column, texts[at] ?? ''])))
  .map((record) => ({ ...emptyCells, ...record }))
  .map((record) => ({
    ...record,
    familyName: `N${record.familyName}`.trim(),
    contact: '',
    sampledTime: '9:05',
  }))

const asRow = (record: Cells) => ({ cells: record, ins: null })

test('what is written as a file is read again the same, whatever is in its cells', () => {
  fc.assert(
    fc.property(fc.array(cells, { minLength: 1, maxLength: 8 }), (rows) => {
      const read = readCsv(writeCsv(rows.map(asRow)), 'Europe/Paris')
      assert.ok(read.ok)
      assert.deepEqual(
        read.lines.map((line) => line.cells),
        rows,
      )
    }),
  )
})

test('no cell of a written file begins as a formula does', () => {
  fc.assert(
    fc.property(fc.array(cells, { minLength: 1, maxLength: 4 }), (rows) => {
      const text = new TextDecoder().decode(writeCsv(rows.map(asRow))).replace('\ufeff', '')
      const written = Papa.parse<string[]>(text, { delimiter: ';' }).data.flat()
      for (const shown of written) assert.doesNotMatch(shown, /^[=+@-]/)
    }),
  )
})

test('any bytes at all are read or refused, and never more lines than there is room for', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      const read = readCsv(bytes, 'Europe/Paris')
      assert.ok(!read.ok || read.lines.length <= rowsMax)
    }),
  )
})

test('no line of a file is lost, whatever quotes are open in it', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('A', 'B"', '"C', 'D""', '"E"'), { minLength: 1, maxLength: 8 }),
      (names) => {
        const text = ['Nom;Prénoms;Date de naissance', ...names.map((name) => `${name};x;y`)].join(
          '\r\n',
        )
        const read = readCsv(new TextEncoder().encode(text), 'Europe/Paris')
        assert.ok(read.ok)
        const all = read.lines.map((line) => Object.values(line.cells).join('|')).join('\n')
        for (const name of names) assert.ok(all.includes(name.replaceAll('"', '').slice(0, 1)))
        assert.ok(read.lines.length === names.length)
      },
    ),
  )
})

test('what is copied is pasted the same', () => {
  const lines = fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), {
    minLength: 1,
    maxLength: 5,
  })
  fc.assert(
    fc.property(lines, (copied) => {
      // A leading formula sign is written with a quote before it, for the spreadsheet's sake.
      const isFormula = copied.flat().some((text) => /^[=+\-@\t\r]/.test(text))
      fc.pre(!isFormula && copied.at(-1)?.some((text) => text !== '') === true)
      assert.deepEqual(parseClipboard(writeClipboard(copied)), copied)
    }),
  )
})

test('no paste loses a line: every text is in the grid afterwards, or the paste is refused and nothing changed', () => {
  const line = fc.array(cell, { minLength: 1, maxLength: 12 })
  const spot = fc.record({ row: fc.nat(3), column: fc.nat(columns.length - 1) })
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 12 }), spot, (pasted, at) => {
      const means = { ...sampleMeans(), settle: (_column: unknown, text: string) => text }
      const actions: GridAction[] = [
        { type: 'goto', spot: { row: 0, column: 1 } },
        { type: 'paste', cells: [['A'], ['B']] },
        { type: 'goto', spot: at },
      ]
      const before = actions.reduce((grid, action) => gridReducer(grid, action, means), emptyGrid)
      const after = gridReducer(before, { type: 'paste', cells: pasted }, means)
      if (after.notice !== null) return assert.equal(after.rows, before.rows)
      const left = before.active.column
      const wanted = pasted.filter((texts) => texts.some((text) => text !== ''))
      const held = after.rows.map((row) => columns.map((column) => row.cells[column]).slice(left))
      for (const texts of wanted) {
        const last = texts.findLastIndex((text) => text !== '') + 1
        const wantedTexts = texts.slice(0, last)
        assert.ok(
          held.some((row) => wantedTexts.every((text, index) => row[index] === text)),
          JSON.stringify({ texts, held }),
        )
      }
    }),
  )
})
