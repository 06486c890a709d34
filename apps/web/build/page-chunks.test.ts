import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Rolldown } from 'vite'
import { filesOfModules } from './page-chunks.ts'

type Chunk = Rolldown.OutputChunk

const chunk = (
  name: string,
  loads: { readonly imports?: readonly string[]; readonly dynamicImports?: readonly string[] } = {},
  page?: string,
) =>
  ({
    type: 'chunk',
    name,
    fileName: `${name}.js`,
    moduleIds: [`/src/${name}.ts`],
    isEntry: page !== undefined,
    facadeModuleId: page === undefined ? null : `/web/${page}/index.html`,
    imports: (loads.imports ?? []).map((one) => `${one}.js`),
    dynamicImports: (loads.dynamicImports ?? []).map((one) => `${one}.js`),
  }) as unknown as Chunk

test('a module goes with those that the same pages load first, and may load later', () => {
  const { first, later } = filesOfModules([
    chunk('counter', { imports: ['react', 'names'], dynamicImports: ['view'] }, 'pro'),
    chunk('person', { imports: ['react', 'paper', 'dates'] }, 'resultat'),
    chunk('names', { imports: ['letters'] }),
    chunk('letters'),
    chunk('react'),
    chunk('dates'),
    chunk('view', { imports: ['paper', 'only'] }),
    chunk('paper'),
    chunk('only'),
  ])
  assert.deepEqual(Object.fromEntries(first), {
    '/src/counter.ts': 'pro',
    '/src/names.ts': 'pro',
    '/src/letters.ts': 'pro',
    '/src/react.ts': 'pro-resultat',
    '/src/person.ts': 'resultat',
    '/src/dates.ts': 'resultat',
    // Loaded later by the counter: with what only the person's page loads, it would bring all of that.
    '/src/paper.ts': 'resultat.pro',
  })
  assert.deepEqual(Object.fromEntries(later), { '/src/view.ts': 'pro', '/src/only.ts': 'pro' })
})

test('chunks that import each other are followed once', () => {
  const { first } = filesOfModules([
    chunk('counter', { imports: ['a'] }, 'pro'),
    chunk('a', { imports: ['b'] }),
    chunk('b', { imports: ['a'] }),
  ])
  assert.deepEqual([...first.values()], ['pro', 'pro', 'pro'])
})
