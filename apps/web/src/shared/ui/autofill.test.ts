import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'

const sources = resolve(import.meta.dirname, '../..')

/** Every field of every page: where it is written, and its attributes as they are written. */
const fields = globSync('**/*.tsx', { cwd: sources }).flatMap((file) => {
  const text = readFileSync(join(sources, file), 'utf8')
  return [...text.matchAll(/<(?:input|textarea|Input)\b/g)].map(({ index }) => ({
    file,
    // Up to the end of the element: a field has no children.
    attributes: text.slice(index, text.indexOf('\n', text.indexOf('/>', index))),
  }))
})

test('every field says what a browser may fill into it, or that nothing may', () => {
  assert.ok(fields.length >= 6)
  const silent = fields.filter(
    ({ attributes }) =>
      !/\bautoComplete\b|\{\.\.\.notFilled\}|type="(?:file|checkbox|radio)"/.test(attributes),
  )
  assert.deepEqual(
    silent.map(({ file }) => file),
    [],
  )
})

test('nothing is filled in but a person’s own birth date and a code just sent, and not at the counter', () => {
  for (const file of globSync('**/*.tsx', { cwd: sources })) {
    const text = readFileSync(join(sources, file), 'utf8')
    const tokens = [...text.matchAll(/autoComplete="([^"]*)"/g)].map(([, token]) => token)
    const others = tokens.filter((token) => token !== 'off')
    if (!file.startsWith('person/')) assert.deepEqual(others, [], file)
    assert.ok(
      others.every((token) => token === 'bday' || token === 'one-time-code'),
      file,
    )
  }
})
