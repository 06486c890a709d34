import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { sha256Of } from '../index.ts'
import {
  extensionOf,
  extensionTexts,
  type Gathered,
  type GatheredCodes,
  gatherCode,
} from './extension.ts'

/** Bytes that do not deflate, the same each time. */
const noise = (length: number, seed: number): Uint8Array => {
  let state = seed
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state >>> 24
  })
}

const extension = { index: noise(2_000, 1), parts: [noise(1_500, 2), noise(10, 3)] }

const gatherAll = async (texts: readonly string[]): Promise<Gathered> => {
  let gathered: GatheredCodes | null = null
  let last: Gathered = { kind: 'other' }
  for (const text of texts) {
    last = await gatherCode(gathered, text)
    gathered = 'gathered' in last ? last.gathered : null
  }
  return last
}

suite('an index and what changed, as codes', () => {
  test('each code fits one that a phone reads from a screen, in letters that make it small', async () => {
    const texts = await extensionTexts(extension)
    assert.ok(texts.length >= 8)
    for (const text of texts) {
      assert.ok(text.length <= 768)
      assert.match(text, /^[0-9A-Z $%*+\-./:]+$/)
    }
  })

  test('in any order and scanned twice, the codes give what was put in', async () => {
    const texts = await extensionTexts(extension)
    const shuffled = [...texts.slice(3), ...texts.slice(0, 3)].flatMap((text, place) =>
      place === texts.length - 1 ? [text] : [text, text],
    )
    const last = await gatherAll(shuffled)
    assert.deepEqual(last, { kind: 'whole', extension })
  })

  test('what is still missing is said by number', async () => {
    const texts = await extensionTexts(extension)
    const last = await gatherAll([texts[1] ?? '', texts[0] ?? ''])
    assert.equal(last.kind, 'more')
    assert.deepEqual(
      last.kind === 'more' && last.missing,
      Array.from({ length: texts.length - 2 }, (_, place) => place + 3),
    )
  })

  test('a code of another series begins anew, and other texts change nothing', async () => {
    const texts = await extensionTexts(extension)
    const other = await extensionTexts({ index: noise(100, 9), parts: [] })
    assert.equal((await gatherAll([texts[0] ?? '', ...other])).kind, 'whole')
    assert.equal((await gatherCode(null, 'HC1:ABC')).kind, 'other')
    for (const text of [
      'TX1:',
      'TX1:00000000/2/1:AA',
      'TX1:00000000/0/1:AA',
      'TX1:00000000/1/1:a',
    ]) {
      assert.equal((await gatherCode(null, text)).kind, 'broken')
    }
  })

  test('a series whose pieces do not belong together is none', async () => {
    const [text = ''] = await extensionTexts({ index: noise(100, 9), parts: [] })
    const changed = text.replace(/^TX1:.{8}/, 'TX1:00000000')
    assert.deepEqual(await gatherCode(null, changed), { kind: 'broken', gathered: null })
  })

  test('more than the codes can take is refused', async () => {
    await assert.rejects(extensionTexts({ index: noise(60_000, 1), parts: [] }), RangeError)
  })

  test('it carries what the other has not, as far as it fits', async () => {
    const all = [noise(500, 1), noise(700, 2), noise(40_000, 3)]
    const byHash = new Map<string, Uint8Array>()
    for (const bytes of all) byHash.set(await sha256Of(bytes), bytes)
    const parts = [...byHash].map(([sha256, bytes]) => ({ sha256, bytes: bytes.length }))
    const known = new Set([parts[0]?.sha256 ?? ''])
    const index = noise(2_000, 4)
    const carried = await extensionOf(
      { bytes: index, parts },
      known,
      async (sha256) => byHash.get(sha256) ?? null,
    )
    assert.deepEqual(carried, { index, parts: [all[1]] })
  })
})
