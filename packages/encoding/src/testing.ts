import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { hexToBytes } from './hex.ts'
import type { Bytes, Layer } from './layer.ts'

/** The value of a layer that must have decoded. */
export const readable = <Value>(layer: Layer<Value>): Value => {
  assert.ok(layer.ok, `refused: ${layer.ok ? '' : layer.code}`)
  return layer.value
}

/** Asserts that a layer is refused with this code. */
export const assertCode = (layer: Layer<unknown>, code: string): void => {
  assert.deepEqual(layer, { ok: false, code })
}

/** Bytes written in hexadecimal, spaces allowed. */
export const hex = (text: string): Bytes => readable(hexToBytes(text.replaceAll(' ', '')))

/** Parameters of a fuzz run; its seed is printed, and FUZZ_SEED replays it. */
export const fuzzRuns = (test: TestContext, numRuns: number): { seed: number; numRuns: number } => {
  const seed = Number(process.env.FUZZ_SEED ?? crypto.getRandomValues(new Int32Array(1))[0])
  test.diagnostic(`replay with FUZZ_SEED=${seed}`)
  return { seed, numRuns }
}
