import assert from 'node:assert/strict'
import { test } from 'node:test'
import { violationsIn } from './house-rules.ts'

const rulesBroken = (file: string, text: string): string[] =>
  violationsIn(file, text).map(({ rule }) => rule)

test('a package importing downwards is accepted, upwards refused', () => {
  assert.deepEqual(rulesBroken('packages/verdict/src/a.ts', "import { x } from '@sidep/trust'"), [])
  assert.deepEqual(rulesBroken('packages/trust/src/a.ts', "import { x } from '@sidep/verdict'"), [
    'packages/trust may not import @sidep/verdict',
  ])
})

test('a package that uses Node is refused, its tests may', () => {
  const text = "import { readFile } from 'node:fs'"
  assert.deepEqual(rulesBroken('packages/hcert/src/a.ts', text), [
    'packages are isomorphic: no node:fs',
  ])
  assert.deepEqual(rulesBroken('packages/hcert/src/a.test.ts', text), [])
})

test('web importing the server is refused', () => {
  assert.deepEqual(
    rulesBroken('apps/web/src/a.ts', "import { startServer } from '@sidep/server'"),
    ['apps/web may not import @sidep/server'],
  )
})

test('a page reaching into another public’s folder, or shared into a page’s, is refused', () => {
  assert.deepEqual(
    rulesBroken('apps/web/src/person/a.tsx', "import { x } from '../counter/typing/dates.ts'"),
    ['web: person reaches into counter'],
  )
  assert.deepEqual(
    rulesBroken('apps/web/src/shared/ui/a.tsx', "import { x } from '../../person/b.ts'"),
    ['web: shared reaches into person'],
  )
  assert.deepEqual(
    rulesBroken('apps/web/src/person/a.tsx', "import { x } from '../shared/typing/dates.ts'"),
    [],
  )
})

test('a server module importing a neighbour on its floor, or upwards, is refused', () => {
  assert.deepEqual(
    rulesBroken('apps/server/src/login/a.ts', "import { x } from '../retrieval/b.ts'"),
    ['server: login and retrieval stand on one floor'],
  )
  assert.deepEqual(
    rulesBroken('apps/server/src/platform/a.ts', "import { x } from '../intake/b.ts'"),
    ['server: platform imports upwards from intake'],
  )
  assert.deepEqual(
    rulesBroken('apps/server/src/intake/a.ts', "import { x } from '../issuance/b.ts'"),
    [],
  )
})

test('only intake may import the signer', () => {
  assert.deepEqual(
    rulesBroken('apps/server/src/retrieval/a.ts', "import { x } from '../issuance/b.ts'"),
    ['server: only intake issues, not retrieval'],
  )
})

test('only issuance may say that a certificate was read back', () => {
  for (const made of ['CheckedCertificate', 'CheckedRecovery']) {
    const text = `const certificate = new ${made}(texts)`
    assert.deepEqual(rulesBroken('apps/server/src/intake/a.ts', text), [
      'only issuance says that a certificate was read back',
    ])
    assert.deepEqual(rulesBroken('apps/server/src/issuance/a.ts', text), [])
  }
})

test('the machine of the session waits for nothing and reads no clock; what runs it may', () => {
  const machine = 'apps/web/src/counter/session/machine/step.ts'
  for (const line of ['const at = new Date()', 'await api.get(path)', 'setTimeout(wake, 5)'])
    assert.deepEqual(rulesBroken(machine, line), [
      'the machine of the session is pure: clock, chance and answers come in as arguments',
    ])
  assert.deepEqual(rulesBroken(machine, 'const at = new Date(moment.now)'), [])
  assert.deepEqual(rulesBroken('apps/web/src/counter/session/driver.ts', 'await answer'), [])
})
test('reading the clock outside platform is refused, taking it as an argument is not', () => {
  assert.deepEqual(rulesBroken('apps/server/src/intake/a.ts', 'const now = Date.now()'), [
    'clock and randomness come in as arguments',
  ])
  assert.deepEqual(rulesBroken('apps/server/src/intake/a.ts', 'const now = clock.now()'), [])
  assert.deepEqual(rulesBroken('apps/server/src/platform/clock.ts', 'const now = Date.now()'), [])
})

test('a function declaration is refused, a generator is not', () => {
  const rule = 'functions are constants: const name = (…) => …'
  for (const text of ['export function read(text) {', 'async function read(text) {']) {
    assert.deepEqual(rulesBroken('packages/hcert/src/a.ts', text), [rule])
    assert.deepEqual(rulesBroken('apps/web/src/person/a.tsx', text), [rule])
  }
  assert.deepEqual(rulesBroken('apps/cli/src/a.ts', 'export async function* lines(stream) {'), [])
  assert.deepEqual(rulesBroken('apps/cli/src/a.ts', 'export const read = (text) => text'), [])
})

test('a maker is called make, open or start', () => {
  assert.deepEqual(rulesBroken('apps/server/src/login/a.ts', 'export const makePace = () => 1'), [])
  assert.equal(
    rulesBroken('apps/server/src/login/a.ts', 'export const createPace = () => 1').length,
    1,
  )
})

test('rooms meet by package name, not by path', () => {
  assert.deepEqual(
    rulesBroken('apps/cli/src/a.ts', "import { x } from '../../server/src/index.ts'"),
    ['apps/cli reaches into apps/server by path'],
  )
})

test('a test that starts a database of its own instead of the one it is given is refused', () => {
  const text = 'const database = await openDatabase(null, folder)'
  const rules = (file: string): string[] => violationsIn(file, text).map(({ rule }) => rule)
  assert.match(rules('apps/server/src/audit/testing.ts')[0] ?? '', /SIDEP_TEST_DATABASE_URL/)
  assert.deepEqual(rules('apps/server/src/platform/embedded/cluster.fault.test.ts'), [])
})
