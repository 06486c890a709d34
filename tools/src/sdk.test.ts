import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { answerOverHttp, FakePortal } from '@sidep/dev/portal'
import { build } from 'esbuild'
import { buildSdk } from './sdk.ts'

const root = resolve(import.meta.dirname, '../..')
let folder = ''
let installed = ''

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sidep-sdk-'))
  installed = join(folder, 'node_modules/@sidep/sdk')
  await mkdir(join(folder, 'node_modules/@sidep'), { recursive: true })
  await buildSdk(installed)
  const { dependencies } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'))
  for (const name of [...Object.keys(dependencies), 'typescript'])
    await symlink(join(root, 'node_modules', name), join(folder, 'node_modules', name))
})
after(() => rm(folder, { recursive: true, force: true }))

test('the package has modules, types, an example and words, and nothing of the workspace', () => {
  const said = execFileSync(
    'npm',
    ['pack', '--dry-run', '--json', '--offline', '--no-update-notifier', installed],
    {
      encoding: 'utf8',
      cwd: folder,
    },
  )
  const [packed] = JSON.parse(said) as [{ files: { path: string }[]; size: number }]
  const paths = packed.files.map(({ path }) => path)
  for (const path of ['README.md', 'LICENSE', 'example/record.mjs', 'js/index.js'])
    assert.ok(paths.includes(path), path)
  const strange = paths.filter(
    (path) =>
      !/^(js\/.+\.js|types\/.+\.d\.ts|example\/.+\.mjs|README\.md|LICENSE|package\.json)$/.test(
        path,
      ),
  )
  assert.deepEqual(strange, [])
  assert.ok(packed.size < 200_000, `${packed.size} bytes packed`)
})

test('a page that imports it gets no module of Node, and less than 90 kB', async () => {
  const entry = join(folder, 'page.js')
  await writeFile(entry, "export { openOutbox, openBrowserStorage } from '@sidep/sdk/browser'\n")
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    logLevel: 'error',
  })
  const [page] = outputFiles
  assert.ok(page !== undefined)
  assert.ok(!/from\s*["']node:/.test(page.text), 'a module of Node')
  const kilobytes = gzipSync(page.contents).length / 1024
  assert.ok(kilobytes < 90, `${kilobytes.toFixed(1)} kB`)
})

test('a program that installs it is checked by its types, with no compiler option of ours', async () => {
  await writeFile(
    join(folder, 'vendor.mts'),
    `import { memoryStore, openOutbox, surroundings, type Outcome } from '@sidep/sdk/node'
const outbox = await openOutbox({
  portal: 'https://portail.example', fetch, store: memoryStore(), surroundings,
  owner: { professionalId: '899700075122', siteId: '750712184' },
  authorization: { headers: async () => ({}), renew: () => false },
})
const said = ({ kind, ...outcome }: Outcome): string => kind
console.log(said(await outbox.setResult(null as never)).length)
// @ts-expect-error there is no such outcome
const none: Outcome = { kind: 'lost' }
// @ts-expect-error a screening has a person
await outbox.record({ id: outbox.newId(), kind: 'antigen', device: '1232', sampledAt: '' })
`,
  )
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: { strict: true, module: 'nodenext', target: 'es2022', noEmit: true },
      files: ['vendor.mts'],
    }),
  )
  const tsc = join(root, 'node_modules/.bin/tsc')
  const { stdout } = await promisify(execFile)(tsc, ['-p', folder]).catch((error) => error)
  assert.deepEqual(stdout.split('\n').slice(0, 3), [''])
})

test('the code in its README is checked by its types, block by block', async () => {
  const readme = await readFile(join(installed, 'README.md'), 'utf8')
  const blocks = [...readme.matchAll(/^```js\n([\s\S]*?)^```/gm)].map(([, block = '']) => block)
  assert.ok(blocks.length >= 2)
  // What a reader has in hand by then, and what is theirs.
  const given = `import { openOutbox, type KeyPairStore, type Outbox, type ScreeningInput, thumbprintOf, type VendorAccess, webKeys } from '@sidep/sdk/node'
declare const outbox: Outbox
declare const access: VendorAccess
declare const keyPairs: KeyPairStore
declare const isUnlocked: () => boolean
declare const professionalId: string
declare const site: string
declare const screening: Omit<ScreeningInput, 'id'>
declare const print: (...shown: unknown[]) => void
declare const printProvisional: typeof print
declare const show: typeof print
declare const start: typeof print
`
  const files = await Promise.all(
    blocks.map(async (block, index) => {
      const file = `readme-${index}.mts`
      await writeFile(join(folder, file), given + block)
      return file
    }),
  )
  const config = join(folder, 'tsconfig.readme.json')
  const compilerOptions = { strict: true, module: 'nodenext', target: 'es2022', noEmit: true }
  await writeFile(config, JSON.stringify({ compilerOptions, files }))
  const tsc = join(root, 'node_modules/.bin/tsc')
  const { stdout } = await promisify(execFile)(tsc, ['-p', config]).catch((error) => error)
  assert.deepEqual(stdout.split('\n').slice(0, 5), [''])
})

test('the example of its README records a screening at a portal', async () => {
  const portal = new FakePortal({ now: () => new Date() })
  portal.isSignedIn = true
  const server = createServer((request, response) => {
    answerOverHttp(portal, request, response).catch((error: unknown) =>
      response.destroy(error as Error),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(installed, 'example/record.mjs')],
      {
        cwd: folder,
        env: { PORTAL: `http://127.0.0.1:${port}`, TOKEN: 'test', SECRET: '2a'.repeat(32) },
      },
    )
    assert.match(stdout, /^recorded URN:UVCI:01:FR:/)
    assert.equal(portal.books.screenings.size, 1)
    const sealed = await readFile(join(folder, 'outbox.sealed'), 'latin1')
    assert.doesNotMatch(sealed, /TESTNOM/)
  } finally {
    server.close()
  }
})
