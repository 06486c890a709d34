import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkDocLinks } from './doc-links.ts'

const tree = ['apps/server/src/index.ts', 'docs/adr/0001-a.md', 'docs/images/evening.svg']

const rulesOf = (file: string, text: string): string[] =>
  checkDocLinks([...tree, file], (name) => (name === file ? text : '')).map(({ rule }) => rule)

test('links to files, folders, anchors and elsewhere pass', () => {
  const text =
    '[wiring](../apps/server/src/index.ts), [server](../apps/server/), [first](adr/0001-a.md#why), ' +
    '[here](#rooms), [outside](https://example.org/a), ![evening](images/evening.svg), `apps/server/src`'
  assert.deepEqual(rulesOf('docs/architecture.md', text), [])
})

test('a link or a quoted path to what is not there is named', () => {
  assert.deepEqual(rulesOf('docs/architecture.md', '[a](adr/0002-b.md)'), [
    'names docs/adr/0002-b.md, which is not there',
  ])
  assert.deepEqual(rulesOf('CONTRIBUTING.md', 'see `apps/server/src/gone.ts`'), [
    'names apps/server/src/gone.ts, which is not there',
  ])
})

test('a decision may quote what was there when it was taken, and still links to what is', () => {
  assert.deepEqual(rulesOf('docs/adr/0002-b.md', 'it stood in `apps/server/src/gone.ts`'), [])
  assert.equal(rulesOf('docs/adr/0002-b.md', '[a](../../apps/gone.ts)').length, 1)
})
