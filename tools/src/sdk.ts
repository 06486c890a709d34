/**
 * `npm run sdk`: makes what vendors install of packages/sdk, in packages/sdk/dist: ECMAScript modules for browsers and
 * Node, their types, and nothing of our other packages beside it.
 */
import { execFileSync } from 'node:child_process'
import { cp, glob, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { build, type Metafile } from 'esbuild'

const root = resolve(import.meta.dirname, '../..')
const source = join(root, 'packages/sdk')

/** Entries by the name under which they are imported. */
const entries = {
  '.': 'index.ts',
  './browser': 'browser/index.ts',
  './node': 'node/index.ts',
} as const

interface Manifest {
  readonly version: string
  readonly license: string
  readonly exports?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
}

const manifestOf = async (folder: string): Promise<Manifest> =>
  JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))

const isOurs = (name: string): boolean => name.startsWith('@sidep/')

/** @returns the packages of others that the bundles import */
const bundle = async (target: string): Promise<string[]> => {
  const made = await build({
    entryPoints: Object.values(entries).map((file) => join(source, 'src', file)),
    outbase: join(source, 'src'),
    outdir: join(target, 'js'),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    metafile: true,
    external: ['node:*'],
    logLevel: 'error',
    plugins: [
      {
        name: 'packages of others stay imports',
        setup: ({ onResolve }) => {
          onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
            kind === 'entry-point' || isOurs(path) || path.startsWith('/')
              ? undefined
              : { path, external: true },
          )
        },
      },
    ],
  })
  return externalsOf(made.metafile)
}

const externalsOf = ({ outputs }: Metafile): string[] => {
  const names = Object.values(outputs).flatMap(({ imports }) =>
    imports.flatMap(({ path, external }) => (external === true ? [path] : [])),
  )
  const packages = names
    .filter((name) => !name.startsWith('node:'))
    .map((name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/'))
  return [...new Set(packages)].sort()
}

/** Where `@sidep/name` and what is below it stand among the types. */
const typesOfOurs = async (): Promise<Map<string, string>> => {
  const found = new Map<string, string>()
  for await (const file of glob('packages/*/package.json', { cwd: root })) {
    const folder = dirname(file)
    const name = `@sidep/${folder.split('/').at(-1)}`
    const { exports = {} } = await manifestOf(join(root, folder))
    for (const [path, target] of Object.entries(exports))
      found.set(join(name, path), join(folder.slice('packages/'.length), target))
  }
  return found
}

const declare = async (target: string): Promise<void> => {
  const settings = join(target, 'tsconfig.json')
  const types = join(target, 'types')
  const ours = await typesOfOurs()
  // By path: what comes out of node_modules the compiler would not write again.
  const paths = Object.fromEntries(
    [...ours].map(([name, file]) => [name, [join(root, 'packages', file)]]),
  )
  await writeFile(
    settings,
    JSON.stringify({
      extends: join(root, 'tsconfig.json'),
      compilerOptions: {
        noEmit: false,
        declaration: true,
        emitDeclarationOnly: true,
        paths,
        rootDir: join(root, 'packages'),
        outDir: types,
        types: ['node'],
        typeRoots: [join(root, 'node_modules/@types')],
      },
      files: Object.values(entries).map((file) => join(source, 'src', file)),
      include: [],
    }),
  )
  execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', settings], { stdio: 'pipe' })
  await rm(settings)
  for await (const file of glob('**/*.d.ts', { cwd: types })) {
    const text = await readFile(join(types, file), 'utf8')
    const placed = text.replace(/(['"])(@sidep\/[^'"]+)\1/g, (_whole, _quote, name: string) => {
      const at = ours.get(name)
      if (at === undefined) throw new Error(`types of ${name} are nowhere`)
      const path = relative(dirname(file), at)
      return `'${path.startsWith('.') ? path : `./${path}`}'`
    })
    await writeFile(join(types, file), placed.replace(/\.ts(['"])/g, '.js$1'))
  }
}

/** Versions of what the bundles import, from whichever of our packages has them. */
const versionsOf = async (names: readonly string[]): Promise<Record<string, string>> => {
  const known: Record<string, string> = {}
  for await (const file of glob('packages/*/package.json', { cwd: root }))
    Object.assign(known, (await manifestOf(join(root, dirname(file)))).dependencies)
  return Object.fromEntries(
    names.map((name) => {
      const version = known[name]
      if (version === undefined) throw new Error(`${name} is imported and nobody has it`)
      return [name, version]
    }),
  )
}

/** @param target a folder that is emptied first */
export const buildSdk = async (target: string): Promise<void> => {
  await rm(target, { recursive: true, force: true })
  await mkdir(target, { recursive: true })
  const imported = await bundle(target)
  await declare(target)
  const { version, license } = await manifestOf(source)
  const exported = Object.entries(entries).map(([path, file]) => {
    const stem = file.replace(/\.ts$/, '')
    const types = `./types/sdk/src/${stem}.d.ts`
    return [path, { types, default: `./js/${stem}.js` }] as const
  })
  // Schemas are part of the types.
  const dependencies = await versionsOf([...new Set([...imported, 'typebox'])].sort())
  await writeFile(
    join(target, 'package.json'),
    `${JSON.stringify(
      {
        name: '@sidep/sdk',
        version,
        description:
          'Sends screenings to the national portal from the software of vendors, whatever is down.',
        license,
        type: 'module',
        sideEffects: false,
        engines: { node: '>=20' },
        exports: Object.fromEntries(exported),
        files: ['js', 'types', 'example', 'README.md', 'LICENSE'],
        dependencies,
      },
      null,
      2,
    )}\n`,
  )
  await cp(join(source, 'README.md'), join(target, 'README.md'))
  await cp(join(source, 'example'), join(target, 'example'), { recursive: true })
  await cp(join(root, 'LICENSE'), join(target, 'LICENSE'))
}

if (import.meta.main) {
  const target = join(source, 'dist')
  await buildSdk(target)
  console.log(`${target}: npm pack ${relative(process.cwd(), target)}`)
}
