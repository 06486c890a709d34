import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { frameOf, makeFrameReader } from './frames.ts'

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString()

test('messages come out whole, however their bytes arrive', () => {
  const message = fc.string({ maxLength: 40 }).map((one) => one.replace(/[\x0b\x1c]/g, ''))
  fc.assert(
    fc.property(fc.array(message), fc.array(fc.integer({ min: 1, max: 9 })), (messages, sizes) => {
      const bytes = Buffer.concat(messages.map((one) => frameOf(Buffer.from(one))))
      const reader = makeFrameReader(1_000)
      const found: string[] = []
      for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
        const size = sizes[turn % Math.max(sizes.length, 1)] ?? 7
        found.push(...reader.take(bytes.subarray(at, at + size)).map(text))
        at += size
      }
      assert.deepEqual(found, messages)
      assert.equal(reader.fault, null)
    }),
  )
})

test('a frame beyond the bound, and what is no frame, end the reading', () => {
  const large = makeFrameReader(10)
  assert.deepEqual(large.take(frameOf(Buffer.from('x'.repeat(11)))), [])
  assert.equal(large.fault, 'FRAME_TOO_LARGE')
  const endless = makeFrameReader(10)
  for (let turn = 0; turn < 5; turn += 1) endless.take(Buffer.from('\x0bxxxx'))
  assert.equal(endless.fault, 'FRAME_TOO_LARGE')
  const garbage = makeFrameReader(10)
  assert.deepEqual(garbage.take(Buffer.from('GET / HTTP/1.1\r\n\r\n')), [])
  assert.equal(garbage.fault, 'NOT_FRAMED')
  const blank = makeFrameReader(10)
  assert.deepEqual(blank.take(Buffer.from('\r\n\r\n\x0bA\x1c\r\r\n\x0bB\x1c')).map(text), [
    'A',
    'B',
  ])
})
