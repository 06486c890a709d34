import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { suite, test } from 'node:test'
import { idle, type Line, readLines } from './lines.ts'

const linesOf = async (chunks: readonly (string | Uint8Array)[], max?: number): Promise<Line[]> => {
  const lines: Line[] = []
  const stream = Readable.from(chunks.map((chunk) => Buffer.from(chunk)))
  for await (const line of readLines(stream, max)) if (line !== idle) lines.push(line)
  return lines
}

suite('readLines', () => {
  test('joins what arrives in pieces, characters of several bytes too', async () => {
    const bytes = Buffer.from('été\nhiver')
    const pieces = Array.from(bytes, (byte) => Uint8Array.of(byte))
    assert.deepEqual(await linesOf(pieces), ['été', 'hiver'])
  })

  test('leaves out empty lines and takes the last one without its end', async () => {
    assert.deepEqual(await linesOf(['a\n\n \r\nb\r\n', 'c']), ['a', 'b\r', 'c'])
    assert.deepEqual(await linesOf([]), [])
  })

  test('leaves out a byte order mark at the very beginning, also when it comes in pieces', async () => {
    const bytes = Buffer.from('\uFEFFa\n\uFEFFb\n')
    const pieces = Array.from(bytes, (byte) => Uint8Array.of(byte))
    assert.deepEqual(await linesOf([bytes]), ['a', '\uFEFFb'])
    assert.deepEqual(await linesOf(pieces), ['a', '\uFEFFb'])
  })

  test('answers null for a line beyond the bound and goes on with the next', async () => {
    assert.deepEqual(await linesOf(['12345\n', 'abc', 'def', 'ghi\nok\n'], 5), [
      '12345',
      null,
      'ok',
    ])
    assert.deepEqual(await linesOf(['toolong\nok', 'toolong'], 5), [null, null])
  })

  test('says idle when nothing more has arrived, so that answers are not held back', async () => {
    const seen: unknown[] = []
    for await (const line of readLines(Readable.from([Buffer.from('a\nb\n')]))) seen.push(line)
    assert.deepEqual(seen, ['a', 'b', idle])
  })
})
