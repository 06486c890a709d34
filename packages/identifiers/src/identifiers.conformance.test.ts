import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DccVector, readDccVectors, vectorsAbsent } from '../../../tools/src/vectors.ts'
import { parseUvci, transliterateIcao } from './index.ts'

const skip = vectorsAbsent ?? false
const vectors = readDccVectors()

/** Every text under a key, however deep. */
const textsUnder = (key: string, value: unknown): string[] => {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) =>
    name === key && typeof inner === 'string' ? [inner] : textsUnder(key, inner),
  )
}

const identifiers = (chosen: (vector: DccVector) => boolean): string[] =>
  vectors.filter(chosen).flatMap(({ json }) => textsUnder('ci', json))

test('every certificate identifier of the vectors is read', { skip }, () => {
  // Those of schema tests that are no identifier on purpose do not begin like one.
  const all = identifiers(() => true).filter((ci) => /^(?:URN:UVCI:)?01/i.test(ci))
  for (const ci of all) assert.equal(parseUvci(ci).ok, true, ci)
  assert.ok(all.length >= 60, `${all.length} identifiers`)
})

test('the check characters of the issuers that keep to the rule agree', { skip }, () => {
  // FR: the certificates of the national test campaign; DK: all.
  const kept = identifiers(({ id }) => /^(?:FR\/DCC_Test|DK\/)/.test(id))
  const checked = kept.filter((ci) => ci.includes('#'))
  for (const ci of checked) {
    const uvci = parseUvci(ci)
    assert.equal(uvci.ok && uvci.value.checkCharacter, 'right', ci)
  }
  assert.ok(checked.length >= 20, `${checked.length} identifiers`)
})

// ICAO Doc 9303-3 permits A as well as AE for Ä; this issuer alone took A.
const permittedOtherwise: ReadonlyMap<string, string> = new Map([['mäel', 'MAEL']])

test('names of the vectors transliterate as their issuers did', { skip }, () => {
  let compared = 0
  for (const { id, json } of vectors) {
    for (const [key, machine] of [
      ['fn', 'fnt'],
      ['gn', 'gnt'],
    ] as const) {
      const [name] = textsUnder(key, json)
      const [expected] = textsUnder(machine, json)
      if (name === undefined || expected === undefined) continue
      const icao = permittedOtherwise.get(name) ?? transliterateIcao(name)
      assert.equal(icao, expected, `${id}: ${name}`)
      compared++
    }
  }
  assert.ok(compared >= 100, `${compared} names`)
})
