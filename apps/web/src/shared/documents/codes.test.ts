import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codeDrawing, codeSvg } from './code-svg.ts'
import { dataMatrix } from './data-matrix.ts'
import { darkRuns, type ModuleMatrix, modulePath, verticalMerge } from './module-matrix.ts'
import { qrCode } from './qr-code.ts'
import { sampleDocument } from './testing.ts'

const hcert = sampleDocument.certificate.hcert ?? ''

test('a DCC text is drawn in alphanumeric mode: version 15 at M holds 570 characters', () => {
  // ISO/IEC 18004 table 7: 15-M holds 600 alphanumeric characters but only 412 bytes.
  assert.equal(hcert.length, 570)
  assert.equal(qrCode(hcert, 'M').size, 17 + 4 * 15)
  assert.ok(qrCode(hcert, 'Q').size > qrCode(hcert, 'M').size)
})

test('a text too long to be read from paper is refused, not drawn too dense', () => {
  assert.throws(() => qrCode('HC1:'.padEnd(2000, 'A')), RangeError)
})

test('a DataMatrix is square, has its solid edges left and below, and its clock track above', () => {
  const { rows, size } = dataMatrix(sampleDocument.certificate.twoddoc)
  assert.ok(rows.every((row) => row.length === size && row[0] === true))
  assert.ok(rows.at(-1)?.every((module) => module))
  assert.deepEqual(rows[0]?.slice(0, 4), [true, false, true, false])
})

const small: ModuleMatrix = {
  size: 3,
  rows: [
    [true, true, false],
    [true, true, false],
    [false, true, true],
  ],
}

test('dark modules become runs, and equal runs below each other one block', () => {
  assert.deepEqual(darkRuns(small), [
    { x: 0, y: 0, length: 2 },
    { x: 0, y: 1, length: 2 },
    { x: 1, y: 2, length: 2 },
  ])
  assert.deepEqual(verticalMerge(darkRuns(small)), [
    { x: 0, y: 0, length: 2, height: 2 },
    { x: 1, y: 2, length: 2, height: 1 },
  ])
  assert.equal(modulePath(small, 4), 'M4 4h2v2h-2zM5 6h2v1h-2z')
})

test('an SVG keeps its quiet zone and its label cannot break out of the markup', () => {
  const svg = codeSvg(codeDrawing(small, 4), '"><script>', 35)
  assert.match(svg, /viewBox="0 0 11 11" width="35mm" height="35mm"/)
  assert.match(svg, /aria-label="&quot;&gt;&lt;script&gt;"/)
})
