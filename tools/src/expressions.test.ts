import assert from 'node:assert/strict'
import { test } from 'node:test'
import { slowExpressionsIn } from './expressions.ts'

/** Lines, each once. */
const found = (text: string, file = 'apps/server/src/a.ts'): number[] => [
  ...new Set(slowExpressionsIn(file, text).map(({ line }) => line)),
]

test('the expression that held a whole process for 71 s at the way in is refused', () => {
  const text = `
export const safeReturnPath = (wanted: string): boolean =>
  /^\\/[a-z]+\\/(?:[A-Za-z0-9_-]+\\/?)*$/.test(wanted)
`
  assert.deepEqual(found(text), [3])
})

test('nested quantifiers and alternatives that overlap are refused, wherever they stand', () => {
  for (const expression of [
    '/^(a+)+$/',
    '/^(?:a|a)*$/',
    '/^(?:\\w|\\d)+$/',
    '/^(?:[ab]|b)*c/',
    '/^\\s*(.*)\\s*$/',
    '/a*a*b/',
    '/ +$/',
  ]) {
    assert.deepEqual(found(`const x: RegExp = ${expression}`), [1], expression)
    assert.deepEqual(found(`const x = <p hidden={${expression}.test(y)} />`, 'a.tsx'), [1])
  }
  assert.deepEqual(found("const part = 'a+'\nconst x = new RegExp(`^(${part})+$`)"), [2])
})

test('the pattern of a schema is judged as the expression that it becomes', () => {
  assert.deepEqual(found("Type.String({\n  maxLength: 90,\n  pattern: '^(?:[a-z]+-?)*$',\n})"), [3])
  assert.deepEqual(found("Type.String({ pattern: '^[0-9a-f]{16}$' })"), [])
})

test('an expression made of what is not known before it runs is refused, but in tests', () => {
  const text = "import { letter } from './b.ts'\nconst x = new RegExp(`^${letter}$`)"
  assert.deepEqual(found(text), [2])
  assert.deepEqual(found(text, 'apps/server/src/a.test.ts'), [])
})

test('an expression that reads each character once passes', () => {
  for (const expression of [
    '/^[A-Za-z0-9_-]{43}$/',
    '/^(?:[a-z]+-)*[0-9]$/',
    '/(?<!\\/)\\/+$/',
    '/^(?:autre|other)\\s*[:,]\\s*(\\S.*)$/i',
  ]) {
    assert.deepEqual(found(`const x = ${expression}`), [], expression)
  }
})

test('a comment that switches the check off does not', () => {
  assert.ok(found('// eslint-disable-next-line\nconst x = /^(a+)+$/').includes(2))
})
