import assert from 'node:assert/strict'
import { before, suite, test } from 'node:test'
import { type KeyboardLayout, looksLikeCode, typedThrough } from '@sidep/identifiers'
import fc from 'fast-check'
import { makeIssuer, type TestIssuer, testPayload } from '../test/issuer.ts'
import { verify } from './index.ts'

const at = new Date('2021-08-13T15:30:00Z')
const none = { kind: 'none' } as const
const seed = Number(process.env.FUZZ_SEED ?? crypto.getRandomValues(new Int32Array(1))[0])
const runs = (numRuns: number) => ({ seed, numRuns })
test.before(() => console.log(`# replay with FUZZ_SEED=${seed}`))

const layout = fc.constantFrom<KeyboardLayout>('french', 'caps-lock', 'french-caps-lock')
const names = fc.constantFrom('Le Goff', 'D’Aubigné', 'Nguyễn', 'O’Brien-Ñuñez', 'Å')

let issuer: TestIssuer
before(async () => {
  issuer = await makeIssuer()
})

/** A code of its own each time. */
const issued = async (kind: 'hcert' | 'twoddoc', name: string, minute: number): Promise<string> => {
  if (kind === 'twoddoc')
    return issuer.twoddoc({ result: 'N', sampledAt: new Date(Date.UTC(2021, 7, 13, 9, minute)) })
  const nam = { fn: name, fnt: 'NAME', gn: `${name} ${minute}`, gnt: 'NAME' }
  return issuer.hcert({ ...testPayload(), nam })
}
const kinds = fc.constantFrom('hcert', 'twoddoc')
const minutes = fc.integer({ min: 0, max: 59 })
const judge = (text: string) => verify(text, issuer.trust, at, none)

suite('a code that a hand scanner typed through another keyboard', () => {
  test('has the verdict that it has as it was sent, whatever the layout', () =>
    fc.assert(
      fc.asyncProperty(kinds, names, minutes, layout, async (kind, name, minute, through) => {
        const sent = await issued(kind, name, minute)
        const typed = await judge(typedThrough(sent, through))
        assert.equal(typed.code, 'ACCEPTED')
        assert.deepEqual(typed, await judge(sent))
      }),
      runs(60),
    ))

  test('with anything changed on the way is never accepted', () =>
    fc.assert(
      fc.asyncProperty(
        kinds,
        names,
        minutes,
        layout,
        fc.nat(),
        fc.constantFrom(...'aZ0é&_ (§'),
        async (kind, name, minute, through, place, character) => {
          const sent = typedThrough(await issued(kind, name, minute), through)
          const index = place % sent.length
          fc.pre(sent[index] !== character)
          const changed = sent.slice(0, index) + character + sent.slice(index + 1)
          const verdict = await judge(changed)
          // A changed case may be the very same text through the layout that was meant.
          if (verdict.verdict === 'accepted')
            assert.deepEqual(verdict, await judge(await issued(kind, name, minute)))
        },
      ),
      runs(120),
    ))

  test('and lost a part of is named by what is wrong: the layout of the keyboard', () =>
    fc.assert(
      fc.asyncProperty(names, minutes, layout, async (name, minute, through) => {
        const sent = await issued('hcert', name, minute)
        const typed = typedThrough(sent, through).slice(0, 60)
        assert.equal(looksLikeCode(typed), false)
        const { verdict, step, code } = await judge(typed)
        assert.deepEqual([verdict, step, code], ['unreadable', 'prefix', 'KEYBOARD_LAYOUT'])
      }),
      runs(20),
    ))

  test('is never believed by its beginning alone: other texts keep their verdict', async () => {
    for (const text of ['', 'bonjour', 'HC1:', '1234', 'ISà&', 'https://exemple.fr/', 'dc04'])
      assert.notEqual((await judge(text)).verdict, 'accepted')
    assert.notEqual((await judge('bonjour')).code, 'KEYBOARD_LAYOUT')
  })
})
