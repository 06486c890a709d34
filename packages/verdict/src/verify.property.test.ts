import assert from 'node:assert/strict'
import { before, suite, test } from 'node:test'
import { restoreScannedText } from '@sidep/identifiers'
import fc from 'fast-check'
import { makeIssuer, type TestIssuer, testPayload } from '../test/issuer.ts'
import { steps, verify } from './index.ts'
import { readingsOf } from './readings.ts'

const at = new Date('2021-08-13T15:30:00Z')
const none = { kind: 'none' } as const

let issuer: TestIssuer
let texts: { hcert: string; twoddoc: string }
before(async () => {
  issuer = await makeIssuer()
  texts = {
    hcert: await issuer.hcert(testPayload()),
    twoddoc: await issuer.twoddoc({ result: 'N', sampledAt: new Date('2021-08-13T10:00:00Z') }),
  }
})

const alphanumeric = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'

const replaced = (text: string, index: number, character: string): string =>
  text.slice(0, index) + character + text.slice(index + 1)

/** Whether a text still says what it said: nobody signs the US of a 2D-DOC, nor what a copy adds to a text. */
const saysTheSame = (changed: string, text: string): boolean =>
  readingsOf(changed).some((reading) => {
    const restored = restoreScannedText(reading)
    return restored === text || restored.replace(/ ?([A-Z2-7]{103})$/, '\u001f$1') === text
  })

suite('verify', () => {
  for (const format of ['hcert', 'twoddoc'] as const) {
    test(`a changed character at any place of a ${format} is never accepted`, async () => {
      const text = texts[format]
      // Every place, with a character of the code's own alphabet that depends on the place.
      for (let index = 0; index < text.length; index += 1) {
        const old = alphanumeric.indexOf(text.charAt(index))
        const character = alphanumeric.charAt((old + 1 + (index % 43)) % alphanumeric.length)
        if (saysTheSame(replaced(text, index, character), text)) continue
        const { verdict } = await verify(replaced(text, index, character), issuer.trust, at, none)
        assert.notEqual(verdict, 'accepted', `place ${index}: ${character}`)
      }
    })

    test(`any character at any place of a ${format} is never accepted but its own`, async () => {
      const text = texts[format]
      const place = fc.nat(text.length - 1)
      const character = fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })
      await fc.assert(
        fc.asyncProperty(place, character, async (index, other) => {
          fc.pre(!saysTheSame(replaced(text, index, other), text))
          const { verdict } = await verify(replaced(text, index, other), issuer.trust, at, none)
          assert.notEqual(verdict, 'accepted')
        }),
        { numRuns: 500 },
      )
    })

    test(`a ${format} with a part cut out, doubled or moved ends in a verdict`, async () => {
      const text = texts[format]
      const cut = fc.tuple(fc.nat(text.length), fc.nat(text.length), fc.nat(text.length))
      await fc.assert(
        fc.asyncProperty(cut, async (places) => {
          const [first = 0, second = 0, third = 0] = places.toSorted((a, b) => a - b)
          const part = text.slice(first, second)
          const changed = text.slice(0, first) + text.slice(second, third) + part + part
          fc.pre(!saysTheSame(changed, text))
          const { verdict, step, code } = await verify(changed, issuer.trust, at, none)
          assert.notEqual(verdict, 'accepted')
          assert.ok(step !== null && steps.includes(step))
          assert.match(code, /^[A-Z0-9_]+$/)
        }),
        { numRuns: 300 },
      )
    })
  }

  test('any text ends in a verdict that is not accepted', async () => {
    const start = fc.constantFrom('', 'HC1:', 'HC1:NCF', 'DC04', 'DC03FR', ']Q1HC1:')
    const rest = fc.oneof(
      fc.string({ maxLength: 5_000, size: 'max' }),
      fc.string({ unit: 'binary', maxLength: 500 }),
      fc.string({ unit: fc.constantFrom(...alphanumeric), maxLength: 1_000 }),
    )
    await fc.assert(
      fc.asyncProperty(start, rest, async (prefix, text) => {
        const { verdict } = await verify(prefix + text, issuer.trust, at, none)
        assert.equal(verdict, 'unreadable')
      }),
      { numRuns: 500 },
    )
  })
})
