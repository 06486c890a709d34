import assert from 'node:assert/strict'
import { before, suite, test } from 'node:test'
import fc from 'fast-check'
import { makeIssuer, type TestIssuer, testPayload, vaccinationPayload } from '../test/issuer.ts'
import { verify, verifyAny } from './index.ts'
import { readingsOf } from './readings.ts'

const at = new Date('2021-08-13T15:30:00Z')
const none = { kind: 'none' } as const
const seed = Number(process.env.FUZZ_SEED ?? crypto.getRandomValues(new Int32Array(1))[0])
const runs = (numRuns: number) => ({ seed, numRuns })
test.before(() => console.log(`# replay with FUZZ_SEED=${seed}`))

let issuer: TestIssuer
let hcert = ''
let twoddoc = ''
before(async () => {
  issuer = await makeIssuer()
  hcert = await issuer.hcert(testPayload())
  twoddoc = await issuer.twoddoc({ result: 'N', sampledAt: new Date('2021-08-13T10:00:00Z') })
})
const codeOf = async (text: string): Promise<string> =>
  (await verify(text, issuer.trust, at, none)).code

const lineEnd = fc.constantFrom('\n', '\r\n', '\r', '\u2028', '\u0085', '\n\n')
const around = fc
  .array(
    fc.constantFrom(
      ' ',
      '\t',
      '\n',
      '\r\n',
      '\u00a0',
      '\u202f',
      '\ufeff',
      '\u200b',
      '\0',
      '\u2060',
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''))
const texts = fc.constantFrom(
  () => hcert,
  () => twoddoc,
)

suite('a text as it comes from scanners, mails and clipboards', () => {
  test('is accepted whatever blanks are around it, a symbology before it too', () =>
    fc.assert(
      fc.asyncProperty(
        texts,
        around,
        fc.constantFrom('', ']Q1', ']Q3', ']d2', ']d1'),
        around,
        async (text, left, symbology, right) => {
          assert.equal(await codeOf(left + symbology + text() + right), 'ACCEPTED')
        },
      ),
      runs(150),
    ))

  test('is accepted when it was wrapped at any width, set in or not', () =>
    fc.assert(
      fc.asyncProperty(
        texts,
        fc.integer({ min: 20, max: 120 }),
        lineEnd,
        fc.constantFrom('', '  ', '\t'),
        async (text, width, end, indent) => {
          // An indent of nothing but a line end between: the next line may itself begin with a space.
          const lines = text().match(new RegExp(`[^]{1,${width}}`, 'g')) ?? []
          fc.pre(indent === '' || lines.every((line) => line.trim() === line))
          assert.equal(await codeOf(lines.join(end + indent)), 'ACCEPTED')
        },
      ),
      runs(150),
    ))

  test('is accepted when a program wrapped it at its spaces', () =>
    fc.assert(
      fc.asyncProperty(texts, lineEnd, async (text, end) => {
        assert.equal(await codeOf(text().replaceAll(' ', end)), 'ACCEPTED')
      }),
      runs(40),
    ))

  test('is read where each of its spaces became two line ends, two beside each other four', () => {
    const text = 'HC1:6BF A  B C'
    assert.ok(readingsOf(text.replaceAll(' ', '\n\n')).includes(text))
  })

  test('is accepted with any other space in the place of its own', () =>
    fc.assert(
      fc.asyncProperty(
        texts,
        fc.constantFrom(...'\u00a0\u2003\u202f\u3000\t'),
        async (text, space) => {
          assert.equal(await codeOf(text().replaceAll(' ', space)), 'ACCEPTED')
        },
      ),
      runs(40),
    ))

  test('ends in one verdict, however long and blank it is', () =>
    fc.assert(
      fc.asyncProperty(
        fc.string({
          unit: fc.constantFrom(...'HC1: \n\t\u00a0\u001d\u001fDC04<US>'),
          maxLength: 9000,
        }),
        async (text) => assert.notEqual(await codeOf(text), 'ACCEPTED'),
      ),
      runs(200),
    ))
})

suite('several codes beside each other', () => {
  const judge = async (...others: readonly string[]): Promise<string> => {
    const [first = '', ...rest] = others
    const { verdict, code } = await verifyAny([first, ...rest], issuer.trust, at, none)
    return `${verdict} ${code}`
  }
  const link = 'https://example.org/'

  test('an accepted certificate counts, wherever it stands', async () => {
    for (const codes of [
      [link, hcert],
      [hcert, link],
      [link, 'HC1:ABC', 'shc:/1234', twoddoc],
    ]) {
      assert.equal(await judge(...codes), 'accepted ACCEPTED')
    }
  })

  test('a refused one counts more than an unreadable, a broken one more than another kind', async () => {
    const old = await issuer.hcert(vaccinationPayload(), {
      issuedAt: new Date('2021-08-02T00:00:00Z'),
      expiresAt: new Date('2021-08-03T00:00:00Z'),
    })
    assert.equal(await judge(link, 'HC1:ABC', old), 'refused CERTIFICATE_EXPIRED')
    const forged = twoddoc.replace('LEFEVRE', 'LEFEBRE')
    assert.equal(await judge(forged, link, old), 'refused CERTIFICATE_EXPIRED')
    assert.equal(await judge(link, forged), 'refused SIGNATURE_INVALID')
    assert.equal(await judge(link, 'HC1:ABC'), 'unreadable ZLIB_HEADER')
    assert.equal(await judge(link, 'https://example.com/'), 'unreadable PREFIX_UNKNOWN')
  })
})
