import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encode, rfc8949EncodeOptions } from 'cborg'
import fc from 'fast-check'
import { writeCbor } from './cbor-write.ts'

/** Where a head gets longer, and numbers that no head holds. */
const edges = [
  ...[0, 23, 24, 255, 256, 65_535, 65_536, 4_294_967_295, 4_294_967_296],
  ...[-1, -24, -25, -256, -257, -65_536, -65_537, -4_294_967_296, -4_294_967_297],
  ...[-0, 1.5, Number.NaN, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 2 ** 60],
]
const text = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  // Halves of pairs too.
  fc.string({ unit: 'binary', maxLength: 20 }),
)
const values: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    text,
    fc.maxSafeInteger(),
    fc.constantFrom(...edges, null, true, false, undefined, 7n),
    fc.uint8Array({ maxLength: 300 }),
    fc.array(tie('value'), { maxLength: 30 }),
    fc.dictionary(text, tie('value'), { maxKeys: 30 }),
    fc
      .uniqueArray(fc.tuple(fc.oneof(text, fc.maxSafeInteger()), tie('value')), {
        maxLength: 30,
        selector: ([key]) => key,
      })
      .map((entries) => new Map(entries)),
  ),
})).value

test('what is written has the very bytes that the library writes', () => {
  let compared = 0
  fc.assert(
    fc.property(values, (value) => {
      const written = writeCbor(value)
      if (written === null) return
      compared += 1
      assert.deepEqual(written, new Uint8Array(encode(value, rfc8949EncodeOptions)))
    }),
    { numRuns: 3_000 },
  )
  assert.ok(compared > 1_500, `${compared} compared`)
})

test('what is larger than its memory is written whole, and a shorter one after it alone', () => {
  const long = ['ä'.repeat(5_000), new Uint8Array(40_000).fill(7)]
  assert.deepEqual(writeCbor(long), new Uint8Array(encode(long, rfc8949EncodeOptions)))
  assert.deepEqual([...(writeCbor('a') ?? [])], [0x61, 0x61])
})

test('what it does not write is left whole', () => {
  for (const value of [1.5, -0, 7n, undefined, new Date(0), new Map([['é', 1]]), [[1.5]]]) {
    assert.equal(writeCbor(value), null)
  }
})
