import assert from 'node:assert/strict'
import { test } from 'node:test'
import { missingEvidence, unshownEvidence } from './evidence.ts'
import { asvsPage } from './page.ts'
import { parseRequirements, type Requirement } from './requirements.ts'

const file = 'tools/src/asvs/evidence.test.ts'
const met = (title: string, at = file): Requirement => ({
  id: '1.1.1',
  level: 2,
  status: { kind: 'met', how: 'by being so', shownBy: [{ file: at, test: title }] },
})
const own = 'a test that is named and not there is missed'

test('a test that is named and not there is missed', () => {
  assert.deepEqual(missingEvidence([met(own)]), [])
  assert.equal(missingEvidence([met('a test that nobody wrote')]).length, 1)
  assert.equal(missingEvidence([met(own, 'tools/src/nowhere.test.ts')]).length, 1)
})

for (const word of ['filled', 'made'] as const) {
  test(`a title that is ${word} by a template is known`, () => {
    assert.deepEqual(missingEvidence([met(`a title that is ${word} by a template is known`)]), [])
    assert.equal(missingEvidence([met('a title that is by a template is')]).length, 1)
  })
}

test('a test that did not pass in a whole run shows nothing', () => {
  assert.deepEqual(unshownEvidence([met(own)], new Map([[file, new Set([own])]])), [])
  assert.equal(unshownEvidence([met(own)], new Map([[file, new Set<string>()]])).length, 1)
  assert.equal(unshownEvidence([met(own)], new Map()).length, 1)
})

test('a requirement that is missing, doubled, or met without evidence is refused', () => {
  const row = { id: '1.1.1', level: 2, notApplicable: 'there is none' }
  assert.throws(() => parseRequirements({ requirements: [row, row] }), /twice/)
  assert.throws(() => parseRequirements({ requirements: [row] }), /requirements of level 1/)
  const bare = { id: '1.1.1', level: 2, met: 'somehow', shownBy: [] }
  assert.throws(() => parseRequirements({ requirements: [bare] }), /nothing shows it/)
})

test('the page counts what is met, not met and not applicable, level by level', () => {
  const page = asvsPage([
    met(own),
    { id: '1.1.2', level: 2, status: { kind: 'not-met', why: 'no time', until: '2027-01-31' } },
    { id: '1.2.6', level: 2, status: { kind: 'not-applicable', why: 'no LDAP' } },
  ])
  assert.ok(page.includes('| 2 | 3 | 1 | 1 | 1 |'))
  assert.ok(page.includes('| 1.1.2 | 2 | **not met** | no time | until 2027-01-31 |'))
})
